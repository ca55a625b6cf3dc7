/** Every route of metadata definitions, as every kind of caller meets it. */
import { expect, test } from 'vitest'
import { describeOnBothDatabases, type TestService } from './start-test-service.ts'

const root = '/v2/metadefs/namespaces'
let number = 0

const body = {
  resource_type_associations: [{ name: 'OS::Glance::Image' }],
  properties: { cores: { type: 'integer', title: 'Cores' } },
  objects: [{ name: 'cpu' }],
  tags: [{ name: 'one' }],
}

type Row = readonly [method: string, path: string, success: number, body?: object]

const reads: readonly Row[] = [
  ['GET', '', 200],
  ['GET', '/objects', 200],
  ['GET', '/objects/cpu', 200],
  ['GET', '/properties', 200],
  ['GET', '/properties/cores', 200],
  ['GET', '/tags', 200],
  ['GET', '/tags/one', 200],
  ['GET', '/resource_types', 200],
]

/** In an order in which an admin can do them all. */
const writes: readonly Row[] = [
  ['POST', '/objects', 201, { name: 'disk' }],
  ['PUT', '/objects/cpu', 200, { name: 'cpu' }],
  ['DELETE', '/objects/cpu', 204],
  ['DELETE', '/objects', 204],
  ['POST', '/properties', 201, { name: 'threads', type: 'integer', title: 'Threads' }],
  ['PUT', '/properties/cores', 200, { name: 'cores', type: 'integer', title: 'Cores' }],
  ['DELETE', '/properties/cores', 204],
  ['DELETE', '/properties', 204],
  ['POST', '/tags/two', 201],
  ['PUT', '/tags/one', 200, { name: 'one' }],
  ['DELETE', '/tags/one', 204],
  ['POST', '/tags', 201, { tags: [{ name: 'three' }] }],
  ['DELETE', '/tags', 204],
  ['POST', '/resource_types', 201, { name: 'OS::Nova::Flavor' }],
  ['DELETE', '/resource_types/OS::Glance::Image', 204],
  ['PUT', '', 200, { namespace: '' }],
  ['DELETE', '', 204],
]

describeOnBothDatabases('to callers, metadata definitions', {}, (service) => {
  const ask = async ([method, path, , sent]: Row, name: string, as: string) => {
    const isPut = method === 'PUT' && path === ''
    const answer = await service().ask(method, `${root}/${name}${path}`, {
      as,
      body: isPut ? { namespace: name, visibility: 'public' } : sent,
    })
    return answer.status
  }
  const statuses = async (rows: readonly Row[], name: string, as: string) => {
    const found: number[] = []
    for (const row of rows) found.push(await ask(row, name, as))
    return found
  }
  const create = async (visibility: string) => {
    const namespace = `Access::${++number}`
    const owner = service().accounts.projectId('producer')
    const sent = { namespace, visibility, owner, ...body }
    expect((await service().ask('POST', root, { as: 'adm', body: sent })).status).toBe(201)
    return namespace
  }
  const all = (rows: readonly Row[], status: number) => rows.map(() => status)

  test.each([
    ['a public namespace', 'public', 'own', 200, 403],
    ['a public namespace', 'public', 'ownR', 200, 403],
    ['a public namespace', 'public', 'non', 200, 403],
    ['a public namespace', 'public', 'svc', 404, 404],
    ['a public namespace', 'public', 'none', 404, 404],
    ['a public namespace', 'public', 'unscoped', 404, 404],
    ['a private namespace', 'private', 'own', 200, 403],
    ['a private namespace', 'private', 'ownR', 200, 403],
    ['a private namespace', 'private', 'non', 404, 404],
    ['a private namespace', 'private', 'svc', 404, 404],
    ['a private namespace', 'private', 'none', 404, 404],
    ['a private namespace', 'private', 'unscoped', 404, 404],
  ])('of %s (%s) are told to %s as they should be', async (_, visibility, as, read, write) => {
    const name = await create(visibility)
    expect(await statuses(reads, name, as)).toEqual(all(reads, read))
    expect(await statuses(writes, name, as)).toEqual(all(writes, write))
    expect(await statuses(reads, name, 'adm')).toEqual(all(reads, 200))
  })

  test.each(['public', 'private'])('of a %s namespace can all be changed by admins', async (v) => {
    const name = await create(v)
    expect(await statuses(writes, name, 'adm')).toEqual(writes.map(([, , success]) => success))
  })

  test('of no namespace are not found, whoever asks', async () => {
    for (const as of ['adm', 'own', 'svc']) {
      expect(await statuses([...reads, ...writes], 'Nothing', as)).toEqual(
        all([...reads, ...writes], 404),
      )
    }
  })

  test('that may not be seen read as if they were not there', async () => {
    const name = await create('private')
    const answerTo = async (namespace: string) => {
      const { status, text } = await service().ask('GET', `${root}/${namespace}`, { as: 'non' })
      return [status, text.replaceAll(namespace, '…')]
    }
    expect(await answerTo(name)).toEqual(await answerTo('Nothing'))
  })

  test('have lists only for readers', async () => {
    for (const path of [root, '/v2/metadefs/resource_types']) {
      for (const as of ['adm', 'own', 'ownR', 'non']) {
        expect((await service().ask('GET', path, { as })).status).toBe(200)
      }
      for (const as of ['svc', 'none', 'unscoped']) {
        expect((await service().ask('GET', path, { as })).status).toBe(404)
      }
      const headers = { 'x-auth-token': '' }
      expect((await service().ask('GET', path, { headers })).status).toBe(401)
    }
  })

  test('are listed by visibility, of those that the caller may see', async () => {
    const [open, closed] = [await create('public'), await create('private')]
    const listed = async (service: TestService, query: string, as: string) => {
      const { body } = await service.ask('GET', `${root}?limit=1000&${query}`, { as })
      const names = body.namespaces.map(({ namespace }: { namespace: string }) => namespace)
      return [names.includes(open), names.includes(closed)]
    }
    expect(await listed(service(), 'visibility=public', 'own')).toEqual([true, false])
    expect(await listed(service(), 'visibility=private', 'ownR')).toEqual([false, true])
    expect(await listed(service(), 'visibility=private', 'non')).toEqual([false, false])
    expect(await listed(service(), '', 'non')).toEqual([true, false])
    expect(await listed(service(), '', 'adm')).toEqual([true, true])
    expect(await listed(service(), 'resource_types=', 'own')).toEqual([true, true])
    const after = (marker: string) =>
      service().ask('GET', `${root}?marker=${marker}`, { as: 'non' })
    expect((await after(closed)).status).toBe(403)
    expect((await after('Nothing')).status).toBe(404)
  })

  test('name the methods that they know', async () => {
    const name = await create('public')
    const allowed = async (path: string) =>
      (await service().ask('PATCH', path, { as: 'non', body: {} })).headers.allow
    expect(await allowed(root)).toBe('GET, POST')
    expect(await allowed(`${root}/${name}`)).toBe('GET, PUT, DELETE')
    for (const kind of ['objects', 'properties', 'tags']) {
      expect(await allowed(`${root}/${name}/${kind}`)).toBe('GET, POST, DELETE')
    }
    expect(await allowed(`${root}/${name}/objects/cpu`)).toBe('GET, PUT, DELETE')
    expect(await allowed(`${root}/${name}/properties/cores`)).toBe('GET, PUT, DELETE')
    expect(await allowed(`${root}/${name}/tags/one`)).toBe('GET, POST, PUT, DELETE')
    expect(await allowed(`${root}/${name}/resource_types`)).toBe('GET, POST')
    expect(await allowed(`${root}/${name}/resource_types/OS::Glance::Image`)).toBe('DELETE')
    expect(await allowed('/v2/metadefs/resource_types')).toBe('GET')
  })

  test('are checked before anybody is told that he may not', async () => {
    const name = await create('public')
    const wrong: readonly (readonly [string, string, number, object])[] = [
      ['POST', '', 400, {}],
      ['PUT', `/${name}`, 400, {}],
      ['PUT', `/${name}`, 403, { namespace: name, self: 'x' }],
      ['POST', `/${name}/objects`, 400, {}],
      ['POST', `/Nothing/properties`, 400, {}],
      ['POST', `/Nothing/tags`, 400, {}],
      ['POST', `/Nothing/resource_types`, 400, {}],
      ['POST', `/${name}/resource_types`, 403, { name: 'x', created_at: 'x' }],
    ]
    for (const [method, path, status, sent] of wrong) {
      const answer = await service().ask(method, `${root}${path}`, { as: 'non', body: sent })
      expect([path, answer.status]).toEqual([path, status])
    }
  })
})
