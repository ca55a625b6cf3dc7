/** Measures bytes that pass: length, md5 and the multihash. An inspection looks on. */
import { InvalidError, TooLargeError } from './errors.ts'
import type { ImageInspection } from './formats/inspect-image.ts'
import { hashInPlace } from './hash-in-place.ts'
import type { Multihash } from './image.ts'
import type { Hashing } from './ports/hashing.ts'

export type Expectations = {
  /** Length that the sender announced, in bytes; undefined when it did not. */
  readonly announcedBytes: number | undefined
  /** Most that the operator allows for one image; negative for no limit. */
  readonly limitBytes: number
  /** Algorithm of the multihash, as `node:crypto` knows it. */
  readonly hashAlgorithm: string
  /** Undefined to hash in place. */
  readonly hashing?: Hashing | undefined
  /** Looks at the bytes as they pass, see `inspectImage`. */
  readonly inspection: ImageInspection
}

export type Measured = {
  readonly sizeBytes: number
  /** Length of the disk that a guest sees; null when unknown. */
  readonly virtualSizeBytes: number | null
  /** md5 in lower-case hex. */
  readonly checksum: string
  readonly multihash: Multihash
}

export type Measurement = {
  /** The same bytes; they must be read to their end. */
  readonly bytes: AsyncIterable<Uint8Array>
  /** To be called once, at the end of the bytes. */
  readonly result: () => Promise<Measured>
}

/**
 * @throws {TooLargeError} when there are more bytes than the operator allows; before reading any
 *   where the sender announced as many.
 * @throws {InvalidError} when there are more or fewer bytes than announced.
 * @throws {WrongContentError} when the inspection refuses them; as early as it can.
 */
export function measure(bytes: AsyncIterable<Uint8Array>, expected: Expectations): Measurement {
  const { announcedBytes, limitBytes, hashAlgorithm, hashing = hashInPlace, inspection } = expected
  if (announcedBytes !== undefined) requireAllowed(announcedBytes, limitBytes)
  let sizeBytes = 0
  let virtualSizeBytes: number | null = null

  async function* allowed(): AsyncGenerator<Uint8Array> {
    for await (const chunk of bytes) {
      sizeBytes += chunk.byteLength
      requireAllowed(sizeBytes, limitBytes)
      if (announcedBytes !== undefined && sizeBytes > announcedBytes) {
        throw wrongLength(`more than ${announcedBytes} bytes arrived`, announcedBytes)
      }
      inspection.receive(chunk)
      yield chunk
    }
    if (announcedBytes !== undefined && sizeBytes < announcedBytes) {
      throw wrongLength(`${sizeBytes} bytes arrived`, announcedBytes)
    }
    virtualSizeBytes = inspection.finish()
  }

  const hashed = hashing.hash(allowed(), ['md5', hashAlgorithm], announcedBytes)
  return {
    bytes: hashed.bytes,
    result: async () => {
      const [checksum = '', value = ''] = await hashed.digests()
      const multihash = { algorithm: hashAlgorithm, value }
      return { sizeBytes, virtualSizeBytes, checksum, multihash }
    },
  }
}

function requireAllowed(sizeBytes: number, limitBytes: number): void {
  if (limitBytes < 0 || sizeBytes <= limitBytes) return
  throw new TooLargeError(
    `Cannot store image data: it is longer than the limit of ${limitBytes} bytes for one image`,
  )
}

function wrongLength(what: string, announcedBytes: number): InvalidError {
  return new InvalidError(
    `Cannot store image data: ${what}, but the size of the image was announced as ${announcedBytes} bytes`,
  )
}
