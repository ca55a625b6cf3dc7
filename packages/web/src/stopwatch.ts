/** Ends a fetch that its caller no longer wants, or that takes too long as a whole or at one step. */
export type TimeLimits = {
  /** To look up the host, connect and agree on TLS. */
  readonly connectMs: number
  /** From there to the end of the answer's headers. */
  readonly answerMs: number
  /** Between two pieces of data. */
  readonly idleMs: number
  /** For everything, redirects and a slow reader included. */
  readonly totalMs: number
}

export const defaultTimeLimits: TimeLimits = {
  connectMs: 10_000,
  answerMs: 30_000,
  idleMs: 60_000,
  totalMs: 24 * 60 * 60_000,
}

export class Stopwatch {
  readonly #tooSlow = new AbortController()
  readonly #total: NodeJS.Timeout
  #step: NodeJS.Timeout | undefined
  /** Aborted when the fetch is to end, with the reason. */
  readonly signal: AbortSignal

  constructor(caller: AbortSignal, totalMs: number) {
    this.signal = AbortSignal.any([caller, this.#tooSlow.signal])
    this.#total = this.#abortAfter(totalMs, 'it took longer than allowed')
    this.signal.addEventListener('abort', () => this.stop(), { once: true })
  }

  /** In place of the limit of the step before. @param otherwise what to say of it when it is over. */
  limitStep(limitMs: number, otherwise: string): void {
    clearTimeout(this.#step)
    this.#step = this.#abortAfter(limitMs, otherwise)
  }

  /** While it is not the source that we wait for. */
  pause(): void {
    clearTimeout(this.#step)
  }

  stop(): void {
    clearTimeout(this.#step)
    clearTimeout(this.#total)
  }

  #abortAfter(limitMs: number, otherwise: string): NodeJS.Timeout {
    return setTimeout(() => this.#tooSlow.abort(new TooSlowError(otherwise)), limitMs)
  }
}

export class TooSlowError extends Error {
  override readonly name = 'TooSlowError'
}
