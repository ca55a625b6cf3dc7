/**
 * Every promise `ObjectStore` makes, as tests.
 *
 * That bytes outlive a power cut cannot be tested here; that they outlive the store is.
 */
import { randomBytes } from 'node:crypto'
import {
  type ByteRange,
  ObjectNotFoundError,
  type ObjectStore,
  type StoredObject,
} from '@vitrine/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { chunks, failAfter, pieces, scribbling, stalled, strict } from './byte-sources.ts'

export type ObjectStoreHarness = {
  /** Opens the store under test. Two calls must see the same objects. */
  open(): Promise<ObjectStore>
  /** Names of what the store holds besides whole objects: half-written files, unfinished uploads. */
  leftovers(): Promise<readonly string[]>
  close(): Promise<void>
}

const a = 'aaaaaaaa-0000-4000-8000-000000000001'
const b = 'bbbbbbbb-0000-4000-8000-000000000002'
const c = 'cccccccc-0000-4000-8000-000000000003'

/** Call it once per store, from the store's own test file. */
export function describeObjectStore(
  name: string,
  makeHarness: () => Promise<ObjectStoreHarness>,
): void {
  describe(`${name} keeps the promises of ObjectStore`, () => {
    let harness: ObjectStoreHarness
    let store: ObjectStore

    beforeEach(async () => {
      harness = await makeHarness()
      store = await harness.open()
    })
    afterEach(() => harness.close())

    describe('put()', () => {
      test('keeps bytes that get() gives back', async () => {
        await store.put(a, chunks('vit', 'rine'))
        expect(await readText(store, a)).toBe('vitrine')
      })

      test('keeps an object without bytes', async () => {
        await store.put(a, chunks())
        expect(await readText(store, a)).toBe('')
      })

      test('keeps megabytes that arrive in chunks of any size', async () => {
        const bytes = randomBytes(5_000_011)
        await store.put(a, pieces(bytes, [1, 0, 65_536, 7, 1_048_577, 3, 524_288]))
        expect((await read(store, a)).equals(bytes)).toBe(true)
      })

      test('replaces the bytes that were there', async () => {
        await store.put(a, chunks('a long first text'))
        await store.put(a, chunks('second'))
        expect(await readText(store, a)).toBe('second')
      })

      test('keeps the old bytes when the new ones fail half-way', async () => {
        await store.put(a, chunks('old'))
        await expect(store.put(a, failAfter(new Error('client hung up'), 'ne'))).rejects.toThrow(
          'client hung up',
        )
        expect(await readText(store, a)).toBe('old')
        expect(await harness.leftovers()).toEqual([])
      })

      test('keeps nothing of a new object whose bytes fail half-way', async () => {
        const megabytes = 'x'.repeat(6_000_000)
        const put = store.put(a, failAfter(new Error('client hung up'), megabytes, 'y'))
        await expect(put).rejects.toThrow('client hung up')
        await expect(store.get(a)).rejects.toThrow(ObjectNotFoundError)
        expect(await harness.leftovers()).toEqual([])
      })

      test.each(['ENOENT', 'ENOSPC'])(
        'rejects with the very error of its bytes, also %s',
        async (code) => {
          const error = Object.assign(new Error('the source failed'), { code })
          await expect(store.put(a, failAfter(error, 'half'))).rejects.toBe(error)
        },
      )

      test('rejects when its bytes fail before the first of them', async () => {
        const error = new Error('no body')
        await expect(store.put(a, failAfter(error))).rejects.toBe(error)
        await expect(store.get(a)).rejects.toThrow(ObjectNotFoundError)
      })

      test('takes a chunk before it asks for the next, which may be in the same memory', async () => {
        const bytes = randomBytes(3_000_000)
        await store.put(a, scribbling(bytes, 100_003))
        expect((await read(store, a)).equals(bytes)).toBe(true)
      })

      test('asks for one chunk at a time', async () => {
        const bytes = randomBytes(3_000_000)
        await store.put(a, strict(bytes, 100_003))
        expect((await read(store, a)).equals(bytes)).toBe(true)
      })

      test('keeps objects apart that are written at the same time', async () => {
        const keys = Array.from({ length: 8 }, (_, i) => `cccccccc-0000-4000-8000-00000000000${i}`)
        await Promise.all(keys.map((key) => store.put(key, chunks(key.repeat(5_000), key))))
        for (const key of keys) expect(await readText(store, key)).toBe(key.repeat(5_001))
      })

      test('keeps one whole object when two are written under one key at the same time', async () => {
        const texts = ['1'.repeat(300_000), '2'.repeat(200_000)]
        await Promise.all(texts.map((text) => store.put(a, pieces(Buffer.from(text), [1_000]))))
        expect(texts).toContain(await readText(store, a))
        expect(await harness.leftovers()).toEqual([])
      })

      test('shows nothing of an object before its last byte', async () => {
        const source = stalled('half')
        const put = store.put(a, source.bytes)
        await source.taken
        await expect((await harness.open()).get(a)).rejects.toThrow(ObjectNotFoundError)
        source.end()
        await put
        expect(await readText(store, a)).toBe('half')
      })
    })

    describe('get()', () => {
      test('rejects before the first byte when nothing is stored', async () => {
        await expect(store.get(a)).rejects.toThrow(new ObjectNotFoundError(a))
      })

      test('reads what another opening of the store has kept', async () => {
        await store.put(a, chunks('kept'))
        expect(await readText(await harness.open(), a)).toBe('kept')
      })

      test.each([
        ['its first byte', 0, 1],
        ['its last byte', 2_999_999, 3_000_000],
        ['a few bytes inside', 17, 29],
        ['megabytes inside', 333_333, 2_555_555],
        ['all of it', 0, 3_000_000],
      ])('reads of an object %s', async (_part, start, end) => {
        const bytes = randomBytes(3_000_000)
        await store.put(a, pieces(bytes, [700_001]))
        expect((await read(store, a, { start, end })).equals(bytes.subarray(start, end))).toBe(true)
      })

      test('gives chunks that the caller may write in', async () => {
        await store.put(a, chunks('untouched'))
        for await (const chunk of await store.get(a)) chunk.fill(0)
        expect(await readText(store, a)).toBe('untouched')
      })

      test('may be left early, or never begun, and asked again', async () => {
        const bytes = randomBytes(3_000_000)
        await store.put(a, pieces(bytes, [700_001]))
        await store.get(a)
        for await (const _ of await store.get(a)) break
        expect((await read(store, a)).equals(bytes)).toBe(true)
      })

      test('serves many readers of one object at the same time', async () => {
        const bytes = randomBytes(2_000_000)
        await store.put(a, pieces(bytes, [700_001]))
        const copies = await Promise.all(Array.from({ length: 5 }, () => read(store, a)))
        for (const copy of copies) expect(copy.equals(bytes)).toBe(true)
      })
    })

    describe('list()', () => {
      const listed = async () => {
        const found: StoredObject[] = []
        for await (const object of (await harness.open()).list()) found.push(object)
        return found.toSorted((one, other) => (one.key < other.key ? -1 : 1))
      }

      test('shows nothing of an empty store', async () => {
        expect(await listed()).toEqual([])
      })

      test('shows every object and how long it is, and none that is deleted', async () => {
        await store.put(a, chunks('first'))
        await store.put(b, chunks())
        await store.put(c, chunks('third'))
        await store.delete(c)
        expect(await listed()).toEqual([
          { key: a, sizeBytes: 5, isWhole: true },
          { key: b, sizeBytes: 0, isWhole: true },
        ])
      })

      test('shows what is being written as no whole object, if at all', async () => {
        const source = stalled('x'.repeat(6_000_000))
        const put = store.put(a, source.bytes)
        await source.taken
        const leftovers = await harness.leftovers()
        const found = (await listed()).map(({ key, isWhole }) => ({ key, isWhole }))
        expect(found).toEqual(leftovers.map(() => ({ key: a, isWhole: false })))
        source.end()
        await put
        expect(await listed()).toEqual([{ key: a, sizeBytes: 6_000_000, isWhole: true }])
      })
    })

    describe('delete()', () => {
      test('forgets the object, and no other', async () => {
        await store.put(a, chunks('first'))
        await store.put(b, chunks('second'))
        await store.delete(a)
        await expect(store.get(a)).rejects.toThrow(ObjectNotFoundError)
        expect(await readText(store, b)).toBe('second')
      })

      test('is quiet when there is nothing, before and after', async () => {
        await store.delete(a)
        await store.put(a, chunks('bytes'))
        await store.delete(a)
        await store.delete(a)
      })

      test('leaves room for a new object under the key', async () => {
        await store.put(a, chunks('first'))
        await store.delete(a)
        await store.put(a, chunks('second'))
        expect(await readText(store, a)).toBe('second')
      })

      test('removes what a put() left that never came to its end', async () => {
        const source = stalled('x'.repeat(6_000_000))
        const put = store.put(a, source.bytes)
        await source.taken
        await (await harness.open()).delete(a)
        expect(await harness.leftovers()).toEqual([])

        const error = new Error('its process died')
        source.fail(error)
        await expect(put).rejects.toBe(error)
        expect(await harness.leftovers()).toEqual([])
      })
    })

    test('check() finds a store that was never used, and one that was', async () => {
      await store.check()
      await store.put(a, chunks('bytes'))
      await store.check()
      expect(await readText(store, a)).toBe('bytes')
    })
  })
}

async function read(store: ObjectStore, key: string, part?: ByteRange): Promise<Buffer> {
  const copies: Uint8Array[] = []
  // A copy, because a chunk is only ours until we ask for the next.
  for await (const chunk of await store.get(key, part)) copies.push(new Uint8Array(chunk))
  return Buffer.concat(copies)
}

async function readText(store: ObjectStore, key: string): Promise<string> {
  return (await read(store, key)).toString()
}
