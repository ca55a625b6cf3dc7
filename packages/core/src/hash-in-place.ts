/** Hashing where the bytes are, one algorithm after the other: the least trouble for few bytes. */
import { createHash } from 'node:crypto'
import type { Hashing } from './ports/hashing.ts'

export const hashInPlace: Hashing = {
  hash(bytes, algorithms) {
    const hashes = algorithms.map((algorithm) => createHash(algorithm))
    async function* passing(): AsyncGenerator<Uint8Array> {
      for await (const chunk of bytes) {
        for (const hash of hashes) hash.update(chunk)
        yield chunk
      }
    }
    return {
      bytes: passing(),
      digests: async () => hashes.map((hash) => hash.digest('hex')),
    }
  },
}
