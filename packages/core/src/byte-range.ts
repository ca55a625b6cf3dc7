/** Parts of an object, and the request headers that ask for them. */
import { InvalidError, OutOfRangeError, quote } from './errors.ts'

/** From byte `start` (inclusive) to `end` (exclusive), so `end - start` long. */
export type ByteRange = { readonly start: number; readonly end: number }

/**
 * Reads a `Range` header as the part of an object to send.
 *
 * `bytes=0-499` is `{ start: 0, end: 500 }`: we keep `end` exclusive, unlike the header, so
 * that `end - start` is the length. `bytes=-500` is the last 500 bytes.
 *
 * @param sizeBytes length of the whole object, in bytes.
 * @throws {InvalidError} when several parts are asked for at once.
 * @throws {OutOfRangeError} when the header is malformed, or the part lies outside the object.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-14.1.2
 */
export function parseByteRange(header: string, sizeBytes: number): ByteRange {
  const parts = /^\s*bytes\s*=\s*(.*)$/i.exec(header)?.[1]?.trim()
  if (parts?.includes(',')) {
    throw new InvalidError(
      `Cannot send the ranges ${quote(header)}: several ranges in one request are not supported`,
    )
  }
  const [, first = '', last = ''] = /^(\d*)\s*-\s*(\d*)$/.exec(parts ?? '') ?? []
  if (first === '' && last === '') throw outOfRange(header, sizeBytes)
  if (first === '') return suffix(header, Number(last), sizeBytes)

  const start = Number(first)
  const end = last === '' ? sizeBytes : Math.min(Number(last) + 1, sizeBytes)
  if (start >= sizeBytes || start >= end) throw outOfRange(header, sizeBytes)
  return { start, end }
}

function suffix(header: string, lengthBytes: number, sizeBytes: number): ByteRange {
  if (lengthBytes === 0 || sizeBytes === 0) throw outOfRange(header, sizeBytes)
  return { start: Math.max(0, sizeBytes - lengthBytes), end: sizeBytes }
}

/**
 * Reads a `Content-Range` header of a request, by which old clients ask for a part:
 * `bytes 0-499/1234` or `bytes 0-499/*`.
 *
 * @throws {OutOfRangeError} when it is malformed, or the part lies outside the object.
 */
export function parseContentRange(header: string, sizeBytes: number): ByteRange {
  const [, first, last, whole] = /^\s*bytes\s+(\d+)-(\d+)\/(\d+|\*)\s*$/i.exec(header) ?? []
  const start = Number(first)
  const end = Number(last) + 1
  const fits = start < end && end <= sizeBytes && (whole === '*' || Number(whole) === sizeBytes)
  if (!fits) throw outOfRange(header, sizeBytes)
  return { start, end }
}

function outOfRange(header: string, sizeBytes: number): OutOfRangeError {
  return new OutOfRangeError(
    `Cannot send the range ${quote(header)}: the data is ${sizeBytes} bytes long, and a range is written like "bytes=0-499", "bytes=500-" or "bytes=-500"`,
  )
}
