/** What becomes of an image whose data is refused for what it is. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Image, WrongContentError } from '../src/index.ts'
import { partitioned, qcow2, vhdx } from './formats/samples.ts'
import { actor, sqliteWorld, type World } from './sqlite-world.ts'

const producer = actor('producer', 'member', 'reader')

let world: World
beforeAll(async () => {
  world = await sqliteWorld()
})
afterAll(() => world.close())

async function queuedImage(diskFormat: string): Promise<Image> {
  const properties = new Map<string, string>()
  return world.images.create(producer, { diskFormat, containerFormat: 'bare', properties })
}

async function* arriving(...chunks: Buffer[]): AsyncGenerator<Uint8Array> {
  yield* chunks
}

const upload = (id: string, bytes: AsyncIterable<Uint8Array>, announcedBytes?: number) =>
  world.uploads.upload(producer, id, { bytes, announcedBytes })

describe('an upload', () => {
  test.each([
    ['of another format', Buffer.alloc(100_000)],
    ['that names a backing file', qcow2({ backingOffset: 8n })],
    ['cut off after four bytes', Buffer.from('QFI\xfb', 'latin1')],
  ])('%s leaves the image queued and clean, to be uploaded again', async (_name, bytes) => {
    const image = await queuedImage('qcow2')
    await expect(upload(image.id, arriving(bytes))).rejects.toThrow(WrongContentError)

    const { updatedAt, ...after } = await world.images.show(producer, image.id)
    const { updatedAt: _, ...before } = image
    expect(after).toEqual(before)
    expect(await world.downloads.download(producer, image.id)).toBeUndefined()
    expect(await world.records.abandonedObjects(new Date(), 10)).toEqual([])

    await upload(image.id, arriving(qcow2({})), 512)
    const { status, sizeBytes, virtualSizeBytes } = await world.images.show(producer, image.id)
    expect({ status, sizeBytes, virtualSizeBytes }).toEqual({
      status: 'active',
      sizeBytes: 512,
      virtualSizeBytes: 1024,
    })
  })

  test('of another format is stopped while its sender still has most of it', async () => {
    const image = await queuedImage('vmdk')
    let sentBytes = 0
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (const chunk = Buffer.alloc(65_536); ; sentBytes += chunk.length) yield chunk
    }
    await expect(upload(image.id, endless(), 100 * 2 ** 30)).rejects.toThrow(
      'the disk_format of the image is "vmdk", but the data has the format "raw"',
    )
    expect(sentBytes).toBeLessThan(2 ** 20)
  })

  test.each([
    ['raw', partitioned({}), 4096],
    ['vhdx', vhdx(), 4096],
    ['raw', Buffer.alloc(0), null],
    ['ami', Buffer.from('a kernel'), null],
  ])('of %s data gives the image its virtual size', async (diskFormat, bytes, size) => {
    const image = await queuedImage(diskFormat)
    await upload(image.id, arriving(bytes))
    expect((await world.images.show(producer, image.id)).virtualSizeBytes).toBe(size)
  })
})
