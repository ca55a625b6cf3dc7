/**
 * How calls travel: with a token, to the endpoint, and again when that is safe and may help.
 *
 *   call ─► session ─► request ─► answer
 *             ▲                    │ 401: a new session, once, and the call once more
 *             │                    │ 429, 502, 503, 504, no answer: wait, then again
 *             └────────────────────┘
 *
 * Knows nothing of images: `images.ts` and whatever comes beside it say what to ask.
 */
import { imageEndpoint } from './catalog.ts'
import { endpointRoot } from './endpoint.ts'
import { NetworkError } from './errors.ts'
import { connected, exchange, type Fetch, type HttpRequest, type Send, sendWith } from './http.ts'
import { NotFoundError, UnauthorizedError } from './http-errors.ts'
import { parseJson } from './parsing.ts'
import { type RetryPolicy, withRetries } from './retry.ts'
import type { Auth, AuthContext, Session } from './session.ts'
import { SessionKeeper } from './session-keeper.ts'

/** What every call takes. */
export type CallOptions = {
  /** Ends the call, its waits between attempts included; it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Whether a call may be made again.
 *
 * - `safe`: making it twice does what making it once does, so it is also repeated when nobody knows
 *   whether it arrived. All of GET, tags, answers to a share, (de)activation, and DELETE, where the
 *   404 of a repeated call means that the first one arrived.
 * - `after-401`: only when the service refused to look at it. Creating and patching an image, adding
 *   a member, uploading what can be read twice.
 * - `never`: uploading what can be read only once.
 */
export type Repeat = 'safe' | 'after-401' | 'never'

export type Call = CallOptions & {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Relative to the endpoint's root, such as `v2/images?limit=10`. */
  readonly path: string
  readonly repeat: Repeat
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as `application/json` unless `headers` say otherwise. */
  readonly json?: unknown
  /** Puts the request on the wire in place of `fetch(url, …)`. */
  readonly send?: Send
}

export type TransportOptions = {
  readonly auth: Auth
  readonly endpoint: string | URL | undefined
  readonly region: string | undefined
  readonly retry: RetryPolicy
  readonly fetch: Fetch
}

/** Nobody's signal ends a login that many calls wait for, so it ends by itself, repeats included. */
const loginTimeoutMs = 60_000

export class Transport {
  readonly fetch: Fetch
  readonly #rootOf: (session: Session) => URL
  readonly #retry: RetryPolicy
  readonly #sessions: SessionKeeper

  constructor({ auth, endpoint, region, retry, fetch }: TransportOptions) {
    const root = endpoint === undefined ? undefined : endpointRoot(endpoint)
    this.fetch = fetch
    this.#rootOf = (session) => root ?? endpointRoot(imageEndpoint(session.catalog, region))
    this.#retry = retry
    this.#sessions = new SessionKeeper(() => logIn(auth, { fetch, retry }))
  }

  /** Makes the call and reads its JSON. */
  json(call: Call): Promise<unknown> {
    return this.#call(call, async (response, request) =>
      parseJson(await connected(request, () => response.text())),
    )
  }

  /** Makes a call whose answer says no more than that it was done. */
  done(call: Call): Promise<void> {
    return this.#call(call, discard)
  }

  /** Resolves once the thing at `path` is gone. */
  delete(path: string, { signal }: CallOptions = {}): Promise<void> {
    const call: Call = { method: 'DELETE', path, repeat: 'safe', signal }
    return this.#authorized(call, (session) =>
      withRetries((attempt) => this.#deleteOnce(call, session, attempt), this.#retry, signal),
    )
  }

  async #deleteOnce(call: Call, session: Session, attempt: number): Promise<void> {
    try {
      await this.#send(call, session, discard)
    } catch (error) {
      // Not there when asked again: the first attempt arrived, and only its answer was lost.
      if (attempt === 1 || !(error instanceof NotFoundError)) throw error
    }
  }

  /** Makes the call and hands over the body unread. */
  open(call: Call): Promise<Response> {
    return this.#call(call, async (response) => response)
  }

  #call<T>(call: Call, read: Read<T>): Promise<T> {
    return this.#authorized(call, (session) => {
      const send = () => this.#send(call, session, read)
      return call.repeat === 'safe' ? withRetries(send, this.#retry, call.signal) : send()
    })
  }

  /** Logging in is outside of `work`: it has attempts of its own, which are not to multiply. */
  async #authorized<T>(call: Call, work: (session: Session) => Promise<T>): Promise<T> {
    const session = await this.#sessions.current(call.signal)
    try {
      return await work(session)
    } catch (error) {
      if (!(error instanceof UnauthorizedError) || call.repeat === 'never') throw error
      const renewed = await this.#sessions.instead(session, call.signal)
      if (renewed.token === session.token) throw error
      return work(renewed)
    }
  }

  async #send<T>(call: Call, session: Session, read: Read<T>): Promise<T> {
    const url = new URL(call.path, this.#rootOf(session))
    const request = requestOf(call, url, session.token)
    return read(await exchange(request, call.send ?? sendWith(this.fetch)), request)
  }
}

/** @throws {NetworkError} when it takes too long. */
async function logIn(auth: Auth, context: Omit<AuthContext, 'signal'>): Promise<Session> {
  const signal = AbortSignal.timeout(loginTimeoutMs)
  try {
    return await auth.authenticate({ ...context, signal })
  } catch (cause) {
    if (!signal.aborted) throw cause
    const seconds = loginTimeoutMs / 1000
    throw new NetworkError(`Cannot log in: it took longer than ${seconds} seconds`, { cause })
  }
}

type Read<T> = (response: Response, request: HttpRequest) => Promise<T>

/** An unread body would keep its connection from being used again. */
async function discard(response: Response): Promise<void> {
  await response.body?.cancel()
}

function requestOf(call: Call, url: URL, token: string): HttpRequest {
  const headers = new Headers({ accept: 'application/json', 'x-auth-token': token })
  if (call.json !== undefined) headers.set('content-type', 'application/json')
  for (const [name, value] of Object.entries(call.headers ?? {})) headers.set(name, value)
  const body = call.json === undefined ? undefined : JSON.stringify(call.json)
  return { method: call.method, url, headers, body, signal: call.signal }
}
