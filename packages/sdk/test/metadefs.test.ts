/** Metadata definitions through the SDK and the real service. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  BadRequestError,
  ConflictError,
  ForbiddenError,
  type Metadefs,
  NotFoundError,
} from '../src/index.ts'
import { type TestService, testService } from './service.ts'

let service: TestService
let admin: Metadefs
let member: Metadefs
let projectId: string

beforeAll(async () => {
  service = await testService()
  admin = service.admin.metadefs
  const account = await service.account('member')
  member = account.client.metadefs
  projectId = account.projectId
})
afterAll(() => service[Symbol.asyncDispose]())

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found = []
  for await (const item of items) found.push(item)
  return found
}
const names = async (items: AsyncIterable<{ readonly name: string }>) =>
  (await all(items)).map(({ name }) => name)

const cores = { name: 'cores', type: 'integer', title: 'Cores', minimum: 1, default: 2 } as const

describe('a namespace', () => {
  test('is created whole by an admin, and read by a member', async () => {
    const created = await admin.create({
      name: 'Whole/ünd änders',
      displayName: 'Whole',
      visibility: 'public',
      owner: projectId,
      resourceTypes: [{ name: 'OS::Glance::Image', prefix: 'hw_', propertiesTarget: 'image' }],
      properties: [cores],
      objects: [{ name: 'cpu', required: ['speed'], properties: [{ ...cores, name: 'speed' }] }],
      tags: ['one', 'two'],
    })
    expect(created).toMatchObject({ displayName: 'Whole', description: null, owner: projectId })
    expect(created.createdAt).toBeInstanceOf(Date)

    const read = await member.get(created.name)
    expect(await all(read.properties.list())).toEqual([await read.properties.get('cores')])
    expect(await read.properties.get('cores')).toMatchObject({
      minimum: 1,
      default: '2',
      enum: null,
    })
    const onImages = { resourceType: 'OS::Glance::Image' }
    expect(await names(read.properties.list(onImages))).toEqual(['hw_cores'])
    expect((await read.properties.get('hw_cores', onImages)).name).toBe('hw_cores')
    const [object] = await all(read.objects.list())
    expect(object).toMatchObject({ name: 'cpu', required: ['speed'] })
    expect(object?.properties.map(({ name }) => name)).toEqual(['speed'])
    expect(await all(read.tags.list())).toEqual(['two', 'one'])
    expect(await all(read.resourceTypes.list())).toMatchObject([
      { name: 'OS::Glance::Image', prefix: 'hw_', propertiesTarget: 'image' },
    ])
    expect(await names(member.resourceTypes())).toEqual(['OS::Glance::Image'])
    await expect(admin.create({ name: created.name })).rejects.toThrow(ConflictError)
    await expect(read.delete()).rejects.toThrow(ForbiddenError)
    await expect(member.create({ name: 'Mine' })).rejects.toThrow(ForbiddenError)
    await created.delete()
    await expect(member.get(created.name)).rejects.toThrow(NotFoundError)
  })

  test('keeps in an update what is not said, its owner included', async () => {
    const namespace = await admin.create({
      name: 'Kept',
      description: 'old',
      visibility: 'public',
      protected: true,
      owner: projectId,
      tags: ['a'],
    })
    await namespace.update({ name: 'Renamed', displayName: 'New' })
    expect(namespace).toMatchObject({
      name: 'Renamed',
      displayName: 'New',
      description: 'old',
      visibility: 'public',
      protected: true,
      owner: projectId,
    })
    await expect(namespace.delete()).rejects.toThrow(ForbiddenError)
    await namespace.update({ protected: false, description: null })
    expect(await namespace.refresh()).toMatchObject({ description: null, displayName: 'New' })
    expect(await all(namespace.tags.list())).toEqual(['a'])
    await namespace.delete()
  })

  test('is listed page by page, among those that pass the filters', async () => {
    const made = ['C', 'A', 'B', 'D', 'E'].map((letter) => `List::${letter}`)
    for (const name of made) {
      const visibility = name.endsWith('E') ? 'private' : 'public'
      await admin.create({ name, visibility, resourceTypes: [{ name: 'Listed' }] })
    }
    const listed = { resourceTypes: ['Other', 'Listed'], sort: 'name:asc', pageSize: 2 } as const
    expect(await names(admin.list(listed))).toEqual(made.toSorted())
    expect(await names(member.list(listed))).toEqual(made.toSorted().slice(0, 4))
    expect(await names(admin.list({ ...listed, maxItems: 3 }))).toEqual(made.toSorted().slice(0, 3))
    expect(await names(admin.list({ ...listed, visibility: 'private' }))).toEqual(['List::E'])
    expect(await names(member.list({ ...listed, visibility: 'private' }))).toEqual([])
  })
})

describe('in a namespace', () => {
  test('properties and objects are added, said anew, renamed and deleted', async () => {
    const { properties, objects } = await admin.create({ name: 'Items' })
    const added = await properties.add(cores)
    await expect(properties.add(cores)).rejects.toThrow(ConflictError)
    expect(await properties.replace('cores', { ...added, name: 'c/ores', maximum: 9 })).toEqual({
      ...added,
      name: 'c/ores',
      maximum: 9,
    })
    await properties.delete('c/ores')
    await expect(properties.get('c/ores')).rejects.toThrow(NotFoundError)
    await properties.add(cores)
    await properties.deleteAll()
    expect(await all(properties.list())).toEqual([])

    const object = await objects.add({ name: 'cpu', properties: [cores] })
    expect(object).toMatchObject({ description: null, required: [] })
    await objects.replace('cpu', { ...object, name: 'disk', description: 'd' })
    expect(await objects.get('disk')).toMatchObject({ description: 'd' })
    await objects.delete('disk')
    await objects.add({ name: 'cpu' })
    await objects.deleteAll()
    expect(await all(objects.list())).toEqual([])
  })

  test('tags are added together, replaced together, and listed whole in small pages', async () => {
    const { tags } = await admin.create({ name: 'Tags' })
    const many = Array.from({ length: 25 }, (_, i) => `tag ${i}`)
    await tags.add(many)
    expect(await all(tags.list({ pageSize: 10 }))).toEqual(many.toReversed())
    await expect(tags.add(['new', 'tag 1'])).rejects.toThrow(ConflictError)
    await expect(tags.add('x'.repeat(81))).rejects.toThrow(BadRequestError)
    await tags.add('new')
    await tags.replaceAll(['a', 'b'])
    expect(await all(tags.list())).toEqual(['b', 'a'])
    expect((await tags.rename('a', 'c')).name).toBe('c')
    expect((await tags.get('c')).createdAt).toBeInstanceOf(Date)
    await tags.delete('c')
    await tags.replaceAll([])
    expect(await all(tags.list())).toEqual([])
  })

  test('types of resources are added and deleted', async () => {
    const { resourceTypes } = await admin.create({ name: 'Types' })
    expect(await resourceTypes.add({ name: 'T' })).toMatchObject({ prefix: null })
    await expect(resourceTypes.add({ name: 'T' })).rejects.toThrow(ConflictError)
    await resourceTypes.delete('T')
    expect(await all(resourceTypes.list())).toEqual([])
  })
})
