/** What stands in the head of answers with image data, and which requests for it make no difference. */
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { request } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { activeImage, createImage, octets, patch, show, upload } from './image-requests.ts'
import { stage } from './import-requests.ts'
import { describeOnBothDatabases } from './start-test-service.ts'
import {
  fetchFromThisMachine,
  severalStores,
  startWebServer,
  type WebServer,
} from './web-server.ts'

const data = '0123456789'
const md5 = createHash('md5').update(data).digest('hex')
const etag = `"${createHash('sha512').update(data).digest('hex')}"`
/** Of the connection, not of the image. */
const ofHttp = ['connection', 'date', 'keep-alive', 'transfer-encoding']

describeOnBothDatabases('an answer with image data', {}, (service) => {
  const download = (id: string, headers: Record<string, string> = {}, as = 'own') =>
    service().ask('GET', `/v2/images/${id}/file`, { as, headers })

  async function headersOf(id: string, headers: Record<string, string> = {}) {
    const answer = await download(id, headers)
    const entries = Object.entries(answer.headers).filter(([name]) => !ofHttp.includes(name))
    return [answer.status, Object.fromEntries(entries)] as const
  }
  const requestId = { 'x-openstack-request-id': expect.stringMatching(/^req-/) }

  test('says its type, its length and its hashes, and that it comes in parts', async () => {
    const id = await activeImage(service(), data)
    expect(await headersOf(id)).toEqual([
      200,
      {
        'accept-ranges': 'bytes',
        'content-type': 'application/octet-stream',
        'content-length': '10',
        'content-md5': md5,
        etag,
        ...requestId,
      },
    ])
  })

  test('says of a part which one it is, and the hashes of the whole', async () => {
    const id = await activeImage(service(), data)
    expect(await headersOf(id, { range: 'bytes=2-3' })).toEqual([
      206,
      {
        'accept-ranges': 'bytes',
        'content-type': 'application/octet-stream',
        'content-length': '2',
        'content-range': 'bytes 2-3/10',
        'content-md5': md5,
        etag,
        ...requestId,
      },
    ])
  })

  test('is 204 without a word where there is no data yet, whatever part is asked for', async () => {
    const staged = await createImage(service())
    await stage(service(), staged, data)
    for (const id of [await createImage(service()), staged]) {
      for (const headers of [
        {},
        { range: 'bytes=0-1' },
        { range: 'nonsense' },
        { 'content-range': 'x' },
      ]) {
        expect(await headersOf(id, headers)).toEqual([204, requestId])
      }
    }
  })

  test('is the same whatever the client takes or would rather have', async () => {
    const id = await activeImage(service(), data)
    const headers = {
      'if-none-match': '"nothing"',
      'if-match': '"nothing"',
      'if-modified-since': new Date().toUTCString(),
      'if-unmodified-since': new Date(0).toUTCString(),
      'accept-encoding': 'gzip, deflate',
      accept: 'text/html',
    }
    const whole = await download(id, headers)
    expect([whole.status, whole.text]).toEqual([200, data])
    expect(whole.headers).not.toHaveProperty('content-encoding')
    const part = await download(id, { ...headers, range: 'bytes=1-2' })
    expect([part.status, part.text]).toEqual([206, '12'])
  })

  test('is for admins only while the image is deactivated', async () => {
    const id = await activeImage(service(), data, { visibility: 'community' })
    await service().ask('POST', `/v2/images/${id}/actions/deactivate`)
    for (const as of ['own', 'non']) {
      const { status, text } = await download(id, { range: 'nonsense' }, as)
      expect([status, text]).toEqual([403, expect.stringContaining('deactivated')])
    }
    expect((await download(id, {}, 'adm')).text).toBe(data)
    await service().ask('POST', `/v2/images/${id}/actions/reactivate`)
    expect((await download(id)).text).toBe(data)
  })
})

describeOnBothDatabases('a request with image data', {}, (service) => {
  test('is asked for its body only when it waits to be', async () => {
    const id = await createImage(service())
    const call = request(`${service().url}/v2/images/${id}/file`, {
      method: 'PUT',
      headers: {
        ...octets,
        'x-auth-token': service().accounts.tokenOf('own'),
        'content-length': '10',
        expect: '100-continue',
      },
    })
    call.flushHeaders()
    await once(call, 'continue')
    call.end(data)
    const [response] = await once(call, 'response')
    expect(response.resume().statusCode).toBe(204)
    expect(await show(service(), id)).toMatchObject({ status: 'active', size: 10 })
  })

  test('may say what it likes of itself', async () => {
    const id = await createImage(service())
    const { status } = await upload(service(), id, data, {
      'content-md5': 'nonsense',
      'content-encoding': 'gzip',
      'content-range': 'bytes 5-9/100',
      'x-image-meta-name': 'another',
      'x-image-meta-location': 'http://127.0.0.1/',
      'x-glance-api-copy-from': 'http://127.0.0.1/',
    })
    expect(status).toBe(204)
    expect(await show(service(), id)).toMatchObject({ name: null, size: 10, checksum: md5 })
    const { text } = await service().ask('GET', `/v2/images/${id}/file`)
    expect(text).toBe(data)
  })

  test.each([
    ['of another size than its hint, though of its own length', '11', 400],
    ['of the size of its hint', '10', 204],
    ['of a hint that says nothing', '0', 204],
    ['with a hint that is no number', '1e1', 400],
  ])('is taken by its hint: %s', async (_what, hint, expected) => {
    for (const more of [{}, { 'transfer-encoding': 'chunked' }]) {
      for (const path of ['file', 'stage']) {
        const id = await createImage(service())
        const answer = await service().ask('PUT', `/v2/images/${id}/${path}`, {
          headers: { ...octets, ...more, 'x-openstack-image-size': hint },
          body: data,
        })
        expect(answer.status).toBe(expected)
        const { status, size } = await show(service(), id)
        const kept = path === 'file' ? 'active' : 'uploading'
        expect([status, size]).toEqual(expected === 204 ? [kept, 10] : ['queued', null])
      }
    }
  })
})

let web: WebServer
beforeAll(async () => {
  web = await startWebServer()
  web.pages.set('/image', data)
})
afterAll(() => web[Symbol.asyncDispose]())

const locations = {
  ...fetchFromThisMachine,
  ...severalStores(),
  VITRINE_IMAGES__SHOW_LOCATIONS: 'true',
}
describeOnBothDatabases('an answer with data that is kept elsewhere', locations, (service) => {
  async function imageAt(path: string): Promise<string> {
    const id = await createImage(service())
    const value = { url: web.url + path, metadata: {} }
    const answer = await patch(service(), id, [{ op: 'add', path: '/locations/-', value }])
    expect(answer.status, answer.text).toBe(200)
    return id
  }
  const download = (id: string, headers: Record<string, string> = {}) =>
    service().ask('GET', `/v2/images/${id}/file`, { headers })

  test('has no hash where nobody has told any', async () => {
    const id = await imageAt('/image')
    const whole = await download(id)
    expect([whole.status, whole.text]).toEqual([200, data])
    expect(whole.headers).toMatchObject({ 'content-length': '10' })
    expect(whole.headers).not.toHaveProperty('content-md5')
    expect(whole.headers).not.toHaveProperty('etag')
    // Nobody can say that it is the data that the client has a part of.
    const other = await download(id, { range: 'bytes=0-1', 'if-range': '"undefined"' })
    expect([other.status, other.text]).toEqual([200, data])
    expect((await download(id, { 'if-none-match': '"undefined"' })).status).toBe(200)
  })

  test('is 204 when the data is there no more', async () => {
    web.pages.set('/gone', data)
    const id = await imageAt('/gone')
    web.pages.delete('/gone')
    for (const headers of [{}, { range: 'bytes=0-1' }]) {
      const answer = await download(id, headers)
      expect([answer.status, answer.text]).toEqual([204, ''])
    }
    expect((await show(service(), id)).status).toBe('active')
  })
})
