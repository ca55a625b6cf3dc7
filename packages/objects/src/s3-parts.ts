/**
 * Bytes gathered into the parts of a multipart upload.
 *
 * S3 takes ten thousand parts of at least 5 MiB. Parts of one size would be too few for a large image
 * or too large for a small one, so they grow with the image: 5 MiB each for the first GB, 55 MiB at
 * 100 GB; 1.2 TiB in all.
 */
import { TooLargeError } from '@vitrine/core'

const smallestPartBytes = 5 * 1024 * 1024
const partsOfOneSize = 200
const mostParts = 10_000

const nothing = Buffer.alloc(0)

export type Part = {
  /** From 1. */
  readonly number: number
  /** Whoever has the part fills it again when two more are asked for. */
  readonly bytes: Buffer
  readonly isLast: boolean
}

/** Two parts take turns in memory: one is gathered while the caller sends the other. */
export async function* inParts(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Part> {
  let gathering = nothing
  let spare = nothing
  let number = 1
  let gatheredBytes = 0
  for await (const chunk of bytes) {
    if (gathering === nothing) gathering = roomFor(number, gathering)
    for (let rest = chunk; rest.byteLength > 0; ) {
      // Not before there is more to come, since the last part must be known as such.
      if (gatheredBytes === gathering.byteLength) {
        yield { number, bytes: gathering, isLast: false }
        ;[gathering, spare] = [spare, gathering]
        number += 1
        gathering = roomFor(number, gathering)
        gatheredBytes = 0
      }
      const fitting = rest.subarray(0, gathering.byteLength - gatheredBytes)
      gathering.set(fitting, gatheredBytes)
      gatheredBytes += fitting.byteLength
      rest = rest.subarray(fitting.byteLength)
    }
  }
  yield { number, bytes: gathering.subarray(0, gatheredBytes), isLast: true }
}

function roomFor(number: number, memory: Buffer<ArrayBuffer>): Buffer<ArrayBuffer> {
  if (number > mostParts) {
    throw new TooLargeError(`Cannot store image data: it has more than ${mostParts} parts`)
  }
  const sizeBytes = smallestPartBytes * Math.ceil(number / partsOfOneSize)
  return memory.byteLength === sizeBytes ? memory : Buffer.allocUnsafeSlow(sizeBytes)
}
