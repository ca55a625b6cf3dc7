/**
 * Keeps what one node has in its cache, and what it is to fetch. Its own: another node's is another.
 *
 * The promises below are tests in `@vitrine/objects`.
 */
export interface CacheIndex {
  /** The copies that are whole, in the order in which they were made. */
  list(): readonly CachedCopy[]

  find(imageId: string): CachedCopy | undefined

  /** Writes down that bytes are about to be kept under the key, so that they are found if this fails. */
  begin(imageId: string, key: string): void

  /** The copy is whole from now on. */
  complete(imageId: string, sizeBytes: number, at: Date): void

  /** Counts one more reading. Quiet when there is no such copy. */
  hit(imageId: string, at: Date): void

  /** Forgets the copy, whole or not. */
  forget(imageId: string): void

  /** Those that were begun and are not whole. */
  incomplete(): readonly { readonly imageId: string; readonly key: string }[]

  /** Ids of the images that wait to be fetched, the first to be first. */
  queued(): readonly string[]

  /** Quiet when it waits already. */
  enqueue(imageId: string): void

  /** Quiet when it does not wait. */
  dequeue(imageId: string): void
}

export type CachedCopy = {
  readonly imageId: string
  /** Of its bytes among the node's. */
  readonly key: string
  readonly sizeBytes: number
  /** How often it was read. */
  readonly hits: number
  readonly lastReadAt: Date
  readonly cachedAt: Date
}
