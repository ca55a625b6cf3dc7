/** Ranges of image data, in the two headers that ask for them: which are sent, and how the rest is refused. */
import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { activeImage, createImage } from './image-requests.ts'
import { describeOnBothDatabases } from './start-test-service.ts'

const data = '0123456789'
const md5 = createHash('md5').update(data).digest('hex')

describeOnBothDatabases('a part of image data', {}, (service) => {
  const download = (id: string, headers: Record<string, string>) =>
    service().ask('GET', `/v2/images/${id}/file`, { headers })

  test.each([
    ['bytes=0-4', 0, 4],
    ['bytes=0-0', 0, 0],
    ['bytes=9-9', 9, 9],
    ['bytes=9-', 9, 9],
    ['bytes=5-', 5, 9],
    ['bytes=0-', 0, 9],
    ['bytes=0-9', 0, 9],
    ['bytes=0-100', 0, 9],
    ['bytes=0-99999999999999999999999', 0, 9],
    ['bytes=-1', 9, 9],
    ['bytes=-3', 7, 9],
    ['bytes=-10', 0, 9],
    ['bytes=-20', 0, 9],
    ['bytes=-99999999999999999999999', 0, 9],
    ['bytes = 0-1', 0, 1],
    ['bytes= 1 - 2', 1, 2],
    ['BYTES=1-2', 1, 2],
  ])('is sent for the Range "%s", whatever Content-Range says', async (range, first, last) => {
    const id = await activeImage(service(), data)
    const answer = await download(id, { range, 'content-range': 'bytes 8-9/10' })
    expect([answer.status, answer.text]).toEqual([206, data.slice(first, last + 1)])
    expect(answer.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-length': String(last + 1 - first),
      'content-range': `bytes ${first}-${last}/10`,
      'content-md5': md5,
    })
  })

  test.each([
    'bytes=10-',
    'bytes=10-10',
    'bytes=99999999999999999999999-',
    'bytes=5-2',
    'bytes=-0',
    'bytes=--1',
    'bytes=-',
    'bytes=1',
    'bytes=',
    'bytes',
    'bytes=1-2-3',
    'bytes=0x1-2',
    'bytes=1.0-2',
    'bytes=+1-2',
    'bytes=x-y',
    'bytes=١-٢',
    'items=0-1',
    'abc',
    '',
  ])('is not sent for the Range "%s", and the refusal says why', async (range) => {
    const id = await activeImage(service(), data)
    const answer = await download(id, { range: Buffer.from(range).toString('latin1') })
    expect([answer.status, answer.headers['content-range']]).toEqual([416, undefined])
    expect(answer.headers).not.toHaveProperty('content-md5')
    expect(answer.text.length).toBeGreaterThan(60)
  })

  test.each(['bytes=0-1,3-4', 'bytes=0-1, 3-4', 'bytes=0-1,', 'bytes=0-1,x'])(
    'is not sent for the Range "%s", which is several: 400',
    async (range) => {
      const id = await activeImage(service(), data)
      expect((await download(id, { range })).status).toBe(400)
    },
  )

  test.each([
    ['bytes 0-0/10', 0, 0],
    ['bytes 2-4/10', 2, 4],
    ['bytes 2-4/*', 2, 4],
    ['bytes 0-9/10', 0, 9],
    ['bytes 0-9/*', 0, 9],
  ])('is sent for the Content-Range "%s" of old clients', async (range, first, last) => {
    const id = await activeImage(service(), data)
    const answer = await download(id, { 'content-range': range })
    expect([answer.status, answer.text]).toEqual([206, data.slice(first, last + 1)])
    expect(answer.headers['content-range']).toBe(`bytes ${first}-${last}/10`)
  })

  test.each([
    'bytes */10',
    'bytes */*',
    'bytes 2-10/10',
    'bytes 0-10/*',
    'bytes 2-4/11',
    'bytes 5-2/10',
    'bytes=0-1',
    'bytes',
    'items 0-1/10',
    'nonsense',
    '',
  ])('is not sent for the Content-Range "%s"', async (range) => {
    const id = await activeImage(service(), data)
    expect((await download(id, { 'content-range': range })).status).toBe(416)
  })

  test('is none of an image of no bytes, nor of one that has no data yet', async () => {
    const empty = await activeImage(service(), '')
    const queued = await createImage(service())
    for (const range of ['bytes=0-', 'bytes=0-0', 'bytes=-1', 'bytes=-0']) {
      expect((await download(empty, { range })).status).toBe(416)
      expect((await download(queued, { range })).status).toBe(204)
    }
  })
})
