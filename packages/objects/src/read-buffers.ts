/**
 * Memory to read files into, lent for as long as a reader has what was read.
 *
 * Large buffers cost least per byte, but a thousand clients that take a byte a second must not hold a
 * large one each. So there is a fixed number of them, as much as a few fast transfers can use, and
 * whoever comes when all are lent reads into a small one. Both are kept for the next: nothing is
 * allocated per chunk.
 */

const largeBytes = 512 * 1024
const smallBytes = 64 * 1024
const mostLarge = 16
/** Kept for later; there may be any number in use. */
const mostSpareSmall = 32

export class ReadBuffers {
  readonly #spareLarge: Buffer[] = []
  readonly #spareSmall: Buffer[] = []
  #madeLarge = 0

  /** @param lengthBytes of what is left to read: what is short needs no whole buffer. */
  take(lengthBytes: number): Buffer {
    if (lengthBytes < smallBytes) return Buffer.allocUnsafeSlow(lengthBytes)
    const large = lengthBytes > smallBytes ? this.#takeLarge() : undefined
    return large ?? this.#spareSmall.pop() ?? Buffer.allocUnsafeSlow(smallBytes)
  }

  /** To be called once per buffer, when nobody reads or fills it any more. */
  giveBack(buffer: Buffer): void {
    if (buffer.byteLength === largeBytes) this.#spareLarge.push(buffer)
    const isSmall = buffer.byteLength === smallBytes
    if (isSmall && this.#spareSmall.length < mostSpareSmall) this.#spareSmall.push(buffer)
  }

  #takeLarge(): Buffer | undefined {
    const spare = this.#spareLarge.pop()
    if (spare !== undefined || this.#madeLarge === mostLarge) return spare
    this.#madeLarge += 1
    return Buffer.allocUnsafeSlow(largeBytes)
  }
}
