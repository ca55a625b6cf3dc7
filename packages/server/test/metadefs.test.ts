/** Metadata definitions: namespaces, and everything in them, over HTTP. */
import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { describeOnBothDatabases, type TestService } from './start-test-service.ts'

const root = '/v2/metadefs/namespaces'
let number = 0

/** @returns the name of a namespace of its own. */
async function createNamespace(service: TestService, fields: object = {}): Promise<string> {
  const namespace = `Test::${++number}`
  const body = { namespace, visibility: 'public', ...fields }
  const answer = await service.ask('POST', root, { as: 'adm', body })
  expect(answer.status, answer.text).toBe(201)
  return namespace
}

const property = { name: 'cores', type: 'integer', title: 'Cores', minimum: 0.5, default: 2 }

describeOnBothDatabases('namespaces', {}, (service) => {
  const admin = (method: string, path: string, body?: unknown, headers = {}) =>
    service().ask(method, path, { as: 'adm', body, headers })

  test('are created with all that stands in them', async () => {
    const body = {
      namespace: `Whole::${++number}`,
      display_name: 'Whole',
      description: 'all of it',
      visibility: 'public',
      protected: true,
      owner: 'somebody',
      resource_type_associations: [{ name: 'OS::Glance::Image', prefix: 'hw_' }],
      properties: { cores: { type: 'integer', title: 'Cores', default: 2 } },
      objects: [{ name: 'cpu', properties: { speed: { type: 'number', title: 'Speed' } } }],
      tags: [{ name: 'one' }, { name: 'ONE' }],
    }
    const { status, headers, body: created } = await admin('POST', root, body)
    expect(status).toBe(201)
    expect(headers.location).toBe(`${service().url}${root}/${encodeURIComponent(body.namespace)}`)
    expect(Object.keys(created)).toEqual([
      'namespace',
      'display_name',
      'description',
      'visibility',
      'protected',
      'owner',
      'created_at',
      'updated_at',
      'resource_type_associations',
      'properties',
      'objects',
      'tags',
      'self',
      'schema',
    ])
    expect(created.properties.cores).toEqual({
      name: 'cores',
      type: 'integer',
      title: 'Cores',
      default: '2',
    })
    expect(created.tags).toEqual([{ name: 'one' }, { name: 'ONE' }])
    const shown = await service().ask('GET', `${root}/${body.namespace}`, { as: 'non' })
    expect(shown.body).toEqual(created)
    const onImages = await admin('GET', `${root}/${body.namespace}?resource_type=OS::Glance::Image`)
    expect(Object.keys(onImages.body.properties)).toEqual(['hw_cores'])
    expect(Object.keys(onImages.body.objects[0].properties)).toEqual(['hw_speed'])
    const elsewhere = await admin('GET', `${root}/${body.namespace}?resource_type=OS::Nova::X&x=1`)
    expect(Object.keys(elsewhere.body.properties)).toEqual(['cores'])
  })

  test('say as little as they were told', async () => {
    const name = `Bare::${++number}`
    const { body } = await admin('POST', root, { namespace: name })
    expect(body).toEqual({
      namespace: name,
      visibility: 'private',
      protected: false,
      owner: service().accounts.projectId('cloud'),
      created_at: expect.any(String),
      updated_at: expect.any(String),
      self: `${root}/${name}`,
      schema: '/v2/schemas/metadefs/namespace',
    })
  })

  test.each([
    ['no body', undefined, 400],
    ['a list', [], 400],
    ['no name', {}, 400],
    ['an empty name', { namespace: '' }, 400],
    ['a long name', { namespace: 'x'.repeat(81) }, 400],
    ['a number as name', { namespace: 1 }, 400],
    ['an unknown key', { namespace: 'x', more: 1 }, 400],
    ['a strange visibility', { namespace: 'x', visibility: 'shared' }, 400],
    ['a property without a type', { namespace: 'x', properties: { a: { title: 'A' } } }, 400],
    ['an object without a name', { namespace: 'x', objects: [{}] }, 400],
    ['a tag without a name', { namespace: 'x', tags: [{}] }, 400],
    ['its own address', { namespace: 'x', self: '/x' }, 403],
    ['its own times', { namespace: 'x', created_at: '2030-01-01T00:00:00Z' }, 403],
    ['a tag twice', { namespace: 'twice', tags: [{ name: 'a' }, { name: 'a' }] }, 409],
  ])('with %s are refused', async (_what, body, expected) => {
    expect((await admin('POST', root, body)).status).toBe(expected)
    if (expected === 409) expect((await admin('GET', `${root}/twice`)).status).toBe(404)
  })

  test('have names of their own, of any characters', async () => {
    const name = `Ünï/cödé 𝒳 ${++number}`
    expect((await admin('POST', root, { namespace: name })).status).toBe(201)
    expect((await admin('POST', root, { namespace: name })).status).toBe(409)
    const path = `${root}/${encodeURIComponent(name)}`
    expect((await admin('GET', path)).body.namespace).toBe(name)
    expect((await admin('DELETE', path)).status).toBe(204)
    expect((await admin('GET', path)).status).toBe(404)
  })

  test('are seen by readers, and changed by admins', async () => {
    const open = await createNamespace(service())
    const closed = await createNamespace(service(), {
      visibility: 'private',
      owner: service().accounts.projectId('producer'),
    })
    const statusOf = async (method: string, name: string, as: string, body?: unknown) =>
      (await service().ask(method, `${root}/${name}`, { as, body })).status
    for (const as of ['own', 'ownR']) expect(await statusOf('GET', closed, as)).toBe(200)
    for (const as of ['non', 'none', 'svc']) expect(await statusOf('GET', closed, as)).toBe(404)
    expect(await statusOf('GET', open, 'non')).toBe(200)
    expect(await statusOf('GET', open, 'svc')).toBe(404)
    expect(await statusOf('PUT', open, 'own', { namespace: open })).toBe(403)
    expect(await statusOf('PUT', closed, 'non', { namespace: closed })).toBe(404)
    expect(await statusOf('DELETE', open, 'own')).toBe(403)
    const create = (as: string) => service().ask('POST', root, { as, body: { namespace: 'no' } })
    expect((await create('own')).status).toBe(403)
    expect((await create('svc')).status).toBe(404)
    expect((await service().ask('GET', root, { as: 'svc' })).status).toBe(404)
    const listed = await service().ask('GET', `${root}?limit=1000`, { as: 'non' })
    const names = listed.body.namespaces.map((one: { namespace: string }) => one.namespace)
    expect(names).toContain(open)
    expect(names).not.toContain(closed)
  })

  test('are replaced whole, but for their owner and what stands in them', async () => {
    const name = await createNamespace(service(), {
      owner: 'somebody',
      description: 'old',
      tags: [{ name: 'kept' }],
    })
    const other = await createNamespace(service())
    const renamed = `${name}-renamed`
    const put = await admin('PUT', `${root}/${name}`, { namespace: renamed, tags: [{ name: 'x' }] })
    expect(put.status).toBe(200)
    expect(put.body).toMatchObject({ namespace: renamed, owner: 'somebody', visibility: 'private' })
    expect(put.body).not.toHaveProperty('description')
    expect((await admin('GET', `${root}/${name}`)).status).toBe(404)
    expect((await admin('GET', `${root}/${renamed}`)).body.tags).toEqual([{ name: 'kept' }])
    expect((await admin('PUT', `${root}/${renamed}`, { namespace: other })).status).toBe(409)
    expect((await admin('PUT', `${root}/${renamed}`, {})).status).toBe(400)
  })

  test('that are protected lose nothing', async () => {
    const name = await createNamespace(service(), {
      protected: true,
      tags: [{ name: 'a' }],
      properties: { a: property },
      resource_type_associations: [{ name: 'R' }],
    })
    for (const path of [
      '',
      '/tags',
      '/tags/a',
      '/properties',
      '/properties/a',
      '/resource_types/R',
    ]) {
      expect((await admin('DELETE', `${root}/${name}${path}`)).status).toBe(403)
    }
    expect((await admin('POST', `${root}/${name}/tags/b`)).status).toBe(201)
    await admin('PUT', `${root}/${name}`, { namespace: name })
    expect((await admin('DELETE', `${root}/${name}`)).status).toBe(204)
  })

  test('go with thousands of children of every kind', async () => {
    const names = Array.from({ length: 5000 }, (_, i) => `child number ${i}`)
    const title = 'A title that makes the body longer than a mebibyte, as such bodies are'
    const properties = Object.fromEntries(names.map((name) => [name, { type: 'string', title }]))
    const children = {
      properties,
      tags: names.map((name) => ({ name })),
      objects: names.map((name) => ({ name, properties: { a: { type: 'string', title } } })),
      resource_type_associations: names.slice(0, 500).map((name) => ({ name })),
    }
    const name = await createNamespace(service(), children)
    const { body } = await admin('GET', `${root}/${name}`)
    expect(Object.keys(body.properties)).toEqual(names)
    expect([body.tags.length, body.objects.length]).toEqual([5000, 5000])
    expect(body.resource_type_associations).toHaveLength(500)
    expect((await admin('DELETE', `${root}/${name}`)).status).toBe(204)
    expect((await admin('GET', `${root}/${name}/tags`)).status).toBe(404)
    const again = { namespace: name, description: 'x'.repeat(5_000_000) }
    expect((await admin('POST', root, again)).status).toBe(413)
    expect((await admin('POST', root, { namespace: name })).body).not.toHaveProperty('tags')
  }, 60_000)

  test('are listed in pages', async () => {
    const type = `Type::${++number}`
    const mine = []
    for (let i = 0; i < 5; i++) {
      mine.push(await createNamespace(service(), { resource_type_associations: [{ name: type }] }))
    }
    const seen: string[] = []
    let path = `${root}?resource_types=other,${type}&limit=2&sort_key=namespace&sort_dir=asc`
    while (path !== undefined) {
      const { status, body } = await service().ask('GET', path)
      expect(status).toBe(200)
      seen.push(...body.namespaces.map((one: { namespace: string }) => one.namespace))
      path = body.next
    }
    expect(seen).toEqual(mine.toSorted())
    for (const query of ['limit=-1', 'limit=x', 'sort_key=x', 'sort_dir=x', 'visibility=shared']) {
      expect((await service().ask('GET', `${root}?${query}`)).status).toBe(400)
    }
    expect((await service().ask('GET', `${root}?marker=nothing`)).status).toBe(404)
    expect((await service().ask('GET', `${root}?limit=0`)).body.namespaces).toEqual([])
  })

  test('of one name are made once, however many ask', async () => {
    const body = { namespace: `Race::${++number}` }
    const answers = await Promise.all(Array.from({ length: 8 }, () => admin('POST', root, body)))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, ...Array(7).fill(409)])
  })
})

describeOnBothDatabases('in a namespace', {}, (service) => {
  const admin = (method: string, path: string, body?: unknown, headers = {}) =>
    service().ask(method, path, { as: 'adm', body, headers })

  test('a property is added, shown, renamed and deleted', async () => {
    const all = `${root}/${await createNamespace(service())}/properties`
    const added = await admin('POST', all, property)
    expect([added.status, added.headers.location]).toEqual([201, undefined])
    expect(added.body).toEqual({ ...property, default: '2' })
    expect((await admin('POST', all, property)).status).toBe(409)
    for (const body of [
      { name: 'x' },
      { ...property, confidential: true },
      { ...property, type: null },
    ]) {
      expect((await admin('POST', all, body)).status).toBe(400)
    }
    expect((await admin('GET', all)).body.properties.cores).toEqual(added.body)
    expect((await admin('GET', `${all}/cores?x=1&resource_type=`)).body).toEqual(added.body)
    await admin('POST', all, { ...property, name: 'other' })
    expect((await admin('PUT', `${all}/cores`, { ...property, name: 'other' })).status).toBe(409)
    const put = await admin('PUT', `${all}/cores`, {
      ...property,
      name: 'c/ores',
      required: ['a'],
      enum: [1, 'a'],
    })
    expect([put.status, put.body.name, put.body.enum]).toEqual([200, 'c/ores', [1, 'a']])
    expect((await admin('GET', `${all}/cores`)).status).toBe(404)
    expect((await admin('DELETE', `${all}/c%2Fores`)).status).toBe(204)
    expect((await admin('DELETE', `${all}/c%2Fores`)).status).toBe(404)
    expect((await admin('DELETE', all)).status).toBe(204)
    expect((await admin('GET', all)).body).toEqual({ properties: {} })
  })

  test('a property has the name that it has on a type of resource', async () => {
    const namespace = `${root}/${await createNamespace(service())}`
    await admin('POST', `${namespace}/properties`, property)
    const association = { name: 'OS::Glance::Image', prefix: 'hw_' }
    const added = await admin('POST', `${namespace}/resource_types`, association)
    expect([added.status, added.body]).toEqual([201, expect.objectContaining(association)])
    expect((await admin('POST', `${namespace}/resource_types`, association)).status).toBe(409)
    const show = (name: string, type: string) =>
      admin('GET', `${namespace}/properties/${name}?resource_type=${type}`)
    expect((await show('hw_cores', 'OS::Glance::Image')).status).toBe(200)
    expect((await show('cores', 'OS::Glance::Image')).status).toBe(404)
    expect((await show('hw_cores', 'unknown')).status).toBe(404)
    const { body } = await service().ask('GET', '/v2/metadefs/resource_types')
    const types = body.resource_types.map(({ name }: { name: string }) => name)
    expect(types).toContain('OS::Glance::Image')
    expect((await admin('DELETE', `${namespace}/resource_types/OS::Glance::Image`)).status).toBe(
      204,
    )
    expect((await admin('GET', `${namespace}/resource_types`)).body).toEqual({
      resource_type_associations: [],
    })
    const long = { name: 'x'.repeat(81) }
    expect((await admin('POST', `${namespace}/resource_types`, long)).status).toBe(400)
  })

  test('an object says less when it is made than later', async () => {
    const name = await createNamespace(service())
    const all = `${root}/${name}/objects`
    const { status, body } = await admin('POST', all, { name: 'cpu', description: 'd' })
    expect([status, Object.keys(body)]).toEqual([
      201,
      ['name', 'description', 'created_at', 'updated_at', 'self', 'schema'],
    ])
    expect((await admin('GET', `${all}/cpu`)).body).toMatchObject({ required: [], properties: {} })
    const list = await admin('GET', `${all}?limit=1&marker=x`)
    expect(list.body).toMatchObject({ schema: 'v2/schemas/metadefs/objects' })
    expect(list.body.objects).toHaveLength(1)
    for (const query of ['limit=0', 'limit=x', 'sort_dir=x', 'visibility=x']) {
      expect((await admin('GET', `${all}?${query}`)).status).toBe(400)
    }
    await admin('POST', all, { name: 'other' })
    expect((await admin('PUT', `${all}/cpu`, { name: 'other' })).status).toBe(409)
    expect((await admin('PUT', `${all}/cpu`, { name: 'cpu2' })).body.name).toBe('cpu2')
    expect((await admin('PUT', `${all}/cpu`, { name: 'x' })).status).toBe(404)
    expect((await admin('POST', all, { name: 'x', self: 'x' })).status).toBe(403)
    const strange = { name: 'x', properties: { a: { type: 'string', title: 'A', more: 1 } } }
    expect((await admin('POST', all, strange)).status).toBe(400)
    expect((await service().ask('POST', all, { body: { name: 'x' } })).status).toBe(403)
    expect((await admin('DELETE', `${all}/cpu2`)).status).toBe(204)
  })

  test('tags take the place of others, or are added to them', async () => {
    const all = `${root}/${await createNamespace(service())}/tags`
    const put = (names: string[], headers = {}) =>
      admin('POST', all, { tags: names.map((name) => ({ name })) }, headers)
    const names = async () =>
      (await admin('GET', all)).body.tags.map(({ name }: { name: string }) => name)
    expect((await put(['a', 'b'])).status).toBe(201)
    expect(await names()).toEqual(['b', 'a'])
    expect((await put(['c'], { 'x-openstack-append': 'True' })).body).toEqual({
      tags: [{ name: 'c' }],
    })
    expect(await names()).toEqual(['c', 'b', 'a'])
    expect((await put(['d', 'a'], { 'x-openstack-append': 'True' })).status).toBe(409)
    expect((await put(['d', 'd'])).status).toBe(409)
    expect((await put([])).status).toBe(201)
    expect(await names()).toEqual(['c', 'b', 'a'])
    for (const body of [{}, { tags: [{}] }, { tags: [{ name: 'x', y: 1 }] }, { tags: 'x' }]) {
      expect((await admin('POST', all, body)).status).toBe(400)
    }
    expect((await put(['x'.repeat(81)])).status).toBe(400)
    expect((await put(['only'])).status).toBe(201)
    expect(await names()).toEqual(['only'])
  })

  test('a tag is a resource of its own', async () => {
    const all = `${root}/${await createNamespace(service())}/tags`
    const { status, body } = await admin('POST', `${all}/one`)
    expect([status, Object.keys(body)]).toEqual([201, ['name', 'created_at', 'updated_at']])
    expect((await admin('POST', `${all}/one`)).status).toBe(409)
    expect((await admin('POST', `${all}/two`, { name: 'two' })).status).toBe(400)
    expect((await admin('POST', `${all}/${'x'.repeat(81)}`)).status).toBe(400)
    await admin('POST', `${all}/two`)
    expect((await admin('PUT', `${all}/one`, { name: 'two' })).status).toBe(409)
    expect((await admin('PUT', `${all}/one`, { name: 'three' })).body.name).toBe('three')
    expect((await admin('GET', `${all}/three`)).status).toBe(200)
    const page = await admin('GET', `${all}?limit=1&sort_key=name&sort_dir=asc&marker=three`)
    expect(page.body).toEqual({ tags: [{ name: 'two' }] })
    await setTimeout(5) // so that its time is another, to the millisecond
    await admin('PUT', `${all}/three`, { name: 'three' })
    const newest = async (key: string) =>
      (await admin('GET', `${all}?limit=1&sort_key=${key}`)).body.tags[0].name
    expect([await newest('created_at'), await newest('updated_at')]).toEqual(['two', 'three'])
    expect((await admin('GET', `${all}?marker=x`)).status).toBe(404)
    expect((await admin('GET', `${all}?limit=-1`)).status).toBe(400)
    expect((await admin('GET', `${all}?sort_key=x`)).status).toBe(400)
    expect((await admin('DELETE', `${all}/three`)).status).toBe(204)
    expect((await admin('DELETE', all)).status).toBe(204)
  })
})
