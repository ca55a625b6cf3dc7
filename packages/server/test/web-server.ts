/** A web server on this machine with data to import, and the settings that let the service fetch it. */
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type Page =
  | string
  | Uint8Array
  | ((request: IncomingMessage, answer: ServerResponse) => void)

export type WebServer = AsyncDisposable & {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string
  /** What lies there, by path; may be changed while it is served. */
  readonly pages: Map<string, Page>
  /** How often each path was asked for. */
  readonly asked: Map<string, number>
}

export async function startWebServer(): Promise<WebServer> {
  const pages = new Map<string, Page>()
  const asked = new Map<string, number>()
  const server = createServer((request, answer) => {
    const path = request.url ?? ''
    asked.set(path, (asked.get(path) ?? 0) + 1)
    const page = pages.get(path)
    if (page === undefined) answer.writeHead(404).end('nothing')
    else if (typeof page === 'function') page(request, answer)
    else answer.writeHead(200, { 'content-length': Buffer.byteLength(page) }).end(page)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const bound = server.address()
  if (bound === null || typeof bound === 'string') throw new Error('The web server has no port')
  return {
    url: `http://127.0.0.1:${bound.port}`,
    pages,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** A page that sends its header and its first byte, and the rest when it is released. */
export function heldPage(data: string): { readonly page: Page; release(): void } {
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  const page: Page = async (_request, answer) => {
    answer.writeHead(200, { 'content-length': Buffer.byteLength(data) }).write(data.slice(0, 1))
    await released
    answer.end(data.slice(1))
  }
  return { page, release: () => release() }
}

export const fetchFromThisMachine = {
  VITRINE_IMPORTS__ALLOWED_NETWORKS: '127.0.0.0/8',
  VITRINE_IMPORTS__ALLOWED_PORTS: '',
}

/** Two stores in directories of their own, `fast` by default and `slow`, and what lies on the web. */
export function severalStores(): Record<string, string> {
  const directory = mkdtempSync(join(tmpdir(), 'vitrine-stores-'))
  const files = (id: string) => ({ id, kind: 'files', directory: join(directory, id) })
  const stores = [
    { ...files('fast'), default: true, description: 'quick', weight: 2 },
    files('slow'),
    { id: 'web', kind: 'http' },
  ]
  return { VITRINE_STORES: JSON.stringify(stores) }
}
