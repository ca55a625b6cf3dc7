/** Reads bytes that come in chunks of any size: some of them at a time, or all that follow. */

const nothing = new Uint8Array()

export class ByteReader implements AsyncDisposable, AsyncIterable<Uint8Array> {
  readonly #chunks: AsyncIterator<Uint8Array>
  /** What has come and was not taken. */
  #left: Uint8Array = nothing
  #taken = 0

  constructor(bytes: AsyncIterable<Uint8Array>) {
    this.#chunks = bytes[Symbol.asyncIterator]()
  }

  /** How many bytes have been taken. */
  get position(): number {
    return this.#taken
  }

  /** The next bytes, which stay; fewer where the data ends before. */
  async peek(length: number): Promise<Buffer> {
    while (this.#left.byteLength < length) {
      // A chunk is ours only until the next is asked for.
      const held = Uint8Array.from(this.#left)
      this.#left = held
      const { done, value } = await this.#chunks.next()
      if (done) break
      this.#left = Buffer.concat([held, value])
    }
    return Buffer.from(this.#left.subarray(0, length))
  }

  /** The next bytes; fewer where the data ends before. */
  async take(length: number): Promise<Buffer> {
    const taken = await this.peek(length)
    this.#left = this.#left.subarray(taken.byteLength)
    this.#taken += taken.byteLength
    return taken
  }

  /** As many bytes as are at hand, the caller's until it asks for more; undefined at the end. */
  async next(most = Number.POSITIVE_INFINITY): Promise<Uint8Array | undefined> {
    while (this.#left.byteLength === 0) {
      const { done, value } = await this.#chunks.next()
      if (done) return undefined
      this.#left = value
    }
    const given = this.#left.subarray(0, most)
    this.#left = this.#left.subarray(given.byteLength)
    this.#taken += given.byteLength
    return given
  }

  /** Gives back the end of what `next` gave last. */
  back(unused: Uint8Array): void {
    this.#left = this.#left.byteLength === 0 ? unused : Buffer.concat([unused, this.#left])
    this.#taken -= unused.byteLength
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (let chunk = await this.next(); chunk !== undefined; chunk = await this.next()) yield chunk
  }

  /** Lets go of what the bytes hold open. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#chunks.return?.()
  }
}
