/**
 * Which answers are taken: those with status 200 whose body is the data itself, with an end that can
 * be told from a broken connection.
 */
import type { IncomingMessage } from 'node:http'
import {
  InvalidError,
  TooLargeError,
  UnavailableError,
  type VitrineError,
  WrongContentError,
} from '@vitrine/core'

/**
 * @returns the length that the answer announces; undefined when it comes in chunks.
 * @throws {InvalidError | UnavailableError} by status.
 * @throws {WrongContentError | TooLargeError}
 */
export function requireWholeAnswer(
  host: string,
  answer: IncomingMessage,
  largestBytes: number | undefined,
): number | undefined {
  const { statusCode = 0, headers } = answer
  if (statusCode !== 200) throw wrongStatus(host, statusCode)

  const encoding = headers['content-encoding'] ?? 'identity'
  const transfer = headers['transfer-encoding'] ?? 'chunked'
  if (encoding.toLowerCase() !== 'identity' || transfer.toLowerCase() !== 'chunked') {
    throw new WrongContentError(
      `Cannot fetch from "${host}": the answer is encoded, and should be the data as it is`,
    )
  }
  const length = headers['content-length']
  const sizeBytes = length === undefined ? undefined : Number(length)
  if (sizeBytes === undefined && headers['transfer-encoding'] === undefined) {
    throw new WrongContentError(
      `Cannot fetch from "${host}": the answer has neither a Content-Length nor chunks, so nobody could tell whether all of it came`,
    )
  }
  if (sizeBytes !== undefined && sizeBytes > (largestBytes ?? Number.MAX_SAFE_INTEGER)) {
    throw new TooLargeError(
      `Cannot fetch from "${host}": the data has ${length} bytes, and the limit is ${largestBytes ?? Number.MAX_SAFE_INTEGER} bytes`,
    )
  }
  return sizeBytes
}

/** Statuses of 400 and more that a later request may not get. */
const passing = new Set([408, 425, 429])

function wrongStatus(host: string, status: number): VitrineError {
  const message = `Cannot fetch from "${host}": it answered with status ${status}, and should answer with 200`
  return status >= 500 || passing.has(status)
    ? new UnavailableError(message)
    : new InvalidError(message)
}
