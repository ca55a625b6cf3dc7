/** A receiver of webhooks on this machine, that keeps what it is given and answers as it is told. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { json } from 'node:stream/consumers'

export type Received = {
  readonly path: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  // biome-ignore lint/suspicious/noExplicitAny: what a test expects of a body is its own business.
  readonly event: any
  readonly status: number
}

export type Receiver = AsyncDisposable & {
  readonly url: string
  /** Everything, in the order in which it came, whatever was answered. */
  readonly received: Received[]
  /** The status for what comes next; undefined for no answer at all. */
  answer: (event: Received['event'], path: string) => number | undefined
}

/** The settings with which a service may deliver to it, and is quick to try again. */
export const receiverSettings = {
  VITRINE_WEBHOOKS__ALLOWED_NETWORKS: '127.0.0.0/8',
  VITRINE_WEBHOOKS__ALLOWED_PORTS: '',
  VITRINE_WEBHOOKS__RETRY_SECONDS: '1',
}

/** @param port for a receiver that comes back where it was. */
export async function startReceiver(port = 0): Promise<Receiver> {
  const received: Received[] = []
  const state: Pick<Receiver, 'answer'> = { answer: () => 204 }
  const server = createServer(async (request, response) => {
    const event = await json(request)
    const path = request.url ?? ''
    const status = state.answer(event, path)
    received.push({ path, headers: request.headers, event, status: status ?? 0 })
    if (status !== undefined) response.writeHead(status).end(status < 300 ? '' : 'not today')
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const bound = server.address()
  if (bound === null || typeof bound === 'string') throw new Error('The receiver has no port')
  return Object.assign(state, {
    url: `http://127.0.0.1:${bound.port}`,
    received,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  })
}
