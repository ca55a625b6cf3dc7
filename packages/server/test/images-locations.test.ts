/** Data that others keep, registered where it is through the locations API. */
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually } from './eventually.ts'
import { createImage, patch, show } from './image-requests.ts'
import { describeOnBothDatabases, type TestService } from './start-test-service.ts'
import {
  fetchFromThisMachine,
  severalStores,
  startWebServer,
  type WebServer,
} from './web-server.ts'

let web: WebServer
beforeAll(async () => {
  web = await startWebServer()
  web.pages.set('/1', 'data 1')
  web.pages.set('/2', 'data 2')
  web.pages.set('/unknown-size', (_request, answer) => {
    answer.write('so')
    answer.end('me')
  })
})
afterAll(() => web[Symbol.asyncDispose]())

const hash = (algorithm: string, data: string) => createHash(algorithm).update(data).digest('hex')

const withoutShowing = { ...fetchFromThisMachine, ...severalStores() }

describeOnBothDatabases('the locations API', withoutShowing, (service) => {
  const path = (id: string) => `/v2/images/${id}/locations`
  const register = (id: string, body: unknown, as = 'own') =>
    service().ask('POST', path(id), { as, body })
  const ended = (id: string) => taskOf(service(), id)

  test('registers data where it is, and reads its hashes', async () => {
    const id = await createImage(service(), { disk_format: null, container_format: null })
    const { status, text } = await register(id, { url: `${web.url}/1`, ignored: 1 })
    expect([status, text]).toEqual([202, ''])
    expect(await ended(id)).toMatchObject({ type: 'location_import', status: 'success' })
    expect(await show(service(), id)).toMatchObject({
      status: 'active',
      size: 6,
      checksum: hash('md5', 'data 1'),
      os_hash_value: hash('sha512', 'data 1'),
      stores: 'web',
    })
    expect((await register(id, { url: `${web.url}/2` })).status).toBe(409)
    const list = await service().ask('GET', path(id), { as: 'adm' })
    expect(list.body).toEqual([{ url: `${web.url}/1`, metadata: { store: 'web' } }])
    expect((await service().ask('GET', path(id))).status).toBe(403)
    expect((await service().ask('GET', path(id), { as: 'non' })).status).toBe(404)
    await patch(service(), id, [{ op: 'replace', path: '/visibility', value: 'community' }])
    expect((await service().ask('GET', path(id), { as: 'svc' })).status).toBe(200)
    expect((await service().ask('DELETE', path(id))).headers.allow).toBe('GET, POST')
  })

  test('data that is what it should be makes the image active, other data does not', async () => {
    const expected = (data: string) => ({
      os_hash_algo: 'sha256',
      os_hash_value: hash('sha256', data),
    })
    const good = await createImage(service())
    await register(good, { url: `${web.url}/1`, validation_data: expected('data 1') })
    expect((await ended(good)).status).toBe('success')
    expect(await show(service(), good)).toMatchObject({
      status: 'active',
      os_hash_algo: 'sha256',
      os_hash_value: expected('data 1').os_hash_value,
    })
    const bad = await createImage(service())
    await register(bad, { url: `${web.url}/1`, validation_data: expected('data 2') })
    expect((await ended(bad)).status).toBe('failure')
    expect(await show(service(), bad)).toMatchObject({
      status: 'queued',
      size: null,
      checksum: null,
      os_hash_algo: null,
      os_hash_value: null,
    })
  })

  test.each(['/missing', '/unknown-size'])(
    'data at %s cannot be had: queued again',
    async (page) => {
      const id = await createImage(service())
      expect((await register(id, { url: `${web.url}${page}` })).status).toBe(202)
      const task = await ended(id)
      expect(task.status).toBe('failure')
      expect(task.message).not.toBe('')
      expect(await show(service(), id)).toMatchObject({ status: 'queued', size: null })
    },
  )

  test.each([
    ['nothing', undefined],
    ['a list', []],
    ['no address', {}],
    ['a number as address', { url: 1 }],
    ['a hash without its algorithm', { url: 'http://x/', validation_data: { os_hash_value: 'a' } }],
    [
      'an algorithm without its hash',
      { url: 'http://x/', validation_data: { os_hash_algo: 'md5' } },
    ],
    [
      'an algorithm that nobody knows',
      { url: 'http://x/', validation_data: { os_hash_algo: 'x', os_hash_value: 'a' } },
    ],
    [
      'more than a hash',
      {
        url: 'http://x/',
        validation_data: { os_hash_algo: 'md5', os_hash_value: 'a', checksum: 'a' },
      },
    ],
  ])('%s is no request, whatever the image', async (_what, body) => {
    const id = await createImage(service())
    expect((await register(id, body)).status).toBe(400)
    expect((await register('00000000-0000-4000-8000-000000000000', body)).status).toBe(400)
  })

  test('a hash that is none is refused, and an address that no store reads', async () => {
    const id = await createImage(service())
    const validation_data = { os_hash_algo: 'md5', os_hash_value: 'x'.repeat(32) }
    expect((await register(id, { url: `${web.url}/1`, validation_data })).status).toBe(400)
    expect((await register(id, { url: 'file:///etc/passwd' })).status).toBe(403)
    expect((await register(id, { url: 'file:///etc/passwd' }, 'adm')).status).toBe(403)
    expect(await show(service(), id)).toMatchObject({ status: 'queued' })
  })
})

async function taskOf(service: TestService, imageId: string) {
  return eventually(async () => {
    const { body } = await service.ask('GET', `/v2/images/${imageId}/tasks`)
    const task = body.tasks.at(-1)
    expect(['success', 'failure']).toContain(task?.status)
    return task
  })
}

describe('without a store of what lies on the web', () => {
  describeOnBothDatabases('the locations API', fetchFromThisMachine, (service) => {
    test('takes no address', async () => {
      const id = await createImage(service())
      const body = { url: `${web.url}/1` }
      const answer = await service().ask('POST', `/v2/images/${id}/locations`, { body })
      expect(answer.status).toBe(403)
    })
  })
})
