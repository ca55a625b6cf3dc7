/**
 * Memory in which bytes are gathered for threads to hash.
 *
 * A large piece is worth its messages to two threads and its write to a disk, but a thousand clients
 * that send one byte a second must not each hold one. So there is a fixed number of large pieces,
 * which those get who send in large chunks; everyone else gathers in a small one.
 *
 * Pieces are kept for the next who needs one: what is left to the garbage collector lies about long.
 */

/**
 * The largest that is spare is taken: a MiB at a time costs the main thread two thirds of what a
 * quarter of it does, and there are enough of these for two transfers. All together are 16 MiB.
 */
const largeKinds = [
  { sizeBytes: 1024 * 1024, most: 8 },
  { sizeBytes: 256 * 1024, most: 32 },
] as const
const smallPieceBytes = 32 * 1024
/** Kept for later; there may be any number in use. */
const mostSpareSmallPieces = 256
/** Who sends less at once is likely to send slowly. */
const largeChunkBytes = 16 * 1024

export class Piece {
  readonly memory: SharedArrayBuffer
  readonly isLarge: boolean
  readonly #bytes: Buffer
  #filledBytes = 0

  constructor(sizeBytes: number) {
    this.memory = new SharedArrayBuffer(sizeBytes)
    this.isLarge = sizeBytes > smallPieceBytes
    this.#bytes = Buffer.from(this.memory)
  }

  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#filledBytes)
  }

  get isFull(): boolean {
    return this.#filledBytes === this.#bytes.byteLength
  }

  /** @returns what did not fit. */
  fill(chunk: Uint8Array): Uint8Array {
    const fitting = chunk.subarray(0, this.#bytes.byteLength - this.#filledBytes)
    const filledBytes = this.#filledBytes + fitting.byteLength
    // Not set(): into shared memory it copies byte by byte, since others might look on, and takes
    // three times as long.
    this.#bytes.fill(fitting, this.#filledBytes, filledBytes)
    this.#filledBytes = filledBytes
    return chunk.subarray(fitting.byteLength)
  }

  empty(): void {
    this.#filledBytes = 0
  }
}

export class Pieces {
  readonly #large = largeKinds.map((kind) => new LimitedPieces(kind.sizeBytes, kind.most))
  readonly #spareSmall: Piece[] = []

  /** @param chunkBytes how much there is to put into it at once. */
  take(chunkBytes: number): Piece {
    const large = chunkBytes >= largeChunkBytes ? this.#takeLarge() : undefined
    return large ?? this.#spareSmall.pop() ?? new Piece(smallPieceBytes)
  }

  /** To be called once per piece, when nobody reads it any more. */
  giveBack(piece: Piece): void {
    piece.empty()
    const kind = this.#large.find(({ sizeBytes }) => sizeBytes === piece.memory.byteLength)
    if (kind !== undefined) kind.giveBack(piece)
    else if (this.#spareSmall.length < mostSpareSmallPieces) this.#spareSmall.push(piece)
  }

  #takeLarge(): Piece | undefined {
    for (const kind of this.#large) {
      const piece = kind.take()
      if (piece !== undefined) return piece
    }
    return undefined
  }
}

/** Pieces of one size, made when first needed. */
class LimitedPieces {
  readonly sizeBytes: number
  readonly #most: number
  readonly #spare: Piece[] = []
  #made = 0

  constructor(sizeBytes: number, most: number) {
    this.sizeBytes = sizeBytes
    this.#most = most
  }

  take(): Piece | undefined {
    const spare = this.#spare.pop()
    if (spare !== undefined || this.#made === this.#most) return spare
    this.#made += 1
    return new Piece(this.sizeBytes)
  }

  giveBack(piece: Piece): void {
    this.#spare.push(piece)
  }
}
