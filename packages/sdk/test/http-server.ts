/**
 * A real HTTP server that answers as a test says: for what the real service cannot be made to show on
 * demand, such as outages, hang-ups and the error pages of other services.
 */
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import { text } from 'node:stream/consumers'
import { ImageClient, type ImageClientOptions, token } from '../src/index.ts'

export type SeenRequest = {
  /** Method and path, query included: `GET /v2/images`. */
  readonly line: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export type Answer = {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly json?: unknown
  readonly body?: string | Uint8Array
}

/** Answers a request, or takes over the connection and returns nothing. */
export type Handler = (
  request: SeenRequest,
  connection: { readonly incoming: IncomingMessage; readonly outgoing: ServerResponse },
) => Answer | undefined | Promise<Answer | undefined>

export type TestServer = AsyncDisposable & {
  readonly url: string
  /** In the order of their arrival. */
  readonly seen: SeenRequest[]
  /** A client of this server that does not wait long between attempts. */
  client(options?: Partial<ImageClientOptions>): ImageClient
}

export const quickly = { attempts: 3, baseDelayMs: 1 }

/** @param readsBody false leaves the request's body to the handler. */
export async function serve(handler: Handler, { readsBody = true } = {}): Promise<TestServer> {
  const seen: SeenRequest[] = []
  const server = createServer(async (incoming, outgoing) => {
    const body = readsBody ? await text(incoming).catch(() => '(broken off)') : ''
    const request = { line: `${incoming.method} ${incoming.url}`, headers: incoming.headers, body }
    seen.push(request)
    const answer = await handler(request, { incoming, outgoing })
    if (answer !== undefined) write(outgoing, answer)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  const url = `http://127.0.0.1:${address.port}`
  return {
    url,
    seen,
    client: (options) =>
      new ImageClient({ endpoint: url, auth: token('t'), retry: quickly, ...options }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function write(outgoing: ServerResponse, { status = 200, headers, json, body }: Answer): void {
  const type = json === undefined ? {} : { 'content-type': 'application/json' }
  outgoing.writeHead(status, { ...type, ...headers })
  outgoing.end(json === undefined ? body : JSON.stringify(json))
}
