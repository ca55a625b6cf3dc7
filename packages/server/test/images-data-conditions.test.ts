/** Image data asked for on a condition, and HEAD of it: for caches, and for clients that resume. */
import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { activeImage, createImage } from './image-requests.ts'
import { describeOnBothDatabases } from './start-test-service.ts'

const data = '0123456789'
const md5 = createHash('md5').update(data).digest('hex')
const etag = `"${createHash('sha512').update(data).digest('hex')}"`

describeOnBothDatabases('image data on a condition', {}, (service) => {
  const ask = (method: string, id: string, headers: Record<string, string> = {}, as = 'own') =>
    service().ask(method, `/v2/images/${id}/file`, { as, headers })

  test.each([etag, `W/${etag}`, `"other", ${etag}`, `"other",W/${etag} , "more"`, '*'])(
    'is not sent again to who has it: If-None-Match: %s',
    async (tags) => {
      const id = await activeImage(service(), data)
      for (const method of ['GET', 'HEAD']) {
        const answer = await ask(method, id, { 'if-none-match': tags, range: 'bytes=0-1' })
        expect([answer.status, answer.text, answer.headers.etag]).toEqual([304, '', etag])
      }
    },
  )

  test.each(['"other"', '', etag.slice(1, -1), etag.toUpperCase(), 'nonsense'])(
    'is sent to who has other data: If-None-Match: %s',
    async (tags) => {
      const id = await activeImage(service(), data)
      const answer = await ask('GET', id, { 'if-none-match': tags })
      expect([answer.status, answer.text]).toEqual([200, data])
    },
  )

  test('is sent as a part to who has the rest of it', async () => {
    const id = await activeImage(service(), data)
    const part = await ask('GET', id, { range: 'bytes=7-', 'if-range': etag })
    expect([part.status, part.text]).toEqual([206, '789'])
    expect((await ask('GET', id, { range: 'bytes=10-', 'if-range': etag })).status).toBe(416)
  })

  test.each(['"other"', `W/${etag}`, 'Wed, 21 Oct 2015 07:28:00 GMT', '', '*'])(
    'is sent whole to who has the rest of something else: If-Range: %s',
    async (tag) => {
      const id = await activeImage(service(), data)
      for (const range of ['bytes=7-', 'bytes=10-', 'nonsense']) {
        const answer = await ask('GET', id, { range, 'if-range': tag })
        expect([answer.status, answer.text]).toEqual([200, data])
        expect(answer.headers).not.toHaveProperty('content-range')
      }
    },
  )

  test('names the same tag for the same data, and others for other data', async () => {
    const [one, same, other] = await Promise.all(
      [data, data, 'other'].map((text) => activeImage(service(), text)),
    )
    const tagOf = async (id = '') => (await ask('HEAD', id)).headers.etag
    expect(await tagOf(one)).toBe(etag)
    expect(await tagOf(same)).toBe(etag)
    expect(await tagOf(other)).not.toBe(etag)
  })

  test('is described by HEAD as GET would send it, whatever part is asked for', async () => {
    const id = await activeImage(service(), data)
    for (const headers of [{}, { range: 'bytes=0-1' }, { range: 'nonsense' }]) {
      const answer = await ask('HEAD', id, headers)
      expect([answer.status, answer.text]).toEqual([200, ''])
      expect(answer.headers).toMatchObject({
        'accept-ranges': 'bytes',
        'content-length': '10',
        'content-md5': md5,
        'content-type': 'application/octet-stream',
        etag,
      })
      expect(answer.headers).not.toHaveProperty('content-range')
    }
    const empty = await ask('HEAD', await activeImage(service(), ''))
    expect([empty.status, empty.headers['content-length']]).toEqual([200, '0'])
  })

  test('says nothing to who may not have it', async () => {
    const id = await activeImage(service(), data)
    const queued = await createImage(service())
    for (const method of ['GET', 'HEAD']) {
      const refused = await ask(method, id, { 'if-none-match': etag }, 'non')
      expect([refused.status, refused.headers.etag]).toEqual([404, undefined])
      expect((await ask(method, queued, { 'if-none-match': '*' })).status).toBe(204)
    }
    await service().ask('POST', `/v2/images/${id}/actions/deactivate`)
    for (const method of ['GET', 'HEAD']) {
      const refused = await ask(method, id, { 'if-none-match': etag })
      expect([refused.status, refused.headers.etag]).toEqual([403, undefined])
    }
  })
})
