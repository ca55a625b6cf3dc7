/**
 * How an inspector looks at an image that passes by once.
 *
 * An inspector is a generator. It asks for a part of the data, is suspended until the part has
 * arrived, and goes on; so it reads like code that has the whole image in a file, and holds only
 * what it asked for. Parts are asked for from front to back, since what has passed is gone.
 *
 *   inspector   ──asks for bytes 0 to 72──►  Examination   ◄──chunks of any size── stream
 *               ◄──────those bytes────────
 */

/** What an inspector asks for. */
export type Ask =
  /** This part, or what there is of it: less when the data ends, nothing when it has passed. */
  | { readonly kind: 'bytes'; readonly start: number; readonly length: number }
  /** The last bytes of the data: fewer when there are fewer. At most `longestEnd`. */
  | { readonly kind: 'end'; readonly length: number }
  /** Nothing: it has seen enough to know that the data has its format, and goes on for details. */
  | { readonly kind: 'recognized' }

/** What an inspector says of data that has its format. */
export type Finding = {
  /** Length of the disk that a guest sees, in bytes, given the length of the data. */
  readonly virtualSizeOf: (storedBytes: number) => number
  /** The safety check that fails, as half a sentence: "it names a backing file". */
  readonly unsafe?: string | undefined
  /** Whether the disk stands there byte by byte from the first on, so that it may be partitioned. */
  readonly beginsWithDisk?: boolean
}

/** @returns undefined when the data does not have this format. */
export type Inspection = Generator<Ask, Finding | undefined, Buffer>

/** How much of the end of the data an inspector may ask for, in bytes. */
export const longestEnd = 1536

/** @returns undefined when the data ends before, or has passed. */
export function* bytes(start: number, length: number): Generator<Ask, Buffer | undefined, Buffer> {
  const found = yield { kind: 'bytes', start, length }
  return found.length === length ? found : undefined
}

/** The first bytes of the data: fewer when there are fewer. */
export function* firstBytes(length: number): Generator<Ask, Buffer, Buffer> {
  return yield { kind: 'bytes', start: 0, length }
}

/** @returns undefined when the data is shorter. */
export function* lastBytes(length: number): Generator<Ask, Buffer | undefined, Buffer> {
  const found = yield { kind: 'end', length }
  return found.length === length ? found : undefined
}

export function* recognized(): Generator<Ask, void, Buffer> {
  yield { kind: 'recognized' }
}

/** Of a format whose data is the disk, byte by byte. */
export const sameAsStored = (storedBytes: number): number => storedBytes
