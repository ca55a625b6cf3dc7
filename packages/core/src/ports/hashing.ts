/** Hashes bytes that pass by, by several algorithms at once. */
export interface Hashing {
  /**
   * @param algorithms as `node:crypto` knows them.
   * @param announcedBytes how many bytes are expected, to choose the way by; undefined when unknown.
   */
  hash(
    bytes: AsyncIterable<Uint8Array>,
    algorithms: readonly string[],
    announcedBytes?: number | undefined,
  ): Hashed
}

export type Hashed = {
  /**
   * The same bytes, in pieces of another size perhaps. A piece is the reader's until it asks for the
   * next: its memory may be filled again. What is read is read once; leaving it early frees what
   * hashing holds, and an iteration that never begins holds nothing. Throws what the bytes throw.
   */
  readonly bytes: AsyncIterable<Uint8Array>
  /** The hashes in lower-case hex, in the order of the algorithms. To be asked at the end of the bytes. */
  readonly digests: () => Promise<readonly string[]>
}
