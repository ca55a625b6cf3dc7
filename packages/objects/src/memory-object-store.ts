import {
  type ByteRange,
  ObjectNotFoundError,
  type ObjectStore,
  type StoredObject,
} from '@vitrine/core'
import { checkObjectKey } from './object-key.ts'

const chunkBytes = 64 * 1024

/** Objects that live as long as the store: for tests and for trying things out. */
export class MemoryObjectStore implements ObjectStore {
  readonly #objects = new Map<string, Uint8Array>()

  async put(key: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
    checkObjectKey(key)
    const chunks: Uint8Array[] = []
    // A copy, because the producer may fill the same memory again.
    for await (const chunk of bytes) chunks.push(new Uint8Array(chunk))
    this.#objects.set(key, Buffer.concat(chunks))
  }

  async get(key: string, part?: ByteRange): Promise<AsyncIterable<Uint8Array>> {
    checkObjectKey(key)
    const object = this.#objects.get(key)
    if (object === undefined) throw new ObjectNotFoundError(key)
    return copiesOf(part === undefined ? object : object.subarray(part.start, part.end))
  }

  async *list(): AsyncGenerator<StoredObject> {
    for (const [key, { byteLength }] of this.#objects) {
      yield { key, sizeBytes: byteLength, isWhole: true }
    }
  }

  async delete(key: string): Promise<void> {
    checkObjectKey(key)
    this.#objects.delete(key)
  }

  async check(): Promise<void> {}
}

/** A chunk is the caller's, to write in if it likes, so none of ours leaves the store. */
async function* copiesOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.byteLength; start += chunkBytes) {
    yield new Uint8Array(bytes.subarray(start, start + chunkBytes))
  }
}
