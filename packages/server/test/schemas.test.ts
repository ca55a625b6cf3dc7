/** GET /v2/schemas/…: every document, key by key, as clients build their models and forms from it. */
import { expect, test } from 'vitest'
import { activeImage, createImage, share, show } from './image-requests.ts'
import { expectedSchemas, withoutDescriptions } from './schema-documents.ts'
import { describeOnBothDatabases } from './start-test-service.ts'

const paths = Object.keys(expectedSchemas)

describeOnBothDatabases('the schema', {}, (service) => {
  const schemaOf = async (path: string, as = 'own') => {
    const answer = await service().ask('GET', `/v2/schemas/${path}`, { as })
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'application/json'])
    return answer.body
  }

  test.each(Object.entries(expectedSchemas))('%s is as clients know it', async (path, expected) => {
    const document = await schemaOf(path)
    expect(withoutDescriptions(document)).toEqual(expected)
    // In this order, since people read them too.
    expect(Object.keys(document)).toEqual(Object.keys(expected))
  })

  test.each(paths)('%s describes its properties in words', async (path) => {
    const { properties } = await schemaOf(path)
    const told = Object.values(properties).filter((one) => Object(one).description !== undefined)
    for (const one of told) expect(Object(one).description).toMatch(/\w/)
    if (/^(image|member|task)$/.test(path)) expect(told.length).toBeGreaterThan(4)
  })

  test.each(paths)('%s is shown to everyone with a token, and only shown', async (path) => {
    const url = `/v2/schemas/${path}`
    const document = await schemaOf(path)
    for (const as of ['adm', 'ownR', 'svc', 'unscoped']) {
      expect(await schemaOf(path, as)).toEqual(document)
    }
    expect((await service().ask('GET', url, { headers: { 'x-auth-token': '' } })).status).toBe(401)
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'HEAD']) {
      const { status, headers } = await service().ask(method, url)
      expect([status, headers.allow]).toEqual([405, 'GET'])
    }
    expect((await service().ask('GET', url, { body: {} })).status).toBe(400)
  })

  test.each(['location', 'cache', 'info', 'metadefs', 'metadefs/image', 'Image', 'image/', ''])(
    '"%s" is none',
    async (path) => {
      expect((await service().ask('GET', `/v2/schemas/${path}`)).status).toBe(404)
    },
  )

  test('names every key of what it describes', async () => {
    const id = await activeImage(service(), 'data')
    await share(service(), id, service().accounts.projectId('pending'))
    const image = await schemaOf('image')
    expect(Object.keys(image.properties)).toEqual(
      expect.arrayContaining(Object.keys(await show(service(), id))),
    )
    const members = (await service().ask('GET', `/v2/images/${id}/members`)).body.members
    const member = await schemaOf('member')
    expect(Object.keys(member.properties).toSorted()).toEqual(Object.keys(members[0]).toSorted())
  })
})

const ownFormats = {
  VITRINE_IMAGES__DISK_FORMATS: 'raw,qcow2',
  VITRINE_IMAGES__CONTAINER_FORMATS: 'bare',
}
describeOnBothDatabases('the schema of an operator with own formats', ownFormats, (service) => {
  test('offers those, and an image may have no other', async () => {
    const { body } = await service().ask('GET', '/v2/schemas/images')
    const { disk_format, container_format } = body.properties.images.items.properties
    expect(disk_format.enum).toEqual([null, 'raw', 'qcow2'])
    expect(container_format.enum).toEqual([null, 'bare'])
    await createImage(service(), { disk_format: 'qcow2', container_format: 'bare' })
    for (const fields of [{ disk_format: 'vmdk' }, { container_format: 'ova' }]) {
      const answer = await service().ask('POST', '/v2/images', { body: fields })
      expect(answer.status).toBe(400)
    }
  })
})
