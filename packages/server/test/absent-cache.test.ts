/** /v2/cache: this service keeps no cache. Admins are told so, others that it is not theirs to ask. */
import { expect, test } from 'vitest'
import { activeImage } from './image-requests.ts'
import { describeOnBothDatabases } from './start-test-service.ts'

const unknown = '00000000-0000-4000-8000-000000000000'

const calls = [
  ['GET', '', 'cache_list'],
  ['DELETE', '', 'cache_delete'],
  ['PUT', '/IMAGE', 'cache_image'],
  ['DELETE', '/IMAGE', 'cache_delete'],
  ['GET', '/nodes/IMAGE', 'list_cached_nodes'],
  ['POST', '/clean', 'cache_clean'],
  ['POST', '/prune', 'cache_prune'],
] as const

describeOnBothDatabases('without a cache', {}, (service) => {
  test.each(calls)('%s /v2/cache%s is answered 404 to admins, 403 to others', async (...call) => {
    const [method, path, policy] = call
    const id = await activeImage(service(), 'data')
    for (const one of [id, unknown]) {
      const url = `/v2/cache${path.replace('IMAGE', one)}`
      const answer = await service().ask(method, url, { as: 'adm' })
      expect([answer.status, answer.text]).toEqual([404, expect.stringContaining('not supported')])
      for (const as of ['own', 'ownR', 'non', 'svc', 'unscoped']) {
        const refused = await service().ask(method, url, { as })
        expect([refused.status, refused.text]).toEqual([403, expect.stringContaining(policy)])
      }
      const headers = { 'x-auth-token': '' }
      expect((await service().ask(method, url, { headers })).status).toBe(401)
    }
  })

  test('what is to be cleared makes no difference, nor does a body', async () => {
    for (const target of ['cache', 'queue', '', 'nonsense']) {
      const headers = { 'x-image-cache-clear-target': target }
      const answer = await service().ask('DELETE', '/v2/cache', { as: 'adm', headers, body: {} })
      expect(answer.status).toBe(404)
    }
    for (const path of ['clean', 'prune']) {
      const answer = await service().ask('POST', `/v2/cache/${path}`, { as: 'adm', body: {} })
      expect(answer.status).toBe(404)
    }
  })

  test.each([
    ['', 'GET, DELETE'],
    [`/${unknown}`, 'DELETE, PUT'],
    [`/nodes/${unknown}`, 'GET'],
    ['/clean', 'POST'],
    ['/prune', 'POST'],
  ])('/v2/cache%s allows %s and answers 405 to the rest', async (path, allow) => {
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD']) {
      if (allow.split(', ').includes(method)) continue
      const { status, headers } = await service().ask(method, `/v2/cache${path}`, { as: 'adm' })
      expect([method, status, headers.allow]).toEqual([method, 405, allow])
    }
  })

  test.each([
    'cached_images',
    'queued_images',
    `cached_images/${unknown}`,
    `queued_images/${unknown}`,
  ])('/v2/%s, the older way to it, is nowhere', async (path) => {
    for (const method of ['GET', 'PUT', 'DELETE']) {
      expect((await service().ask(method, `/v2/${path}`, { as: 'adm' })).status).toBe(404)
    }
  })
})
