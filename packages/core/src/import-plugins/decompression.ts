/**
 * Decompresses data that is to be imported, while it streams by: gzip, and ZIP with one member. What
 * is neither passes as it is.
 *
 * A few bytes can be made to decompress to terabytes. So what comes out may be no more than so many
 * times as long as what went in; the first bytes of a disk may well be all zeros, and are let pass.
 */
import { createGunzip } from 'node:zlib'
import { TooLargeError } from '../errors.ts'
import type { ByteReader } from './byte-reader.ts'
import { chunkBytes, damaged, inflate } from './inflate.ts'
import { unzip, zipSignature } from './zip.ts'

const gzipSignature = Buffer.from([0x1f, 0x8b, 0x08])

export type Growth = {
  /** How many times as long as the data the decompressed data may be. */
  readonly times: number
  /** How much may come out whatever went in. */
  readonly freeBytes: number
}

/**
 * @returns undefined when the data is not compressed; the reader has it all then.
 */
export async function decompress(
  input: ByteReader,
  growth: Growth,
): Promise<AsyncIterable<Uint8Array> | undefined> {
  const start = await input.peek(4)
  if (start.equals(zipSignature)) return unexploded(unzip(input), input, growth)
  if (start.subarray(0, 3).equals(gzipSignature)) {
    return unexploded(gunzip(input), input, growth)
  }
  return undefined
}

/** Several members one after the other are one file, as `gzip` has it; zeros may follow. */
async function* gunzip(input: ByteReader): AsyncGenerator<Uint8Array> {
  yield* inflate(input, createGunzip({ chunkSize: chunkBytes }))
  for await (const padding of input) if (padding.some((byte) => byte !== 0)) throw damaged()
}

async function* unexploded(
  bytes: AsyncIterable<Uint8Array>,
  input: ByteReader,
  growth: Growth,
): AsyncGenerator<Uint8Array> {
  let sizeBytes = 0
  for await (const chunk of bytes) {
    sizeBytes += chunk.byteLength
    if (sizeBytes > Math.max(growth.freeBytes, growth.times * input.position)) {
      throw new TooLargeError(
        `Cannot decompress the data: it grows to more than ${growth.times} times its length, which the operator does not allow`,
      )
    }
    yield chunk
  }
}
