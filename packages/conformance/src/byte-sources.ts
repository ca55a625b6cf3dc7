/** Sources of bytes as a store may meet them: in odd sizes, slow, failing, or reusing their memory. */

export async function* chunks(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text)
}

/** Gives the texts, then throws. */
export async function* failAfter(error: Error, ...texts: string[]): AsyncGenerator<Uint8Array> {
  yield* chunks(...texts)
  throw error
}

/** Gives views of `bytes` whose lengths follow `sizesBytes`, over and over. Zero is a length too. */
export async function* pieces(
  bytes: Uint8Array,
  sizesBytes: readonly number[],
): AsyncGenerator<Uint8Array> {
  let start = 0
  while (start < bytes.byteLength) {
    for (const sizeBytes of sizesBytes) {
      yield bytes.subarray(start, start + sizeBytes)
      start += sizeBytes
    }
  }
}

/** Gives every chunk in the same memory, and overwrites it as soon as the next is asked for. */
export async function* scribbling(
  bytes: Uint8Array,
  sizeBytes: number,
): AsyncGenerator<Uint8Array> {
  const memory = new Uint8Array(sizeBytes)
  for await (const piece of pieces(bytes, [sizeBytes])) {
    memory.set(piece)
    yield memory.subarray(0, piece.byteLength)
    memory.fill(0xdb)
  }
}

/** Throws when a chunk is asked for while an earlier one is still on its way. */
export function strict(bytes: Uint8Array, sizeBytes: number): AsyncIterable<Uint8Array> {
  const source = pieces(bytes, [sizeBytes])
  let isAsked = false
  return {
    [Symbol.asyncIterator]: () => ({
      async next() {
        if (isAsked) throw new Error('A chunk was asked for before the last one had arrived')
        isAsked = true
        await new Promise((arrived) => setImmediate(arrived))
        isAsked = false
        return source.next()
      },
    }),
  }
}

export type StalledSource = {
  readonly bytes: AsyncIterable<Uint8Array>
  /** Resolves when the reader has taken the text and waits for more. */
  readonly taken: Promise<void>
  readonly end: () => void
  readonly fail: (error: Error) => void
}

/** Gives the text, and then nothing until it is told how to go on. */
export function stalled(text: string): StalledSource {
  const taken = Promise.withResolvers<void>()
  const more = Promise.withResolvers<void>()
  async function* bytes() {
    yield* chunks(text)
    taken.resolve()
    await more.promise
  }
  return { bytes: bytes(), taken: taken.promise, end: more.resolve, fail: more.reject }
}
