/** The S3 store on a real Ceph: the promises of its port, and what becomes of it when Ceph is stuck. */
import { randomBytes } from 'node:crypto'
import { describeObjectStore } from '@vitrine/conformance'
import { ObjectNotFoundError, UnavailableError } from '@vitrine/core'
import { S3ObjectStore, type S3Place } from '@vitrine/objects/s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { accessKeyId, type Ceph, describeCeph, startCeph } from './ceph.ts'

/** Of a store that meets a stuck gateway. One that works may be slow: others share its machine. */
const haste = { timeoutMs: 2_000 }

const key = '3fa1c0de-0000-4000-8000-000000000001'

let ceph: Ceph

describeCeph('on Ceph', () => {
  beforeAll(async () => {
    ceph = await startCeph()
  })
  afterAll(() => ceph[Symbol.asyncDispose]())

  describeObjectStore('S3ObjectStore', async () => {
    const place = ceph.newPlace()
    return {
      open: async () => new S3ObjectStore(place),
      leftovers: () => ceph.unfinished(place.prefix),
      close: async () => undefined,
    }
  })

  test('keeps an object under its prefix and its key', async () => {
    const place = ceph.newPlace()
    await new S3ObjectStore(place).put(key, chunksOf(Buffer.from('bytes')))
    expect(await ceph.objects(place.prefix)).toEqual([place.prefix + key])
  })

  test.each([5 * 2 ** 20 - 1, 5 * 2 ** 20, 5 * 2 ** 20 + 1, 10 * 2 ** 20, 23_000_001])(
    'keeps %d bytes, in parts or whole',
    async (sizeBytes) => {
      const store = new S3ObjectStore(ceph.newPlace())
      const bytes = randomBytes(sizeBytes)
      await store.put(key, chunksOf(bytes))
      expect((await read(store)).equals(bytes)).toBe(true)
      const start = sizeBytes - 1_000
      expect((await read(store, { start, end: sizeBytes })).equals(bytes.subarray(start))).toBe(
        true,
      )
    },
  )

  test.each([
    ['another secret', { credentials: { accessKeyId, secretAccessKey: 'the wrong one' } }],
    ['a bucket that is not there', { bucket: 'no-such-bucket' }],
    ['a port where nobody listens', { endpoint: 'http://127.0.0.1:1' }],
  ])('says UnavailableError of %s, and no secret', async (_what, other: Partial<S3Place>) => {
    const store = new S3ObjectStore({ ...ceph.newPlace(), ...other })
    const error = await store.put(key, chunksOf(Buffer.from('bytes'))).catch((caught) => caught)
    expect(error).toBeInstanceOf(UnavailableError)
    expect(everythingIn(error)).toContain('S3 store fails')
    expect(everythingIn(error)).not.toMatch(/the wrong one|Signature=|testsecret/)
  })

  test('gives up on a gateway that is stuck, and works on once it answers', async () => {
    const place = ceph.newPlace()
    const [store, hasty] = [new S3ObjectStore(place), new S3ObjectStore({ ...place, ...haste })]
    const bytes = randomBytes(20_000_000)
    const other = key.replace('3', '4')
    await store.put(key, chunksOf(bytes))
    const reading = (await hasty.get(key))[Symbol.asyncIterator]()
    await reading.next()

    await ceph.stall()
    try {
      const attempts = [
        hasty.put(other, chunksOf(Buffer.from('few'))),
        hasty.put(other, chunksOf(bytes)),
        hasty.get(key),
        hasty.delete(key),
        readToEnd(reading),
      ]
      for (const attempt of await Promise.allSettled(attempts)) {
        expect(attempt).toMatchObject({ status: 'rejected', reason: { code: 'unavailable' } })
      }
    } finally {
      await ceph.resume()
    }
    // What was asked of it meanwhile, it does now.
    for (const one of [key, other]) {
      await store.delete(one)
      await expect(store.get(one)).rejects.toThrow(ObjectNotFoundError)
    }
    expect(await ceph.unfinished(place.prefix)).toEqual([])
  })

  test('gives up in mid-upload, and delete() removes what it left', async () => {
    const place = ceph.newPlace()
    const [store, hasty] = [new S3ObjectStore(place), new S3ObjectStore({ ...place, ...haste })]
    async function* stalling(): AsyncGenerator<Uint8Array> {
      for (let i = 0; i < 30; i += 1) {
        yield randomBytes(1_000_000)
        if (i === 12) await ceph.stall()
      }
    }
    try {
      await expect(hasty.put(key, stalling())).rejects.toThrow(UnavailableError)
    } finally {
      await ceph.resume()
    }
    expect(await ceph.unfinished(place.prefix)).toEqual([place.prefix + key])
    await store.delete(key)
    expect(await ceph.unfinished(place.prefix)).toEqual([])
    await expect(store.get(key)).rejects.toThrow(ObjectNotFoundError)
  })
})

async function* chunksOf(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += 65_536) yield bytes.subarray(at, at + 65_536)
}

async function read(store: S3ObjectStore, part?: { start: number; end: number }): Promise<Buffer> {
  const copies: Uint8Array[] = []
  for await (const chunk of await store.get(key, part)) copies.push(new Uint8Array(chunk))
  return Buffer.concat(copies)
}

async function readToEnd(reading: AsyncIterator<Uint8Array>): Promise<void> {
  while (!(await reading.next()).done);
}

/** As a log would show it. */
function everythingIn(error: unknown): string {
  if (!(error instanceof Error)) return JSON.stringify(error)
  const own = JSON.stringify(Object.fromEntries(Object.entries(error)))
  return `${error.stack} ${own} ${error.cause === undefined ? '' : everythingIn(error.cause)}`
}
