/** Leaving the sending to a proxy, as far as the service itself can tell; peers/ has a real nginx and a real Ceph. */
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ConfigError, readConfig } from '../src/index.ts'
import { activeImage, createImage } from './image-requests.ts'
import { startTestService, type TestService } from './start-test-service.ts'

const data = '0123456789'
const md5 = createHash('md5').update(data).digest('hex')
const etag = `"${createHash('sha512').update(data).digest('hex')}"`

let service: TestService
let path: string
beforeAll(async () => {
  service = await startTestService({ VITRINE_HTTP__ACCEL_REDIRECT: '/_images/' })
  path = `/v2/images/${await activeImage(service, data)}/file`
})
afterAll(() => service[Symbol.asyncDispose]())

test.each([{}, { range: 'bytes=0-4' }])(
  'a download with %o names the file to the proxy',
  async (headers) => {
    const answer = await service.ask('GET', path, { headers })
    expect([answer.status, answer.text]).toEqual([200, ''])
    const [file] = await service.dataFiles()
    expect(answer.headers).toMatchObject({
      'x-accel-redirect': `/_images/files/${file?.slice(0, 2)}/${file?.slice(2, 4)}/${file}`,
      'content-type': 'application/octet-stream',
      'content-md5': md5,
      etag,
    })
  },
)

test.each([
  [401, { 'x-auth-token': 'wrong' }, 'own'],
  [404, {}, 'non'],
  [416, { range: 'bytes=10-' }, 'own'],
  [400, { range: 'bytes=0-1,3-4' }, 'own'],
  [304, { 'if-none-match': etag }, 'own'],
])('what is answered %i names no file', async (status, headers, as) => {
  const answer = await service.ask('GET', path, { as, headers })
  expect([answer.status, answer.headers['x-accel-redirect']]).toEqual([status, undefined])
})

test('what the proxy cannot do is sent by the service: parts asked for the old way, and If-Range', async () => {
  const old = await service.ask('GET', path, { headers: { 'content-range': 'bytes 2-4/10' } })
  expect([old.status, old.text]).toEqual([206, '234'])
  const headers = { range: 'bytes=2-4', 'if-range': etag }
  const resumed = await service.ask('GET', path, { headers })
  expect([resumed.status, resumed.text]).toEqual([206, '234'])
})

test('HEAD is answered by the service, and an image without data by nobody', async () => {
  const head = await service.ask('HEAD', path)
  expect([head.status, head.headers['content-length']]).toEqual([200, '10'])
  expect(head.headers).not.toHaveProperty('x-accel-redirect')
  const queued = await service.ask('GET', `/v2/images/${await createImage(service)}/file`)
  expect(queued.status).toBe(204)
})

test.each(['_images', 'http://proxy/', '/a b', '/', '/a//b', '/a?b'])(
  'the service does not start with %j for the location of the proxy',
  (value) => {
    expect(() => readConfig({ environment: { VITRINE_HTTP__ACCEL_REDIRECT: value } })).toThrow(
      ConfigError,
    )
  },
)

test.each([0, -1, 604_801, 1.5, '60'])('nor with redirects of %j seconds', (redirect_seconds) => {
  const store = { id: 'bucket', kind: 's3', bucket: 'images', redirect_seconds }
  expect(() => readConfig({ environment: { VITRINE_STORES: JSON.stringify([store]) } })).toThrow(
    ConfigError,
  )
})
