/**
 * When a call is made again, and how long to wait before.
 *
 * What may pass by itself is tried again: 429, 502, 503, 504, and a connection that failed. The wait
 * doubles from one attempt to the next and is drawn at random, so that many clients do not come back
 * in step; a `Retry-After` longer than that is honoured. Which calls may be repeated at all is for
 * `transport.ts` to say.
 */
import { NetworkError } from './errors.ts'
import { HttpError } from './http-errors.ts'
import { sleep } from './sleep.ts'

export type RetryOptions = {
  /** How often a call is made at most, the first time included. Default 5; 1 never repeats. */
  readonly attempts?: number
  /** The first wait is at most this long, each next one twice that. Default 500. */
  readonly baseDelayMs?: number
  /** No wait is longer. When `Retry-After` asks for more, the error is thrown at once. Default 60 000. */
  readonly maxDelayMs?: number
}

export type RetryPolicy = Required<RetryOptions>

export function retryPolicy(options: RetryOptions = {}): RetryPolicy {
  return { attempts: 5, baseDelayMs: 500, maxDelayMs: 60_000, ...options }
}

/**
 * Runs `work` until it succeeds, fails for good, or has had all its attempts.
 *
 * @throws the last error of `work`; the reason of `signal` when it is aborted during a wait.
 */
export async function withRetries<T>(
  work: (attempt: number) => Promise<T>,
  policy: RetryPolicy,
  signal: AbortSignal | undefined,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work(attempt)
    } catch (error) {
      const delayMs = retryDelayMs(error, attempt, policy)
      if (delayMs === undefined) throw error
      await sleep(delayMs, signal)
    }
  }
}

const passing: ReadonlySet<number> = new Set([429, 502, 503, 504])

/**
 * How long to wait after attempt number `attempt` (the first is 1) failed with `error`.
 *
 * @returns milliseconds; undefined when it should not be tried again.
 */
export function retryDelayMs(
  error: unknown,
  attempt: number,
  policy: RetryPolicy,
  random: () => number = Math.random,
): number | undefined {
  if (attempt >= policy.attempts || !mayPass(error)) return undefined
  const ceiling = Math.min(policy.maxDelayMs, policy.baseDelayMs * 2 ** (attempt - 1))
  // Half fixed, half random: spread out, and never at once.
  const backoffMs = ceiling / 2 + (random() * ceiling) / 2
  const askedMs = (error instanceof HttpError ? error.retryAfterMs : undefined) ?? 0
  return askedMs > policy.maxDelayMs ? undefined : Math.max(backoffMs, askedMs)
}

function mayPass(error: unknown): boolean {
  if (error instanceof HttpError) return passing.has(error.status)
  return error instanceof NetworkError
}

/**
 * Reads a `Retry-After` header: seconds, or the date to wait for.
 *
 * @param nowMs the time of the answer, in milliseconds since 1970.
 * @returns milliseconds to wait; undefined when absent or unreadable.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
 */
export function parseRetryAfter(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000
  const date = Date.parse(header)
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs)
}
