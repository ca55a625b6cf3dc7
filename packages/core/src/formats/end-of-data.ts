/** Keeps the last bytes of a stream, whatever the size of its chunks. */
export class EndOfData {
  readonly #kept: Buffer
  #length = 0

  /** @param mostBytes how many are kept. */
  constructor(mostBytes: number) {
    this.#kept = Buffer.alloc(mostBytes)
  }

  receive(chunk: Uint8Array): void {
    const added = chunk.subarray(-Math.min(chunk.byteLength, this.#kept.length))
    const staying = Math.min(this.#length, this.#kept.length - added.byteLength)
    this.#kept.copyWithin(0, this.#length - staying, this.#length)
    this.#kept.set(added, staying)
    this.#length = staying + added.byteLength
  }

  get bytes(): Buffer {
    return this.#kept.subarray(0, this.#length)
  }
}
