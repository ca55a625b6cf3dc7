/**
 * Hashes image data beside the main thread, each algorithm in a thread of its own, so that a
 * transfer is bound by the slowest of them and not by the sum of all.
 *
 *   chunks ──copied──► piece of shared memory ──► the store, in the main thread
 *                                            ├──► md5, in one thread
 *                                            └──► sha512, in another
 *
 * A piece is filled again once all three are done with it. A transfer has at most three of them on
 * their way, then its sender waits. All transfers share a few threads, which are started when first
 * needed and do not keep the process alive.
 */
import { availableParallelism } from 'node:os'
import { type Hashed, type Hashing, hashInPlace } from '@vitrine/core'
import { HashThread, type RunningHash } from './hash-thread.ts'
import { type Piece, Pieces } from './pieces.ts'

/** What a thread costs to be told is more than to hash less than this in place. */
const fewBytes = 1024 * 1024
const mostUnderWay = 3

export class HashThreads implements Hashing, AsyncDisposable {
  readonly #most: number
  readonly #pieces = new Pieces()
  #threads: HashThread[] = []

  /** @param most how many threads to start at most. */
  constructor(most = Math.min(Math.max(availableParallelism(), 2), 8)) {
    this.#most = most
  }

  hash(
    bytes: AsyncIterable<Uint8Array>,
    algorithms: readonly string[],
    announcedBytes = Number.POSITIVE_INFINITY,
  ): Hashed {
    if (announcedBytes < fewBytes) return hashInPlace.hash(bytes, algorithms)
    let digests: readonly string[] | undefined
    return {
      bytes: this.#pass(bytes, algorithms, (found) => {
        digests = found
      }),
      digests: async () => {
        if (digests === undefined) throw new Error('The bytes were not read to their end')
        return digests
      },
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.end()))
  }

  async *#pass(
    bytes: AsyncIterable<Uint8Array>,
    algorithms: readonly string[],
    found: (digests: readonly string[]) => void,
  ): AsyncGenerator<Uint8Array> {
    await using passage = new Passage(this.#pieces, () => this.#begin(algorithms))
    let piece: Piece | undefined
    try {
      for await (const chunk of bytes) {
        for (let rest = chunk; rest.byteLength > 0; ) {
          piece ??= this.#pieces.take(rest.byteLength)
          rest = piece.fill(rest)
          if (!piece.isFull) continue
          const full = piece
          piece = undefined
          yield* passage.pass(full)
        }
      }
      if (piece !== undefined) {
        const last = piece
        piece = undefined
        yield* passage.pass(last)
      }
      found(await passage.digests())
    } finally {
      if (piece !== undefined) this.#pieces.giveBack(piece)
    }
  }

  /** Begins each in a thread of its own, as far as there are threads. */
  #begin(algorithms: readonly string[]): readonly RunningHash[] {
    this.#threads = this.#threads.filter((thread) => !thread.isDead)
    const idle = this.#threads.filter((thread) => thread.load === 0).length
    const wanted = Math.min(this.#most, this.#threads.length + algorithms.length - idle)
    while (this.#threads.length < wanted) this.#threads.push(new HashThread())
    const byLoad = this.#threads.toSorted((a, b) => a.load - b.load)
    return algorithms.flatMap((algorithm, i) => byLoad[i % byLoad.length]?.begin(algorithm) ?? [])
  }
}

/** One transfer's way through the threads. */
class Passage implements AsyncDisposable {
  readonly #pieces: Pieces
  readonly #begin: () => readonly RunningHash[]
  #hashes: readonly RunningHash[] | undefined
  readonly #underWay: Promise<unknown>[] = []

  constructor(pieces: Pieces, begin: () => readonly RunningHash[]) {
    this.#pieces = pieces
    this.#begin = begin
  }

  /** Has the piece hashed while the reader has it, and gives it back when neither needs it. */
  async *pass(piece: Piece): AsyncGenerator<Uint8Array> {
    const { bytes, memory } = piece
    const hashes = this.#running()
    const hashing = Promise.all(hashes.map((hash) => hash.update(memory, bytes.byteLength)))
    const read = Promise.withResolvers<void>()
    // Also where a thread has died: nothing reads the piece then either.
    const free = Promise.allSettled([hashing, read.promise]).then(() => {
      this.#pieces.giveBack(piece)
      return hashing
    })
    free.catch(() => undefined) // told to whoever awaits it
    this.#underWay.push(free)
    try {
      yield bytes
    } finally {
      read.resolve()
    }
    const most = piece.isLarge ? mostUnderWay - 1 : 0
    while (this.#underWay.length > most) await this.#underWay.shift()
  }

  async digests(): Promise<readonly string[]> {
    const digests = this.#running().map((hash) => hash.digest())
    return (await Promise.all(digests)).map((digest) => digest ?? '')
  }

  #running(): readonly RunningHash[] {
    this.#hashes ??= this.#begin()
    return this.#hashes
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const hash of this.#hashes ?? []) hash.drop()
  }
}
