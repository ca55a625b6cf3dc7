/** Staging: data that waits for an import, and `glance-direct`, which brings it in. */
import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createImage, octets, show, upload } from './image-requests.ts'
import { beginImport, dataOf, endedTask, imported, stage } from './import-requests.ts'
import { describeOnBothDatabases } from './start-test-service.ts'

const unknown = '00000000-0000-4000-8000-000000000000'

describeOnBothDatabases('staging', {}, (service) => {
  test('keeps the data for an import, and shows nothing of it', async () => {
    const id = await createImage(service(), { disk_format: null, container_format: null })
    const { status, text } = await stage(service(), id, 'data')
    expect([status, text]).toEqual([204, ''])
    expect(await show(service(), id)).toMatchObject({
      status: 'uploading',
      size: 4,
      checksum: null,
      os_hash_value: null,
    })
    expect((await dataOf(service(), id)).status).toBe(204)
  })

  test('takes nothing at all as data, too', async () => {
    const id = await createImage(service())
    expect((await stage(service(), id, '')).status).toBe(204)
    expect(await show(service(), id)).toMatchObject({ status: 'uploading', size: 0 })
  })

  test('is done once', async () => {
    const id = await createImage(service())
    await stage(service(), id, 'data')
    expect((await stage(service(), id, 'more')).status).toBe(409)
    expect((await upload(service(), id, 'more')).status).toBe(409)
    expect(await show(service(), id)).toMatchObject({ status: 'uploading', size: 4 })
  })

  test.each([
    ['nobody knows', unknown, 'own', 404],
    ['a stranger may not know of', undefined, 'non', 404],
    ['a reader of the project may only read', undefined, 'ownR', 403],
  ])('is refused for an image that %s', async (_who, known, as, expected) => {
    const id = known ?? (await createImage(service(), { visibility: 'private' }))
    expect((await stage(service(), id, 'data', as)).status).toBe(expected)
  })

  test('wants octets, of the size that was said', async () => {
    const id = await createImage(service())
    const put = (headers: Record<string, string>) =>
      service().ask('PUT', `/v2/images/${id}/stage`, { headers, body: 'data' })
    expect((await put({ 'content-type': 'text/plain' })).status).toBe(415)
    expect((await put({ ...octets, 'x-openstack-image-size': '5' })).status).toBe(400)
    expect((await put({ ...octets, 'x-openstack-image-size': 'x' })).status).toBe(400)
    expect(await show(service(), id)).toMatchObject({ status: 'queued', size: null })
    expect((await put({ ...octets, 'x-openstack-image-size': '4' })).status).toBe(204)
    expect((await service().ask('GET', `/v2/images/${id}/stage`)).status).toBe(405)
  })
})

describeOnBothDatabases('glance-direct', {}, (service) => {
  test('brings staged data in, and its task tells of it', async () => {
    const id = await createImage(service())
    await stage(service(), id, 'data')
    const begun = await beginImport(service(), id, 'glance-direct')
    expect([begun.status, begun.text]).toEqual([202, ''])
    expect(begun.headers).not.toHaveProperty('location')
    const task = await endedTask(service(), id)
    expect(Object.keys(task)).toEqual([
      'id',
      'type',
      'status',
      'owner',
      'expires_at',
      'created_at',
      'updated_at',
      'deleted_at',
      'deleted',
      'image_id',
      'request_id',
      'user_id',
      'input',
      'result',
      'message',
    ])
    expect(task).toMatchObject({
      type: 'api_image_import',
      status: 'success',
      owner: service().accounts.projectId('producer'),
      deleted: false,
      deleted_at: null,
      image_id: id,
      request_id: begun.headers['x-openstack-request-id'],
      input: { image_id: id, import_req: { method: { name: 'glance-direct' } } },
      result: { image_id: id },
    })
    for (const time of [task.created_at, task.updated_at, task.expires_at]) {
      expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/)
    }
    expect(await imported(service(), id)).toMatchObject({
      status: 'active',
      size: 4,
      checksum: createHash('md5').update('data').digest('hex'),
      os_hash_value: createHash('sha512').update('data').digest('hex'),
      os_glance_importing_to_stores: '',
      os_glance_failed_import: '',
    })
    expect((await dataOf(service(), id)).text).toBe('data')
  })

  test('data that is not what the image says fails, and the image is queued and clean', async () => {
    const id = await createImage(service(), { disk_format: 'qcow2' })
    await stage(service(), id, 'no qcow2 at all')
    await beginImport(service(), id, 'glance-direct')
    const task = await endedTask(service(), id)
    expect(task).toMatchObject({ status: 'failure', result: null })
    expect(task.message).toContain('qcow2')
    expect(await imported(service(), id)).toMatchObject({
      status: 'queued',
      size: null,
      checksum: null,
      os_glance_importing_to_stores: '',
    })
    // Stage again: the next try is like the first.
    expect((await stage(service(), id, 'no qcow2 either')).status).toBe(204)
  })

  test('leaves one copy of the bytes behind, and none when the image is deleted', async () => {
    const before = (await service().filesAtRest()).length
    const files = async () => (await service().dataFiles()).length
    const id = await createImage(service())
    await stage(service(), id, 'data of this image alone')
    await beginImport(service(), id, 'glance-direct')
    await endedTask(service(), id)
    await expect.poll(files).toBe(before + 1)
    expect((await service().ask('DELETE', `/v2/images/${id}`)).status).toBe(204)
    await expect.poll(files).toBe(before)
  })

  describe('is refused', () => {
    test('in the order of the specification', async () => {
      const queued = await createImage(service())
      const bare = await createImage(service(), { disk_format: null, container_format: null })
      const hidden = await createImage(service(), { visibility: 'private' })
      const staged = await createImage(service())
      await stage(service(), bare, 'data')
      await stage(service(), staged, 'data')
      const statusOf = async (
        ...call: Parameters<typeof beginImport> extends [unknown, ...infer T] ? T : never
      ) => (await beginImport(service(), ...call)).status
      expect(await statusOf(unknown, 'teleport')).toBe(400)
      expect(await statusOf(unknown, 'glance-direct', { all_stores: 'yes' })).toBe(400)
      expect(await statusOf(unknown, 'glance-direct', { all_stores: null })).toBe(400)
      expect(await statusOf(unknown, 'glance-direct', { all_stores_must_succeed: 1 })).toBe(400)
      expect(await statusOf(unknown, { name: 7 })).toBe(400)
      expect(await statusOf(unknown, {})).toBe(400)
      expect(await statusOf(unknown, 'glance-direct')).toBe(404)
      expect(await statusOf(hidden, 'glance-direct', {}, { as: 'non' })).toBe(404)
      expect(await statusOf(queued, 'glance-direct')).toBe(409)
      expect(await statusOf(bare, 'glance-direct')).toBe(409)
      expect(await statusOf(staged, 'glance-direct', {}, { as: 'ownR' })).toBe(403)
      expect(await statusOf(staged, 'glance-direct', { all_stores_must_succeed: false })).toBe(400)
      expect(await statusOf(staged, 'glance-direct', { stores: ['ignored'], unknown: 1 })).toBe(202)
    })

    test.each([
      ['nothing', undefined],
      ['a list', []],
      ['a text as method', { method: 'x' }],
      ['no method', {}],
    ])('with %s as body', async (_what, body) => {
      const id = await createImage(service())
      const answer = await service().ask('POST', `/v2/images/${id}/import`, { body })
      expect(answer.status).toBe(400)
    })
  })
})

describeOnBothDatabases(
  'without glance-direct',
  { VITRINE_IMPORTS__METHODS: 'web-download' },
  (service) => {
    test('nothing is staged or imported so', async () => {
      const id = await createImage(service())
      expect((await stage(service(), id, 'data')).status).toBe(404)
      expect((await beginImport(service(), id, 'glance-direct')).status).toBe(400)
      const { body } = await service().ask('GET', '/v2/info/import')
      expect(body['import-methods'].value).toEqual(['web-download'])
    })
  },
)
