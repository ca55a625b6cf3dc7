/** The SDK and the real service, as three projects that share an image. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  BadRequestError,
  ConflictError,
  ForbiddenError,
  HttpError,
  type Image,
  ImageClient,
  type Images,
  NoDataError,
  NotFoundError,
  password,
  RangeNotSatisfiableError,
  UnauthorizedError,
} from '../src/index.ts'
import { type Account, type TestService, testService } from './service.ts'

let service: TestService
let producer: Account
let consumer: Account
let stranger: Account

beforeAll(async () => {
  service = await testService()
  producer = await service.account('producer')
  consumer = await service.account('consumer')
  stranger = await service.account('stranger')
})
afterAll(() => service[Symbol.asyncDispose]())

const data = new Uint8Array(3_000_000).map((_, index) => index % 251)

async function activeImage(): Promise<Image> {
  const image = await producer.images.create({
    name: 'debian',
    diskFormat: 'raw',
    containerFormat: 'bare',
    visibility: 'shared',
    os_distro: 'debian',
  })
  return image.upload(data)
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found = []
  for await (const item of items) found.push(item)
  return found
}

async function download(image: Image, part = {}): Promise<Buffer> {
  return Buffer.concat(await all(image.download(part)))
}

async function sees(images: Images, image: Image, filters = {}): Promise<boolean> {
  return (await all(images.list(filters))).some(({ id }) => id === image.id)
}

describe('sharing', () => {
  test('goes from the producer to the consumer, past the stranger, and back', async () => {
    const image = await activeImage()
    await expect(consumer.images.get(image.id)).rejects.toThrow(NotFoundError)

    const added = await image.members.add(consumer.projectId)
    expect(added).toMatchObject({
      memberId: consumer.projectId,
      imageId: image.id,
      status: 'pending',
    })

    // The consumer may use it at once; its own list shows it once it has accepted.
    const offer = await consumer.images.get(image.id)
    expect((await download(offer)).equals(data)).toBe(true)
    expect(await sees(consumer.images, image)).toBe(false)
    const pending = { visibility: 'shared', memberStatus: 'pending' }
    expect(await sees(consumer.images, image, pending)).toBe(true)
    const member = await offer.members.get(consumer.projectId)
    expect((await member.updateStatus('accepted')).status).toBe('accepted')
    expect(await sees(consumer.images, image)).toBe(true)
    await member.updateStatus('rejected')
    expect(await sees(consumer.images, image)).toBe(false)

    await image.members.add(stranger.projectId)
    expect(await all(image.members())).toMatchObject([
      { memberId: consumer.projectId, status: 'rejected' },
      { memberId: stranger.projectId, status: 'pending' },
    ])
    expect(await all(offer.members())).toMatchObject([{ memberId: consumer.projectId }])

    await added.delete()
    await expect(offer.refresh()).rejects.toThrow(NotFoundError)
    await expect(all(offer.download())).rejects.toThrow(NotFoundError)
  })

  test('is refused to everyone who is not the producer, and answered only by the consumer', async () => {
    const image = await activeImage()
    const member = await image.members.add(consumer.projectId)
    const offer = await consumer.images.get(image.id)
    await expect(offer.members.add(stranger.projectId)).rejects.toThrow(ForbiddenError)
    await expect(member.updateStatus('accepted')).rejects.toThrow(ForbiddenError)
    await expect(offer.update({ name: 'mine' })).rejects.toThrow(ForbiddenError)
    await expect(image.members.add(consumer.projectId)).rejects.toThrow(ConflictError)
    await expect(image.members.get(stranger.projectId)).rejects.toThrow(NotFoundError)
    await expect(stranger.images.get(image.id)).rejects.toThrow(NotFoundError)
  })
})

describe('an image', () => {
  test('is created, changed and deleted', async () => {
    const image = await producer.images.create({
      name: 'new',
      minDisk: 2,
      minRam: 512,
      hidden: true,
      tags: ['a'],
      old_property: 'x',
      properties: { 'a~/b': 'escaped', hidden: 'a property' },
    })
    expect(image).toMatchObject({
      status: 'queued',
      visibility: 'shared',
      owner: producer.projectId,
      minDisk: 2,
      minRam: 512,
      hidden: true,
      tags: ['a'],
      properties: { old_property: 'x', 'a~/b': 'escaped', hidden: 'a property' },
    })

    await image.update({ name: null, hidden: false, os_distro: 'debian', old_property: null })
    await image.update({ properties: { 'a~/b': null, hidden: null } })
    await image.addTag('jamie_dev')
    await image.deleteTag('a')
    expect(image).toMatchObject({ name: null, hidden: false, tags: ['jamie_dev'] })
    expect(image.properties).toEqual({ os_distro: 'debian' })
    expect({ ...(await producer.images.get(image.id)) }).toEqual({
      ...image,
      updatedAt: expect.any(Date),
    })

    await image.delete()
    await expect(image.refresh()).rejects.toThrow(NotFoundError)
    await expect(image.delete()).rejects.toThrow(NotFoundError)
  })

  test('is told in the sentence of the service why it is refused, with a request id', async () => {
    const call = producer.images.create({ diskFormat: 'floppy' })
    await expect(call).rejects.toThrow(BadRequestError)
    const error = await call.catch((error: unknown) => error)
    expect(error).toBeInstanceOf(HttpError)
    expect(error).toMatchObject({ requestId: expect.stringMatching(/^req-/) })
    expect(String(error)).toContain('floppy')
  })

  test('is found by any name, and by its tags and properties', async () => {
    const name = 'ubuntu:22.04, "daily" über/ä'
    const image = await producer.images.create({ name, tags: ['x y', 'é/z'], os_distro: 'ubuntu' })
    expect((await producer.images.find(name))?.id).toBe(image.id)
    expect(await sees(producer.images, image, { tags: ['x y', 'é/z'] })).toBe(true)
    expect(await sees(producer.images, image, { tags: ['x y', 'other'] })).toBe(false)
    expect(await sees(producer.images, image, { properties: { os_distro: 'ubuntu' } })).toBe(true)
    expect(await sees(producer.images, image, { createdAt: { lte: image.createdAt } })).toBe(true)
    expect(await sees(producer.images, image, { createdAt: { lt: image.createdAt } })).toBe(false)
    expect(await sees(producer.images, image, { status: ['active', 'queued'] })).toBe(true)
  })

  test('is visited once in a list of many pages', async () => {
    const made = []
    for (let index = 0; index < 7; index++) {
      made.push(await producer.images.create({ name: `page ${index}`, tags: ['pages', 'all'] }))
    }
    const listed = await all(
      producer.images.list({ tags: ['pages', 'all'], pageSize: 3, sort: 'name:asc' }),
    )
    expect(listed.map(({ id }) => id)).toEqual(made.map(({ id }) => id))
  })
})

describe('image data', () => {
  test('makes the image active, and comes back as it was sent', async () => {
    const image = await activeImage()
    expect(image).toMatchObject({
      status: 'active',
      size: data.length,
      hash: { algorithm: 'sha512', value: expect.stringMatching(/^[0-9a-f]{128}$/) },
    })
    expect((await download(image)).equals(data)).toBe(true)
    expect((await download(image, { start: 10, end: 20 })).equals(data.slice(10, 20))).toBe(true)
    expect((await download(image, { start: data.length - 5 })).equals(data.slice(-5))).toBe(true)
    await expect(download(image, { start: data.length })).rejects.toThrow(RangeNotSatisfiableError)
  })

  test('that is not there, or there already, is refused', async () => {
    const queued = await producer.images.create({ diskFormat: 'raw', containerFormat: 'bare' })
    await expect(download(queued)).rejects.toThrow(NoDataError)
    await queued.upload(data)
    await expect(queued.upload(data)).rejects.toThrow(ConflictError)
  })

  test('that was aborted half-way can be sent again', async () => {
    const image = await producer.images.create({ diskFormat: 'raw', containerFormat: 'bare' })
    const leaving = new Error('the user left')
    const controller = new AbortController()
    const source = (async function* () {
      yield data
      controller.abort(leaving)
      yield data
    })()
    await expect(image.upload(source, { signal: controller.signal })).rejects.toBe(leaving)
    await expect.poll(async () => (await image.refresh()).status).toBe('queued')
    await image.upload(data)
    expect((await download(image)).equals(data)).toBe(true)
  })

  test('that is longer or shorter than announced is refused', async () => {
    const image = await producer.images.create({ diskFormat: 'raw', containerFormat: 'bare' })
    await expect(image.upload([data], { sizeBytes: 10 })).rejects.toThrow(BadRequestError)
    await expect(image.upload([data], { sizeBytes: 10_000_000 })).rejects.toThrow(BadRequestError)
  })

  test('of a deactivated image is closed until it is reactivated', async () => {
    const image = await activeImage()
    await image.deactivate()
    await expect(download(image)).rejects.toThrow(ForbiddenError)
    await image.reactivate()
    expect((await download(image)).equals(data)).toBe(true)
    expect((await image.refresh()).status).toBe('active')
  })
})

describe('a token', () => {
  test('is not had with a wrong password', async () => {
    const { images } = new ImageClient({ auth: password({ ...producer, password: 'wrong' }) })
    await expect(all(images.list())).rejects.toThrow(UnauthorizedError)
  })

  test('that expires is renewed without anyone noticing', async () => {
    await using shortLived = await testService({ VITRINE_IDENTITY__TOKEN_SECONDS: '1' })
    const { images } = await shortLived.account('patient')
    const image = await images.create({ name: 'kept' })
    await new Promise((resolve) => setTimeout(resolve, 1500))
    expect((await images.get(image.id)).name).toBe('kept')
  })
})
