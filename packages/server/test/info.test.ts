/** GET /v2/info/…: what the service says that it can do, and to whom. */
import { expect, test } from 'vitest'
import { createImage } from './image-requests.ts'
import { describeOnBothDatabases, type TestService } from './start-test-service.ts'
import { severalStores } from './web-server.ts'

/** Of these, `svc` and `none` have the role service, in two projects. */
const everyone = ['own', 'ownR', 'non', 'adm', 'svc', 'none', 'unscoped']

async function expectOnlyRead(service: TestService, path: string): Promise<void> {
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'HEAD']) {
    const { status, headers } = await service.ask(method, path, { as: 'adm' })
    expect([status, headers.allow]).toEqual([405, 'GET'])
  }
  const withoutToken = { headers: { 'x-auth-token': '' } }
  expect((await service.ask('GET', path, withoutToken)).status).toBe(401)
  expect((await service.ask('GET', path, { as: 'adm', body: {} })).status).toBe(400)
  expect((await service.ask('GET', `${path}/`, { as: 'adm' })).status).toBe(404)
}

describeOnBothDatabases('a service with the store that nobody named', {}, (service) => {
  test.each(everyone)('tells %s how it imports', async (as) => {
    const { status, headers, body } = await service().ask('GET', '/v2/info/import', { as })
    expect([status, headers['content-type']]).toEqual([200, 'application/json'])
    expect(body).toEqual({
      'import-methods': {
        description: 'Import methods available.',
        type: 'array',
        value: ['glance-direct', 'web-download', 'copy-image'],
      },
    })
  })

  test('tells nobody of stores', async () => {
    for (const path of ['/v2/info/stores', '/v2/info/stores/detail']) {
      for (const as of everyone) {
        expect((await service().ask('GET', path, { as })).status).toBe(404)
      }
    }
    const { status } = await service().ask('DELETE', `/v2/stores/files/${crypto.randomUUID()}`)
    expect(status).toBe(404)
    const answer = await service().ask('POST', '/v2/images', { body: {} })
    expect(answer.headers).not.toHaveProperty('openstack-image-store-ids')
    expect(answer.headers['openstack-image-import-methods']).toBe(
      'glance-direct,web-download,copy-image',
    )
  })

  test('tells only to those who read', () => expectOnlyRead(service(), '/v2/info/import'))
})

describeOnBothDatabases('a service with several stores', severalStores(), (service) => {
  test.each(everyone)('tells %s which they are', async (as) => {
    const { status, headers, body } = await service().ask('GET', '/v2/info/stores', { as })
    expect([status, headers['content-type']]).toEqual([200, 'application/json'])
    expect(body).toEqual({
      stores: [
        { id: 'fast', description: 'quick', default: 'true' },
        { id: 'slow' },
        { id: 'web', 'read-only': 'true' },
      ],
    })
  })

  test.each(['adm', 'svc', 'none'])('tells %s what they are made of', async (as) => {
    const { status, body } = await service().ask('GET', '/v2/info/stores/detail', { as })
    const ofFiles = (name: string) => ({
      data_dir: expect.stringMatching(new RegExp(`^/.*/${name}$`)),
      chunk_size: expect.any(Number),
      thin_provisioning: false,
    })
    expect([status, body]).toEqual([
      200,
      {
        stores: [
          {
            id: 'fast',
            description: 'quick',
            default: 'true',
            type: 'file',
            weight: 2,
            properties: ofFiles('fast'),
          },
          { id: 'slow', type: 'file', weight: 0, properties: ofFiles('slow') },
          { id: 'web', 'read-only': 'true', type: 'http', weight: 0, properties: {} },
        ],
      },
    ])
  })

  test.each(['own', 'ownR', 'non', 'unscoped'])(
    'does not tell %s what they are made of',
    async (as) => {
      const { status, text } = await service().ask('GET', '/v2/info/stores/detail', { as })
      expect([status, text]).toEqual([403, expect.stringContaining('stores_info_detail')])
      expect(text).not.toContain('fast')
    },
  )

  test.each(['/v2/info/stores', '/v2/info/stores/detail'])(
    'tells only to those who read: %s',
    (path) => expectOnlyRead(service(), path),
  )

  test('names them where an image is created, also those that take no data', async () => {
    const { status, headers } = await service().ask('POST', '/v2/images', { body: {} })
    expect([status, headers['openstack-image-store-ids']]).toEqual([201, 'fast,slow,web'])
  })

  test('does not say of an image without data where it is', async () => {
    const id = await createImage(service())
    const { body } = await service().ask('GET', `/v2/images/${id}`)
    expect(body).not.toHaveProperty('stores')
  })
})

describeOnBothDatabases(
  'a service without imports',
  { VITRINE_IMPORTS__METHODS: '' },
  (service) => {
    test('says that it has none, and says nothing where an image is created', async () => {
      const { body } = await service().ask('GET', '/v2/info/import')
      expect(body['import-methods'].value).toEqual([])
      const { headers } = await service().ask('POST', '/v2/images', { body: {} })
      expect(headers).not.toHaveProperty('openstack-image-import-methods')
    })
  },
)
