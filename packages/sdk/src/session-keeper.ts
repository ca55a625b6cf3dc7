/**
 * Keeps one session for all calls and renews it once, however many calls need it at that moment.
 *
 *   no session ──────────┐
 *   expires soon ────────┼──► one renewal, awaited by every call ──► session
 *   refused with a 401 ──┘
 *
 * A renewal that fails rejects the calls that wait for it; the next call tries again.
 */
import type { Session } from './session.ts'
import { unlessAborted } from './sleep.ts'

/** Time for a call that starts now to arrive before its token expires. */
const marginMs = 60_000

export class SessionKeeper {
  readonly #authenticate: () => Promise<Session>
  readonly #now: () => number
  #session: Session | undefined
  #renewAtMs = 0
  #renewal: Promise<Session> | undefined

  constructor(authenticate: () => Promise<Session>, now: () => number = Date.now) {
    this.#authenticate = authenticate
    this.#now = now
  }

  /** A session that is good for a while. An abort ends the wait of this caller alone. */
  async current(signal?: AbortSignal): Promise<Session> {
    if (this.#session !== undefined && this.#now() < this.#renewAtMs) return this.#session
    return this.#renew(signal)
  }

  /** A session other than `refused`: the one that another call has obtained since, or a new one. */
  async instead(refused: Session, signal?: AbortSignal): Promise<Session> {
    return this.#session === refused ? this.#renew(signal) : this.current(signal)
  }

  #renew(signal: AbortSignal | undefined): Promise<Session> {
    this.#renewal ??= this.#obtain().finally(() => {
      this.#renewal = undefined
    })
    return unlessAborted(this.#renewal, signal)
  }

  async #obtain(): Promise<Session> {
    const session = await this.#authenticate()
    const expiresAtMs = session.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY
    const lifeMs = expiresAtMs - this.#now()
    // A short-lived token is used for half its life, not renewed for every call.
    this.#renewAtMs = expiresAtMs - Math.min(marginMs, lifeMs / 2)
    this.#session = session
    return session
  }
}
