/** POST /v2/images: what it takes, what it refuses, and in which order. */
import { expect, test } from 'vitest'
import { createImage, show } from './image-requests.ts'
import { describeOnBothDatabases } from './start-test-service.ts'

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const many = (count: number, name: string) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`${name}${i}`, 'x']))

describeOnBothDatabases('creating an image', {}, (service) => {
  const create = (body: unknown, as = 'own') => service().ask('POST', '/v2/images', { as, body })

  test('of nothing at all gives one that is shared, queued, and the caller’s', async () => {
    const { status, headers, body } = await create({})
    expect(status).toBe(201)
    expect(headers['content-type']).toBe('application/json')
    expect(headers.location).toBe(`${service().url}/v2/images/${body.id}`)
    expect(body).toEqual({
      id: expect.stringMatching(uuid),
      name: null,
      disk_format: null,
      container_format: null,
      visibility: 'shared',
      size: null,
      virtual_size: null,
      status: 'queued',
      checksum: null,
      protected: false,
      min_ram: 0,
      min_disk: 0,
      owner: service().accounts.projectId('producer'),
      os_hidden: false,
      os_hash_algo: null,
      os_hash_value: null,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      updated_at: body.created_at,
      tags: [],
      self: `/v2/images/${body.id}`,
      file: `/v2/images/${body.id}/file`,
      schema: '/v2/schemas/image',
    })
    expect(await show(service(), body.id)).toEqual(body)
  })

  test('keeps all that it is given, and lists custom properties first', async () => {
    const given = {
      os_distro: 'debian',
      kernel_id: null,
      ramdisk_id: '71c675ab-d94f-49cd-a114-e12490b328d9',
      is_public: 'yes',
      id: 'ABCDEF00-0000-4000-8000-00000000000A',
      name: 'ubuntu:22.04 🦆',
      disk_format: 'qcow2',
      container_format: 'bare',
      visibility: 'community',
      protected: true,
      os_hidden: true,
      min_disk: 2 ** 31 - 1,
      min_ram: 1,
      tags: ['a', '', '🦆', 'a'],
    }
    const { status, body } = await create(given)
    expect(status).toBe(201)
    expect(body).toMatchObject({ ...given, tags: expect.any(Array) })
    expect(body.tags.toSorted()).toEqual(['', 'a', '🦆'])
    expect(Object.keys(body).slice(0, 5)).toEqual([
      'os_distro',
      'kernel_id',
      'ramdisk_id',
      'is_public',
      'name',
    ])
    expect(await show(service(), given.id)).toEqual(body)
  })

  test('takes the multihash of a copied image and does not believe it', async () => {
    const { status, body } = await create({ os_hash_algo: 'sha512', os_hash_value: 'ab' })
    expect([status, body.os_hash_algo, body.os_hash_value]).toEqual([201, null, null])
  })

  test.each([
    ['name', 'x'.repeat(256)],
    ['name', 5],
    ['name', ['x']],
    ['id', 'no-uuid'],
    ['id', null],
    ['id', ''],
    ['visibility', 'everyone'],
    ['visibility', null],
    ['protected', 'true'],
    ['protected', 1],
    ['os_hidden', null],
    ['min_disk', -1],
    ['min_disk', 2 ** 31],
    ['min_ram', '1'],
    ['min_ram', 1.5],
    ['min_ram', 1e300],
    ['disk_format', 'floppy'],
    ['disk_format', ''],
    ['container_format', {}],
    ['tags', 'a'],
    ['tags', [5]],
    ['tags', ['x'.repeat(256)]],
    ['owner', 'x'.repeat(256)],
    ['owner', 7],
    ['status', 5],
    ['size', 'big'],
    ['kernel_id', 'no-uuid'],
    ['os_distro', null],
    ['custom', 5],
    ['custom', null],
    ['custom', true],
    ['custom', ['x']],
    ['custom', {}],
    ['is_public', true],
    ['cinder_encryption_key_deletion_policy', 'maybe'],
    ['x'.repeat(256), 'long name'],
    ['custom', 'x'.repeat(65_536)],
  ])('answers 400 to %.20s as %.30j, and names the property', async (name, value) => {
    const { status, text } = await create({ [name]: value })
    expect(status).toBe(400)
    expect(text).toContain(name.slice(0, 100))
  })

  test.each([
    ['name', ''],
    ['name', 'x'.repeat(255)],
    ['name', '𝒳'.repeat(255)],
    ['tags', ['x'.repeat(255)]],
    ['min_ram', 1.0],
    ['x'.repeat(255), 'long name'],
    ['custom', ''],
    ['custom', 'x'.repeat(65_535)],
    ['__proto__x', 'polluted?'],
    ['constructor', 'polluted?'],
    ['toString', 'x'],
    ['ключ', 'значение'],
    ['with space', ' '],
  ])('takes %.20s as %.30j and gives it back', async (name, value) => {
    const { status, body, text } = await create({ [name]: value })
    expect(status, text).toBe(201)
    expect(body[name]).toEqual(value)
    expect((await show(service(), body.id))[name]).toEqual(value)
  })

  test('takes __proto__ as a property like any other', async () => {
    const { status, text } = await create('{"__proto__": "mine"}')
    expect([status, text]).toEqual([201, expect.stringContaining('"__proto__":"mine"')])
    expect((await create('{"__proto__": {"visibility": "public"}}')).status).toBe(400)
  })

  test.each(['direct_url', 'self', 'file', 'schema', 'stores'])(
    'answers 403 to %s, which the service computes, even before the schema',
    async (name) => {
      expect((await create({ [name]: 5, visibility: 'bogus' })).status).toBe(403)
    },
  )

  test.each(['location', 'deleted', 'deleted_at', 'os_glance_import_task', 'os_glancex'])(
    'answers 403 to the reserved name %s, after the schema',
    async (name) => {
      const { status, text } = await create({ [name]: 'x' })
      expect([status, text]).toEqual([403, expect.stringContaining('is reserved')])
      expect((await create({ [name]: 'x', min_ram: -1 })).status).toBe(400)
    },
  )

  test.each([
    ['status', 'active'],
    ['size', 5],
    ['virtual_size', 5],
    ['checksum', 'x'],
    ['created_at', 'x'],
    ['updated_at', 'x'],
    ['locations', []],
  ])('answers 403 to %s, which is read-only', async (name, value) => {
    const { status, text } = await create({ [name]: value })
    expect([status, text]).toEqual([403, expect.stringContaining('is read-only')])
  })

  test('is for members of a project, for their own project, and public only for admins', async () => {
    for (const as of ['ownR', 'svc', 'none', 'unscoped']) {
      expect((await create({}, as)).status).toBe(403)
    }
    expect((await create({ visibility: 'public' })).status).toBe(403)
    expect((await create({ visibility: 'public' }, 'adm')).status).toBe(201)
    for (const owner of ['another', '', null]) {
      expect((await create({ owner })).status).toBe(403)
      expect((await create({ owner }, 'adm')).body.owner).toBe(owner)
    }
    const owner = service().accounts.projectId('producer')
    expect((await create({ owner })).status).toBe(201)
  })

  test('by a task of old makes no task for an image that is there already', async () => {
    const { body: image } = await create({})
    const input = {
      import_from: 'https://93.184.216.34/',
      import_from_format: 'raw',
      image_properties: { id: image.id },
    }
    const body = { type: 'import', input }
    expect((await service().ask('POST', '/v2/tasks', { as: 'adm', body })).status).toBe(409)
    const { tasks } = (await service().ask('GET', '/v2/tasks', { as: 'adm' })).body
    expect(tasks).toEqual([])
  })

  test('keeps to 128 properties and 128 tags, counted before those given twice are dropped', async () => {
    expect((await create(many(128, 'p'))).status).toBe(201)
    expect((await create(many(129, 'p'))).status).toBe(413)
    expect((await create({ tags: Object.keys(many(128, 't')) })).status).toBe(201)
    expect((await create({ tags: Array(129).fill('same') })).status).toBe(413)
  })

  test('answers 409 to an id in use, in any project, and to one that was deleted', async () => {
    const id = await createImage(service())
    expect((await create({ id })).status).toBe(409)
    expect((await create({ id }, 'non')).status).toBe(409)
    expect((await service().ask('DELETE', `/v2/images/${id}`)).status).toBe(204)
    const again = await create({ id })
    expect([again.status, again.text]).toEqual([409, expect.stringContaining('already exists')])
    expect((await create({ id: id.toUpperCase() })).status).toBe(
      id === id.toUpperCase() ? 409 : 201,
    )
  })

  test('lets one win of many that want one id at the same time', async () => {
    const id = '0d0d0d0d-0000-4000-8000-000000000001'
    const answers = await Promise.all(Array.from({ length: 8 }, () => create({ id })))
    const statuses = answers.map(({ status }) => status).toSorted()
    expect(statuses).toEqual([201, ...Array(7).fill(409)])
  })

  test.each([
    [undefined, 'Body expected'],
    ['', 'Body expected'],
    ['{', 'Malformed JSON'],
    ['{"name": }', 'Malformed JSON'],
    ['[]', 'an array'],
    ['[{}]', 'an array'],
    ['5', 'a single value'],
    ['null', 'a single value'],
    ['"text"', 'a single value'],
    ['{"name": "a\\u0000b"}', 'NUL'],
    ['{"a\\u0000b": "x"}', 'NUL'],
    ['{"tags": ["\\u0000"]}', 'NUL'],
    ['{"name": "\\ud800"}', 'surrogate'],
    ['{"\\udfff": "x"}', 'surrogate'],
    [Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), 'UTF-8'],
    ['['.repeat(100_000), 'JSON'],
    [`{"a": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`, ''],
    [`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`, ''],
  ])('answers 400 to the body %.30s, and says why', async (body, words) => {
    const { status, text } = await create(body)
    expect([status, text]).toEqual([400, expect.stringContaining(words)])
    expect(text.length).toBeLessThan(1000)
  })

  test('answers 413 to ten megabytes of JSON, announced or in chunks', async () => {
    const body = JSON.stringify({ name: 'x'.repeat(10_000_000) })
    expect((await create(body)).status).toBe(413)
    const headers = { 'transfer-encoding': 'chunked' }
    expect((await service().ask('POST', '/v2/images', { headers, body })).status).toBe(413)
    expect((await create({})).status).toBe(201)
  })

  test('takes the last of keys given twice, whatever Content-Type says', async () => {
    for (const type of ['text/nonsense', 'nonsense', '', '/', 'application/json; charset=wtf-8']) {
      const headers = { 'content-type': type }
      const body = '{"name": "first", "name": "last"}'
      const answer = await service().ask('POST', '/v2/images', { headers, body })
      expect([type, answer.status, answer.body?.name]).toEqual([type, 201, 'last'])
    }
  })
})
