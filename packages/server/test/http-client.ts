/** Requests as bytes on the wire: nothing is tidied up on the way, as `fetch` would. */
import { once } from 'node:events'
import { Agent, type IncomingHttpHeaders, request } from 'node:http'

export type Ask = {
  readonly headers?: Readonly<Record<string, string>>
  /** Text and bytes are sent as they are; anything else as JSON. */
  readonly body?: unknown
}

export type Answer = {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: what a test expects of a body is its own business.
  readonly body: any
}

/** What an answer may be when the client is at fault, or all is well. OPTIONS has 501. */
const isServerFault = (status: number) => status >= 500 && status !== 501

export class HttpClient implements Disposable {
  readonly #url: string
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 20 })

  constructor(url: string) {
    this.#url = url
  }

  /** @throws {Error} when the answer is a 5xx: no request that a test makes may be met with one. */
  async ask(method: string, path: string, { headers = {}, body }: Ask = {}): Promise<Answer> {
    const bytes = toBytes(body)
    const isChunked = 'transfer-encoding' in headers
    const call = request(this.#url, {
      method,
      path,
      agent: this.#agent,
      headers: { ...(bytes && !isChunked && { 'content-length': bytes.byteLength }), ...headers },
    })
    // Whoever is answered before all is sent may be cut off: the answer is what counts.
    call.on('error', () => {})
    call.end(bytes)
    const [response] = await once(call, 'response')
    const chunks: Buffer[] = []
    for await (const chunk of response) chunks.push(chunk)
    const text = Buffer.concat(chunks).toString()
    const status: number = response.statusCode
    if (isServerFault(status)) throw new Error(`${method} ${path.slice(0, 200)}: ${status} ${text}`)
    return { status, headers: response.headers, text, body: parse(text) }
  }

  [Symbol.dispose](): void {
    this.#agent.destroy()
  }
}

function toBytes(body: unknown): Uint8Array | undefined {
  if (body === undefined || body instanceof Uint8Array) return body
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
