/** How much one image may have of everything, however many ask for it at once. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { atOnce, countOf } from './at-once.ts'
import { createImage, octets, patch, show, upload } from './image-requests.ts'
import { beginImport, endedTask, imported, stage } from './import-requests.ts'
import { describeOnBothDatabases } from './start-test-service.ts'
import {
  fetchFromThisMachine,
  severalStores,
  startWebServer,
  type WebServer,
} from './web-server.ts'

let web: WebServer
beforeAll(async () => {
  web = await startWebServer()
  web.pages.set('/data', 'data')
  for (const length of [100, 101]) web.pages.set(`/${length}`, 'x'.repeat(length))
})
afterAll(() => web[Symbol.asyncDispose]())

const names = (count: number, prefix: string) =>
  Array.from({ length: count }, (_, i) => `${prefix}${i}`)
const properties = (count: number) => Object.fromEntries(names(count, 'p').map((n) => [n, 'x']))
const add = (name: string, value: unknown = 'x') => ({ op: 'add', path: `/${name}`, value })
const location = (i: number) => add('locations/-', { url: `${web.url}/data#${i}`, metadata: {} })

const settings = {
  ...fetchFromThisMachine,
  ...severalStores(),
  VITRINE_IMAGES__SHOW_LOCATIONS: 'true',
}

const five = {
  ...settings,
  VITRINE_LIMITS__PROPERTIES_PER_IMAGE: '5',
  VITRINE_LIMITS__PROPERTY_BYTES_PER_IMAGE: '100',
  VITRINE_LIMITS__TAGS_PER_IMAGE: '5',
  VITRINE_LIMITS__MEMBERS_PER_IMAGE: '5',
  VITRINE_LIMITS__LOCATIONS_PER_IMAGE: '5',
}

describeOnBothDatabases('five of everything, in few bytes', five, (service) => {
  const change = (id: string, ...operations: object[]) => patch(service(), id, operations)
  const create = (body: object) => service().ask('POST', '/v2/images', { body })

  test('bytes of properties, at creation or later', async () => {
    const { status, text } = await create({ p: 'é'.repeat(50) })
    expect([status, text]).toEqual([413, expect.stringContaining('keep 101 bytes of custom')])
    const id = await createImage(service(), { p: 'é'.repeat(49), q: '' })
    const longer = add('q', 'x')
    expect((await change(id, longer)).status).toBe(413)
    expect((await change(id, add('p', 'short'), longer)).status).toBe(200)
  })

  test('properties, at creation or later', async () => {
    expect((await create(properties(5))).status).toBe(201)
    const { status, text } = await create(properties(6))
    expect([status, text]).toEqual([413, expect.stringContaining('limit is 5')])
    const id = await createImage(service(), properties(4))
    expect((await change(id, add('p4'), add('p5'))).status).toBe(413)
    expect((await change(id, add('p4'))).status).toBe(200)
    expect((await change(id, add('p4', 'y'), add('name', 'x'))).status).toBe(200)
    const another = { op: 'remove', path: '/p0' }
    expect((await change(id, add('p5'), another)).status).toBe(200)
  })

  test('properties, of twenty that are added at once', async () => {
    const id = await createImage(service())
    expect(countOf(await atOnce(20, (i) => change(id, add(`p${i}`))))).toEqual({ 200: 5, 413: 15 })
    const image = await show(service(), id)
    expect(Object.keys(image).filter((name) => /^p\d+$/.test(name))).toHaveLength(5)
  })

  test('properties, besides what an import says of itself', async () => {
    const id = await createImage(service(), properties(4))
    await stage(service(), id, 'data')
    await beginImport(service(), id, 'glance-direct')
    expect(await imported(service(), id)).toHaveProperty('os_glance_failed_import')
    expect((await change(id, add('p4'))).status).toBe(200)
    expect((await change(id, add('p5'))).status).toBe(413)
  })

  test('tags, counted before those given twice are dropped', async () => {
    expect((await create({ tags: names(5, 't') })).status).toBe(201)
    expect((await create({ tags: Array(6).fill('same') })).status).toBe(413)
    const id = await createImage(service(), { tags: names(5, 't') })
    expect((await change(id, add('tags', Array(6).fill('same')))).status).toBe(413)
    const tag = (name: string) => service().ask('PUT', `/v2/images/${id}/tags/${name}`)
    expect((await tag('t0')).status).toBe(204)
    expect((await tag('t5')).status).toBe(413)
    await service().ask('DELETE', `/v2/images/${id}/tags/t0`)
    expect((await tag('t5')).status).toBe(204)
  })

  test('tags, of twenty that are added at once', async () => {
    const id = await createImage(service())
    const answers = await atOnce(20, (i) => service().ask('PUT', `/v2/images/${id}/tags/t${i}`))
    expect(countOf(answers)).toEqual({ 204: 5, 413: 15 })
    expect((await show(service(), id)).tags).toHaveLength(5)
  })

  test('members, of twenty that are added at once', async () => {
    const id = await createImage(service())
    const path = `/v2/images/${id}/members`
    const addMember = (i: number) =>
      service().ask('POST', path, { body: { member: `project ${i}` } })
    expect(countOf(await atOnce(20, addMember))).toEqual({ 200: 5, 413: 15 })
    const { members } = (await service().ask('GET', path)).body
    expect(members).toHaveLength(5)
    const [{ member_id }] = members
    await service().ask('DELETE', `${path}/${encodeURIComponent(member_id)}`)
    expect((await addMember(20)).status).toBe(200)
    expect((await addMember(21)).status).toBe(413)
  })

  test('locations, of twenty that are added at once', async () => {
    const id = await createImage(service())
    expect(countOf(await atOnce(20, (i) => change(id, location(i))))).toEqual({ 200: 5, 413: 15 })
    expect((await show(service(), id)).locations).toHaveLength(5)
    const remove = [{ op: 'remove', path: '/locations/0' }]
    expect((await patch(service(), id, remove, { as: 'adm' })).status).toBe(200)
    expect((await change(id, location(20), location(21))).status).toBe(413)
    expect((await change(id, location(20))).status).toBe(200)
  })
})

const sized = { ...settings, VITRINE_LIMITS__IMAGE_SIZE_BYTES: '100' }

describeOnBothDatabases('a hundred bytes of data', sized, (service) => {
  const queued = { status: 'queued', size: null, checksum: null, os_hash_value: null }
  const send = (id: string, path: 'file' | 'stage', body: string, headers: object = {}) =>
    service().ask('PUT', `/v2/images/${id}/${path}`, { headers: { ...octets, ...headers }, body })

  test.each([
    ['file', {}],
    ['file', { 'transfer-encoding': 'chunked' }],
    ['file', { 'transfer-encoding': 'chunked', 'x-openstack-image-size': '101' }],
    ['stage', {}],
    ['stage', { 'transfer-encoding': 'chunked' }],
  ] as const)('and none more, sent to /%s with %j', async (path, headers) => {
    const id = await createImage(service())
    const { status, text } = await send(id, path, 'x'.repeat(101), headers)
    expect([status, text]).toEqual([413, expect.stringContaining('100 bytes')])
    expect(await show(service(), id)).toMatchObject(queued)
    const { 'x-openstack-image-size': _, ...others }: Record<string, string> = { ...headers }
    expect((await send(id, path, 'x'.repeat(100), others)).status).toBe(204)
    expect((await show(service(), id)).size).toBe(100)
  })

  test('and none more, whichever way they come from the web', async () => {
    const id = await createImage(service())
    const download = (length: number) =>
      beginImport(service(), id, { name: 'web-download', uri: `${web.url}/${length}` })
    await download(101)
    expect(await endedTask(service(), id)).toMatchObject({
      status: 'failure',
      message: expect.stringContaining('100 bytes'),
    })
    expect(await show(service(), id)).toMatchObject(queued)
    const at = (length: number) => add('locations/-', { url: `${web.url}/${length}`, metadata: {} })
    expect((await patch(service(), id, [at(101)])).status).toBe(413)
    expect(await show(service(), id)).toMatchObject(queued)
    await download(100)
    expect((await endedTask(service(), id)).status).toBe('success')
    const another = await createImage(service())
    expect((await patch(service(), another, [at(100)])).status).toBe(200)
  })
})

const none = {
  ...settings,
  VITRINE_LIMITS__PROPERTIES_PER_IMAGE: '-1',
  VITRINE_LIMITS__TAGS_PER_IMAGE: '-1',
  VITRINE_LIMITS__MEMBERS_PER_IMAGE: '-1',
  VITRINE_LIMITS__LOCATIONS_PER_IMAGE: '-1',
  VITRINE_LIMITS__IMAGE_SIZE_BYTES: '-1',
}

describe('without limits', () => {
  describeOnBothDatabases('images', none, (service) => {
    test('have as much as they are given', async () => {
      const id = await createImage(service(), { ...properties(200), tags: names(200, 't') })
      const { status, body } = await patch(
        service(),
        id,
        Array.from({ length: 12 }, (_, i) => location(i)),
      )
      expect([status, body.locations?.length, body.tags?.length]).toEqual([200, 12, 200])
      const members = names(130, 'project ')
      for (const member of members) {
        const answer = await service().ask('POST', `/v2/images/${id}/members`, { body: { member } })
        expect(answer.status).toBe(200)
      }
      const another = await createImage(service())
      expect((await upload(service(), another, 'data')).status).toBe(204)
    })
  })
})

const nothing = {
  ...settings,
  VITRINE_LIMITS__PROPERTIES_PER_IMAGE: '0',
  VITRINE_LIMITS__TAGS_PER_IMAGE: '0',
  VITRINE_LIMITS__MEMBERS_PER_IMAGE: '0',
  VITRINE_LIMITS__LOCATIONS_PER_IMAGE: '0',
}

describeOnBothDatabases('none of anything', nothing, (service) => {
  test('is a limit, too', async () => {
    const id = await createImage(service())
    const statuses = [
      await patch(service(), id, [add('p')]),
      await service().ask('PUT', `/v2/images/${id}/tags/t`),
      await service().ask('POST', `/v2/images/${id}/members`, { body: { member: 'project' } }),
      await patch(service(), id, [location(0)]),
      await service().ask('POST', `/v2/images/${id}/locations`, {
        body: { url: `${web.url}/data` },
      }),
    ].map(({ status }) => status)
    expect(statuses).toEqual([413, 413, 413, 413, 413])
    expect((await upload(service(), id, 'data')).status).toBe(204)
  })
})
