/** What an S3 store answers, or does not, in the words of the port. */
import { TooLargeError, UnavailableError } from '@vitrine/core'

const full = ['QuotaExceeded', 'InsufficientCapacity', 'EntityTooLarge']

/**
 * Waits for something asked of the store, for so long, and says in the port's words why it was not
 * done. What is told of the cause is its name, status and sentence: the SDK's own errors lead to the
 * request and so to what was signed.
 *
 * @param doing such as "store image data".
 * @param ask is given a signal by which to give up.
 * @throws {TooLargeError} when the store, or our share of it, is full.
 * @throws {UnavailableError} when it fails, refuses us, or does not answer.
 */
export async function onS3<T>(
  doing: string,
  timeoutMs: number,
  ask: (signal: AbortSignal) => Promise<T>,
  leaving?: AbortSignal,
): Promise<T> {
  const silence = new AbortController()
  const timer = setTimeout(() => silence.abort(), timeoutMs)
  const signals = leaving === undefined ? [silence.signal] : [silence.signal, leaving]
  try {
    return await ask(AbortSignal.any(signals))
  } catch (error) {
    if (isNotThere(error)) throw error
    if (silence.signal.aborted) {
      const cause = new S3SilenceError(`no answer in ${timeoutMs} ms`)
      throw new UnavailableError(`Cannot ${doing}: the S3 store does not answer`, { cause })
    }
    const cause = new Error(sentenceOf(error))
    const isFull = error instanceof Error && full.includes(error.name)
    if (isFull || statusOf(error) === 507) {
      throw new TooLargeError(`Cannot ${doing}: the S3 store is full`, { cause })
    }
    throw new UnavailableError(`Cannot ${doing}: the S3 store fails`, { cause })
  } finally {
    // Not later: an answer that has begun would be broken off.
    clearTimeout(timer)
  }
}

class S3SilenceError extends Error {
  override readonly name = 'S3SilenceError'
}

/** Whether the store did not answer: what is asked next would wait as long. */
export function isSilence(error: unknown): boolean {
  return error instanceof Error && error.cause instanceof S3SilenceError
}

/** Whether the store says that there is no such object, or no such upload. */
export function isNotThere(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return ['NoSuchKey', 'NotFound', 'NoSuchUpload'].includes(error.name)
}

function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const status = statusOf(error)
  return `${error.name}: ${error.message}${status === undefined ? '' : ` (HTTP ${status})`}`
}

function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error && '$metadata' in error)) return undefined
  const { httpStatusCode }: { httpStatusCode?: unknown } = { ...Object(error.$metadata) }
  return typeof httpStatusCode === 'number' ? httpStatusCode : undefined
}
