/**
 * Objects that others keep on the web. The key of an object is its address, and it is only read.
 *
 * A part is cut out of the whole while it comes: not every server can send parts, and one that
 * ignores the wish must not be believed to have heard it.
 */
import {
  type ByteRange,
  ObjectNotFoundError,
  type ObjectStore,
  type WebSource,
} from '@vitrine/core'

export class WebObjectStore implements ObjectStore {
  readonly #web: WebSource

  constructor(web: WebSource) {
    this.#web = web
  }

  /** @throws {Error} always: nothing can be put on the web. */
  async put(key: string): Promise<void> {
    throw new Error(`Cannot store ${key}: this store only reads`)
  }

  /** @throws {ObjectNotFoundError} when the operator's rules, or the server, refuse for good. */
  async get(key: string, part?: ByteRange): Promise<AsyncIterable<Uint8Array>> {
    const leaving = new AbortController()
    const content = await this.#web.open(key, { signal: leaving.signal }).catch((error) => {
      if (isRefusal(error)) throw new ObjectNotFoundError(key, { cause: error })
      throw error
    })
    return part === undefined ? content.bytes : partOf(content.bytes, part)
  }

  /** What others keep, nobody can list. */
  async *list(): AsyncGenerator<never> {}

  /** What others keep is theirs to delete. */
  async delete(): Promise<void> {}

  /** The web is always there; each of its addresses may be not. */
  async check(): Promise<void> {}
}

function isRefusal(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'invalid'
}

async function* partOf(
  bytes: AsyncIterable<Uint8Array>,
  { start, end }: ByteRange,
): AsyncGenerator<Uint8Array> {
  let position = 0
  for await (const chunk of bytes) {
    const wanted = chunk.subarray(Math.max(0, start - position), Math.max(0, end - position))
    if (wanted.byteLength > 0) yield wanted
    position += chunk.byteLength
    if (position >= end) return
  }
}
