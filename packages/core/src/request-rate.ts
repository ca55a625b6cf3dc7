/**
 * How fast each project may ask.
 *
 * A bucket of tokens per project, written as one number: the time at which the bucket will be full
 * again. A request moves that time on by what one request costs, and is refused where it would lie
 * further ahead than a whole bucket. (The generic cell rate algorithm; the same as a token bucket.)
 */
import type { Actor } from './actor.ts'
import { TooManyError } from './errors.ts'

export type RequestRateRule = {
  /** How many requests a project may make in a second, in the long run. */
  readonly perSecond: number
  /** How many at once, after it has made none for a while. */
  readonly burst: number
}

/** From so many on, projects whose bucket is full are forgotten: they are as those never seen. */
const manyProjects = 10_000

export class RequestRate {
  readonly #costMs: number
  readonly #bucketMs: number
  readonly #nowMs: () => number
  readonly #fullAtMs = new Map<string, number>()
  #forgetAt = manyProjects

  /** @param nowMs of a clock that only goes forward. */
  constructor({ perSecond, burst }: RequestRateRule, nowMs: () => number) {
    this.#costMs = 1000 / perSecond
    this.#bucketMs = burst * this.#costMs
    this.#nowMs = nowMs
  }

  /**
   * Takes a token from the bucket of the actor's project, or of the user where there is no project.
   *
   * @throws {TooManyError} when there is none; it says when there will be.
   */
  take({ projectId, userId }: Actor): void {
    const now = this.#nowMs()
    const key = projectId === undefined ? `user ${userId}` : projectId
    const fullAt = Math.max(now, this.#fullAtMs.get(key) ?? now) + this.#costMs
    const tooMuchMs = fullAt - now - this.#bucketMs
    // A millionth of a millisecond: sums of fractions are not exact.
    if (tooMuchMs > 1e-6) throw tooMany(1000 / this.#costMs, tooMuchMs)
    this.#fullAtMs.set(key, fullAt)
    if (this.#fullAtMs.size >= this.#forgetAt) this.#forgetFull(now)
  }

  #forgetFull(now: number): void {
    for (const [key, fullAt] of this.#fullAtMs) if (fullAt <= now) this.#fullAtMs.delete(key)
    this.#forgetAt = Math.max(manyProjects, 2 * this.#fullAtMs.size)
  }
}

function tooMany(perSecond: number, waitMs: number): TooManyError {
  const retryAfterSeconds = Math.ceil(waitMs / 1000)
  return new TooManyError(
    `Cannot serve the request: the project asks more than ${perSecond} times a second, and may ask again in ${retryAfterSeconds} s`,
    { retryAfterSeconds },
  )
}
