import { describe, expect, test } from 'vitest'
import { NetworkError } from '../src/errors.ts'
import { httpError } from '../src/http-errors.ts'
import { parseRetryAfter, retryDelayMs, retryPolicy, withRetries } from '../src/retry.ts'

const policy = retryPolicy({ attempts: 5, baseDelayMs: 100, maxDelayMs: 1000 })

function refusal(status: number, retryAfterMs?: number) {
  return httpError({ status, message: 'no', requestId: undefined, retryAfterMs })
}

describe('retryDelayMs()', () => {
  test('tries again what may pass by itself, and nothing else', () => {
    const tried = [400, 401, 403, 404, 409, 413, 429, 500, 502, 503, 504].filter(
      (status) => retryDelayMs(refusal(status), 1, policy) !== undefined,
    )
    expect(tried).toEqual([429, 502, 503, 504])
    expect(retryDelayMs(new NetworkError('reset'), 1, policy)).toBeDefined()
    expect(retryDelayMs(new TypeError('a bug'), 1, policy)).toBeUndefined()
  })

  test('doubles the wait up to the longest allowed', () => {
    const waits = [1, 2, 3, 4].map((attempt) =>
      retryDelayMs(refusal(503), attempt, policy, () => 1),
    )
    expect(waits).toEqual([100, 200, 400, 800])
    const patient = retryPolicy({ attempts: 50, baseDelayMs: 100, maxDelayMs: 1000 })
    expect(retryDelayMs(refusal(503), 40, patient, () => 1)).toBe(1000)
  })

  test('spreads the waits of many clients over half of the time', () => {
    expect(retryDelayMs(refusal(503), 1, policy, () => 0)).toBe(50)
    expect(retryDelayMs(refusal(503), 1, policy, () => 0.5)).toBe(75)
  })

  test('waits at least as long as Retry-After asks', () => {
    expect(retryDelayMs(refusal(429, 700), 1, policy)).toBe(700)
  })

  test('gives up at once when Retry-After asks for more than the caller would wait', () => {
    expect(retryDelayMs(refusal(429, 1001), 1, policy)).toBeUndefined()
  })

  test('gives up after the last attempt', () => {
    expect(retryDelayMs(refusal(503), 4, policy)).toBeDefined()
    expect(retryDelayMs(refusal(503), 5, policy)).toBeUndefined()
  })
})

test('withRetries() ends its wait when the signal is aborted, with the reason given', async () => {
  const leaving = new Error('the user left')
  const controller = new AbortController()
  const failing = async () => {
    setTimeout(() => controller.abort(leaving), 1)
    throw refusal(503, 50_000)
  }
  const patient = retryPolicy({ maxDelayMs: 60_000 })
  await expect(withRetries(failing, patient, controller.signal)).rejects.toBe(leaving)
})

describe('parseRetryAfter()', () => {
  const now = Date.parse('2026-01-01T00:00:00Z')

  test('reads seconds', () => {
    expect(parseRetryAfter('3', now)).toBe(3000)
  })

  test('reads a date, and one that has passed as no wait', () => {
    expect(parseRetryAfter('Thu, 01 Jan 2026 00:00:10 GMT', now)).toBe(10_000)
    expect(parseRetryAfter('Wed, 31 Dec 2025 00:00:00 GMT', now)).toBe(0)
  })

  test('takes an absent or unreadable header as no wish', () => {
    expect(parseRetryAfter(null, now)).toBeUndefined()
    expect(parseRetryAfter('soon', now)).toBeUndefined()
  })
})
