import type { ByteRange } from '../byte-range.ts'

/**
 * Keeps the bytes of images, each object under a key the service chose.
 *
 * A store moves bytes and nothing else. Counting, hashing and limits happen once, in
 * `receiveImageData`, so a new store is an afternoon's work and all stores behave alike.
 * The promises below are tests in `@vitrine/conformance`: a store that passes may be used.
 *
 * A key is a lower-case UUID: 36 characters of `0-9a-f-`.
 */
export interface ObjectStore {
  /**
   * What was asked of the store may still be done after it was given up, because others do it. So
   * what a failed `put` may leave is to be deleted once more after a while.
   */
  readonly settlesLate?: boolean

  /**
   * Stores `bytes` under `key`, in place of whatever was there.
   *
   * All or nothing: when `bytes` throws, `key` still reads as it did before and nothing else is
   * kept. Resolves once the bytes would outlive this process and a power cut. Asks for the next
   * chunk only when it has taken the last, and never holds more than a few chunks.
   *
   * @throws whatever `bytes` throws, unchanged.
   * @throws {TooLargeError} when the store is full.
   * @throws {UnavailableError} when the store takes nothing, or fails.
   */
  put(key: string, bytes: AsyncIterable<Uint8Array>): Promise<void>

  /**
   * Reads the object, or a part of it that lies within it, in order.
   *
   * A chunk is the caller's until it asks for the next one: the store may fill the same memory
   * again. Leaving the iteration early frees what the store holds open; an iteration that never
   * begins holds nothing.
   *
   * @throws {ObjectNotFoundError} before the first byte, so that a handler can still answer 404.
   * @throws {UnavailableError} as early, when the store cannot be reached.
   */
  get(key: string, part?: ByteRange): Promise<AsyncIterable<Uint8Array>>

  /**
   * Forgets the object, and whatever a `put` of this key that died half-way left behind. Resolves
   * once a power cut would not bring them back. Quiet when there is neither, so a retry is always
   * safe. A `put` of the key that is still running may fail by it.
   *
   * @throws {UnavailableError} when the store cannot be reached, or lets nothing be deleted.
   */
  delete(key: string): Promise<void>

  /**
   * Looks whether the store is there: resolves when it can be reached and is ours to use, without
   * changing anything in it.
   *
   * @throws {UnavailableError} when it is not.
   */
  check(): Promise<void>

  /**
   * Everything that is there, in no order: whole objects, what a `put` has not finished or left
   * behind, and whatever else lies in the store's place. What comes or goes meanwhile may be shown.
   *
   * @throws {UnavailableError} when the store cannot be reached.
   */
  list(): AsyncIterable<StoredObject>
}

export type StoredObject = {
  /** Of the object; the name of what is none. */
  readonly key: string
  /** Undefined where the store does not say. */
  readonly sizeBytes: number | undefined
  /** Else it is, or was, being written. */
  readonly isWhole: boolean
}

/** The store holds nothing under this key. */
export class ObjectNotFoundError extends Error {
  override readonly name = 'ObjectNotFoundError'
  readonly key: string

  constructor(key: string, options?: ErrorOptions) {
    super(`Cannot read object ${key}: the store has no such object`, options)
    this.key = key
  }
}
