/** Every promise `Hashing` makes, as tests. */
import { createHash, randomBytes } from 'node:crypto'
import type { Hashing } from '@vitrine/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { chunks, failAfter, pieces, scribbling, strict } from './byte-sources.ts'

const algorithms = ['md5', 'sha512']

const hashesOf = (bytes: Uint8Array) =>
  algorithms.map((algorithm) => createHash(algorithm).update(bytes).digest('hex'))

/** Call it once per way of hashing, from its own test file. */
export function describeHashing(
  name: string,
  open: () => { hashing: Hashing; close(): Promise<void> },
): void {
  describe(`${name} keeps the promises of Hashing`, () => {
    let opened: ReturnType<typeof open>
    beforeEach(() => {
      opened = open()
    })
    afterEach(() => opened.close())

    async function passThrough(bytes: AsyncIterable<Uint8Array>, announcedBytes?: number) {
      const { bytes: passing, digests } = opened.hashing.hash(bytes, algorithms, announcedBytes)
      const passed: Uint8Array[] = []
      // A copy, because a piece is only ours until we ask for the next.
      for await (const piece of passing) passed.push(new Uint8Array(piece))
      return { passed: Buffer.concat(passed), digests: await digests() }
    }

    test.each([0, 1, 16_384, 1_000_000, 5_000_011])(
      'passes %d bytes on as they are, and hashes them',
      async (sizeBytes) => {
        const bytes = randomBytes(sizeBytes)
        for (const announcedBytes of [undefined, sizeBytes]) {
          for (const sizes of [
            [1, 0, 65_536, 7, 1_048_577, 3],
            [16_000, 65_536],
          ]) {
            const { passed, digests } = await passThrough(pieces(bytes, sizes), announcedBytes)
            expect(passed.equals(bytes)).toBe(true)
            expect(digests).toEqual(hashesOf(bytes))
          }
        }
      },
    )

    test('asks for one chunk at a time, which may be in the memory of the last', async () => {
      const bytes = randomBytes(9_000_000)
      const wanted = hashesOf(bytes)
      expect((await passThrough(strict(bytes, 65_536))).digests).toEqual(wanted)
      const { passed, digests } = await passThrough(scribbling(bytes, 65_536))
      expect(passed.equals(bytes)).toBe(true)
      expect(digests).toEqual(wanted)
    })

    test('keeps transfers apart that pass at the same time', async () => {
      const all = Array.from({ length: 20 }, () => randomBytes(3_000_000))
      const hashed = await Promise.all(all.map((bytes) => passThrough(pieces(bytes, [65_536]))))
      expect(hashed.map(({ digests }) => digests)).toEqual(all.map(hashesOf))
    })

    test('throws the very error of the bytes, at whatever point', async () => {
      const error = new Error('client hung up')
      for (const texts of [[], ['few'], ['x'.repeat(700_000), 'more'], ['x'.repeat(6_000_000)]]) {
        await expect(passThrough(failAfter(error, ...texts))).rejects.toBe(error)
      }
    })

    test('may be left early, or never begun, however often', async () => {
      const bytes = randomBytes(3_000_000)
      const leaving = async () => {
        opened.hashing.hash(pieces(bytes, [65_536]), algorithms)
        for await (const _ of opened.hashing.hash(pieces(bytes, [65_536]), algorithms).bytes) break
      }
      await Promise.all(Array.from({ length: 200 }, leaving))
      expect((await passThrough(pieces(bytes, [65_536]))).digests).toEqual(hashesOf(bytes))
    })

    test('ends the bytes that it was given when it is left', async () => {
      let ended = false
      async function* source() {
        try {
          yield* chunks('x'.repeat(2_000_000), 'y')
        } finally {
          ended = true
        }
      }
      for await (const _ of opened.hashing.hash(source(), algorithms).bytes) break
      expect(ended).toBe(true)
    })
  })
}
