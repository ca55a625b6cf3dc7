/**
 * Measures bytes that pass: length, md5, the multihash, and the digest by which stores keep them
 * once. An inspection looks on.
 */
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

/** What an image says of its data. */
export type DataFacts = {
  readonly sizeBytes: number
  /** Length of the disk that a guest sees; null when unknown. */
  readonly virtualSizeBytes: number | null
  /** md5 in lower-case hex. */
  readonly checksum: string
  readonly multihash: Multihash
}

export type Measured = DataFacts & {
  /**
   * By which equal bytes are known, such as `sha512:…`: the multihash, unless its algorithm is one by
   * which different bytes can be made to look equal.
   */
  readonly digest: string
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

  const isWeak = weakAlgorithms.has(hashAlgorithm)
  const algorithms = ['md5', hashAlgorithm, ...(isWeak ? [strongAlgorithm] : [])]
  const hashed = hashing.hash(allowed(), algorithms, announcedBytes)
  return {
    bytes: hashed.bytes,
    result: async () => {
      const [checksum = '', value = '', strong = ''] = await hashed.digests()
      const multihash = { algorithm: hashAlgorithm, value }
      const digest = isWeak ? `${strongAlgorithm}:${strong}` : `${hashAlgorithm}:${value}`
      return { sizeBytes, virtualSizeBytes, checksum, multihash, digest }
    },
  }
}

const weakAlgorithms = new Set(['md5', 'sha1'])
const strongAlgorithm = 'sha256'

/** Without the digest, which is the store's business and no image's. */
export function factsOf({ digest: _, ...facts }: Measured): DataFacts {
  return facts
}

/** @throws {TooLargeError} */
export function requireAllowed(sizeBytes: number, limitBytes: number): void {
  if (limitBytes < 0 || sizeBytes <= limitBytes) return
  throw new TooLargeError(
    `Cannot store image data: it is longer than the limit of ${limitBytes} bytes for one image`,
  )
}

export function wrongLength(what: string, announcedBytes: number): InvalidError {
  return new InvalidError(
    `Cannot store image data: ${what}, but the size of the image was announced as ${announcedBytes} bytes`,
  )
}
