/** Where an image's data is, changed by PATCH. */
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createImage, patch, patchV20, show, upload } from './image-requests.ts'
import { describeOnBothDatabases } from './start-test-service.ts'
import {
  fetchFromThisMachine,
  severalStores,
  startWebServer,
  type WebServer,
} from './web-server.ts'

const md5 = (data: string) => createHash('md5').update(data).digest('hex')
const sha512 = (data: string) => createHash('sha512').update(data).digest('hex')

let web: WebServer
beforeAll(async () => {
  web = await startWebServer()
  for (let i = 0; i < 12; i++) web.pages.set(`/${i}`, `data ${i}`)
  web.pages.set('/unknown-size', (_request, answer) => {
    answer.write('so')
    answer.end('me')
  })
})
afterAll(() => web[Symbol.asyncDispose]())

const at = (path: string, more: object = {}) => ({
  url: `${web.url}${path}`,
  metadata: {},
  ...more,
})
const add = (value: unknown, position: string | number = '-') => ({
  op: 'add',
  path: `/locations/${position}`,
  value,
})
const replace = (value: unknown) => ({ op: 'replace', path: '/locations', value })
const remove = (position: string | number) => ({ op: 'remove', path: `/locations/${position}` })

const settings = {
  ...fetchFromThisMachine,
  ...severalStores(),
  VITRINE_IMAGES__SHOW_LOCATIONS: 'true',
  VITRINE_LIMITS__LOCATIONS_PER_IMAGE: '3',
}

describeOnBothDatabases('the locations of an image, by PATCH', settings, (service) => {
  const urls = async (id: string) => {
    const { locations } = await show(service(), id)
    return locations.map(({ url }: { url: string }) => url.slice(web.url.length))
  }
  const change = (id: string, ...operations: object[]) => patch(service(), id, operations)

  test('a queued image is active with its first location, and has the size of its data', async () => {
    const id = await createImage(service())
    const { status, body } = await change(id, add(at('/1', { metadata: { kind: 'copy' } })))
    expect(status).toBe(200)
    expect(body).toMatchObject({ status: 'active', size: 6, checksum: null, os_hash_value: null })
    expect(body.locations).toEqual([at('/1', { metadata: { kind: 'copy', store: 'web' } })])
    const data = await service().ask('GET', `/v2/images/${id}/file`)
    expect([data.status, data.text]).toEqual([200, 'data 1'])
  })

  test('locations are added at the end or before another', async () => {
    const id = await createImage(service())
    await change(id, add(at('/1')))
    expect((await change(id, add(at('/2')))).status).toBe(200)
    expect((await change(id, add(at('/3'), 0))).status).toBe(200)
    expect(await urls(id)).toEqual(['/3', '/1', '/2'])
    expect((await change(id, add(at('/4')))).status).toBe(413)
    expect(await urls(id)).toEqual(['/3', '/1', '/2'])
  })

  test.each([
    ['a position that is no number', add({ url: 'x', metadata: {} }, 'x'), 400],
    ['a position beyond the end', 'beyond', 400],
    ['a file', add({ url: 'file:///etc/passwd', metadata: {} }), 400],
    ['a scheme that no store reads', add({ url: 'gopher://127.0.0.1/', metadata: {} }), 400],
    ['no scheme', add({ url: 'somewhere', metadata: {} }), 400],
    ['an empty address', add({ url: '', metadata: {} }), 400],
    ['no metadata', add({ url: 'http://127.0.0.1:1/' }), 400],
    ['no address', add({ metadata: {} }), 400],
    ['something else', add('http://127.0.0.1:1/'), 400],
    ['a server that is not there', add({ url: 'http://127.0.0.1:1/', metadata: {} }), 400],
    ['a depth of one', { op: 'add', path: '/locations', value: [] }, 400],
    ['a depth of three', { op: 'add', path: '/locations/0/url', value: 'x' }, 400],
    ['a replaced item', { op: 'replace', path: '/locations/0', value: {} }, 400],
    ['a removed whole', { op: 'remove', path: '/locations' }, 400],
    ['no list', replace({}), 400],
    ['an empty list', replace([]), 403],
  ])('%s is refused and changes nothing', async (_what, operation, expected) => {
    const id = await createImage(service())
    const chosen = operation === 'beyond' ? add(at('/1'), 1) : operation
    const { status, text } = await patch(service(), id, [chosen])
    expect(status, text).toBe(expected)
    expect(await show(service(), id)).toMatchObject({ status: 'queued', size: null, locations: [] })
  })

  test('metadata longer than every page of a list should carry is refused', async () => {
    const id = await createImage(service())
    const metadataOf = (length: number) => ({ ...at('/1'), metadata: { a: 'x'.repeat(length) } })
    const { status, text } = await change(id, add(metadataOf(65_535)))
    expect([status, text]).toEqual([400, expect.stringContaining('limit of 65535 bytes')])
    expect((await change(id, add(metadataOf(65_000)))).status).toBe(200)
  })

  test('what is not there, or of unknown length, is refused', async () => {
    const id = await createImage(service())
    for (const path of ['/missing', '/unknown-size']) {
      expect((await change(id, add(at(path)))).status).toBe(400)
    }
    expect((await change(id, add(at('/1')), add(at('/1')))).status).toBe(400)
    expect(await show(service(), id)).toMatchObject({ status: 'queued', locations: [] })
    await change(id, add(at('/1')))
    expect((await change(id, add(at('/1')))).status).toBe(400)
    expect(await urls(id)).toEqual(['/1'])
  })

  test('replacing gives a queued image all of them, and others only new metadata', async () => {
    const id = await createImage(service())
    expect((await change(id, replace([at('/1'), at('/2')]))).status).toBe(200)
    expect(await urls(id)).toEqual(['/1', '/2'])
    const described = [at('/2', { metadata: { a: '2' } }), at('/1', { metadata: { a: '1' } })]
    expect((await change(id, replace(described))).status).toBe(200)
    const { locations } = await show(service(), id)
    expect(locations).toEqual([
      at('/1', { metadata: { a: '1', store: 'web' } }),
      at('/2', { metadata: { a: '2', store: 'web' } }),
    ])
    for (const others of [[at('/1')], [at('/1'), at('/3')], [at('/1'), at('/2'), at('/3')]]) {
      expect((await change(id, replace(others))).status).toBe(400)
    }
    expect((await change(id, replace([]))).status).toBe(403)
    expect(await urls(id)).toEqual(['/1', '/2'])
  })

  test('only admins remove, and never the last', async () => {
    const id = await createImage(service())
    const asAdmin = (...operations: object[]) => patch(service(), id, operations, { as: 'adm' })
    expect((await asAdmin(remove(0))).status).toBe(409)
    await change(id, replace([at('/1'), at('/2'), at('/3')]))
    expect((await change(id, remove(0))).status).toBe(403)
    expect((await asAdmin(remove(3))).status).toBe(400)
    expect((await asAdmin(remove('-'))).status).toBe(400)
    expect((await asAdmin(remove(1))).status).toBe(200)
    expect(await urls(id)).toEqual(['/1', '/3'])
    expect((await asAdmin(remove(0))).status).toBe(200)
    expect((await asAdmin(remove(7))).status).toBe(403)
    expect(await urls(id)).toEqual(['/3'])
  })

  test('a copy in a store of ours that is removed leaves no bytes behind', async () => {
    const id = await createImage(service())
    expect((await upload(service(), id, 'data 1')).status).toBe(204)
    expect((await change(id, add(at('/1')))).status).toBe(200)
    const file = (await show(service(), id)).locations[0].url
    expect(file).toMatch(/^file:\/\//)
    expect((await patch(service(), id, [remove(0)], { as: 'adm' })).status).toBe(200)
    expect((await service().ask('GET', `/v2/images/${id}/file`)).text).toBe('data 1')
    await expect(
      import('node:fs/promises').then(({ stat }) => stat(new URL(file))),
    ).rejects.toThrow('ENOENT')
  })

  test('hashes are taken over from the client while there are none', async () => {
    const validation_data = {
      checksum: md5('data 1'),
      os_hash_algo: 'sha512',
      os_hash_value: sha512('data 1'),
    }
    const id = await createImage(service())
    const { status, body } = await change(id, add(at('/1', { validation_data })))
    expect(status).toBe(200)
    expect(body).toMatchObject({
      checksum: md5('data 1'),
      os_hash_algo: 'sha512',
      os_hash_value: sha512('data 1'),
    })
    expect((await change(id, add(at('/2', { validation_data })))).status).toBe(200)
    const other = { ...validation_data, os_hash_value: sha512('data 3') }
    expect((await change(id, add(at('/3', { validation_data: other })))).status).toBe(409)

    const bare = await createImage(service())
    await change(bare, add(at('/1')))
    expect((await change(bare, add(at('/2', { validation_data })))).status).toBe(409)
  })

  test.each([
    ['another algorithm', { os_hash_algo: 'sha256', os_hash_value: 'a'.repeat(64) }, 409],
    ['no hexadecimal digits', { os_hash_algo: 'sha512', os_hash_value: 'x'.repeat(128) }, 409],
    ['too few digits', { os_hash_algo: 'sha512', os_hash_value: 'abc' }, 409],
    ['no algorithm', { os_hash_value: 'abc' }, 400],
    ['no value', { os_hash_algo: 'sha512' }, 400],
    ['a short checksum', { checksum: 'a', os_hash_algo: 'sha512', os_hash_value: 'a' }, 400],
    ['more than that', { os_hash_algo: 'sha512', os_hash_value: 'a', more: 1 }, 400],
  ])('a hash with %s is refused', async (_what, validation_data, expected) => {
    const id = await createImage(service())
    expect((await change(id, add(at('/1', { validation_data })))).status).toBe(expected)
    expect(await show(service(), id)).toMatchObject({ status: 'queued', checksum: null })
  })

  test('the older dialect does the same', async () => {
    const id = await createImage(service())
    const type = patchV20
    const v20 = [{ add: '/locations/-', value: at('/1') }]
    expect((await patch(service(), id, v20, { type })).status).toBe(200)
    expect(await urls(id)).toEqual(['/1'])
    expect((await patch(service(), id, [{ add: '/locations', value: [] }], { type })).status).toBe(
      400,
    )
  })

  test('nobody but the producer and admins changes anything, and strangers learn nothing', async () => {
    const id = await createImage(service(), { visibility: 'private' })
    const asked = web.asked.get('/9') ?? 0
    const as = (who: string) => patch(service(), id, [add(at('/9'))], { as: who })
    expect((await as('non')).status).toBe(404)
    expect((await as('ownR')).status).toBe(403)
    expect(web.asked.get('/9') ?? 0).toBe(asked)
    expect((await as('adm')).status).toBe(200)
  })

  test('a deactivated image shows its addresses to admins only, and takes no more', async () => {
    const id = await createImage(service())
    await change(id, add(at('/1')))
    await service().ask('POST', `/v2/images/${id}/actions/deactivate`)
    expect((await show(service(), id)).locations).toEqual([])
    expect((await show(service(), id, 'adm')).locations).toHaveLength(1)
    expect((await change(id, add(at('/2')))).status).toBe(409)
  })
})

describeOnBothDatabases('locations that the operator does not show', {}, (service) => {
  test.each([
    ['added', { op: 'add', path: '/locations/-', value: { url: 'http://x/', metadata: {} } }],
    ['replaced', { op: 'replace', path: '/locations', value: [] }],
    ['removed', { op: 'remove', path: '/locations/0' }],
  ])('cannot be %s', async (_how, operation) => {
    const id = await createImage(service())
    expect((await patch(service(), id, [operation])).status).toBe(403)
    expect(await show(service(), id)).not.toHaveProperty('locations')
  })
})
