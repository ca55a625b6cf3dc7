/** PUT and GET /v2/images/{id}/file: what arrives, what leaves, and what is left when it goes wrong. */
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { type ClientRequest, request } from 'node:http'
import { expect, test } from 'vitest'
import { activeImage, createImage, octets, show, upload } from './image-requests.ts'
import { describeOnBothDatabases } from './start-test-service.ts'

const digest = (algorithm: string, data: string | Uint8Array) =>
  createHash(algorithm).update(data).digest('hex')
const unknown = '00000000-0000-4000-8000-000000000000'
const limitBytes = 1_000_000

const settings = { VITRINE_LIMITS__IMAGE_SIZE_BYTES: String(limitBytes) }

describeOnBothDatabases('image data', settings, (service) => {
  const download = (id: string, headers: Record<string, string> = {}, as = 'own') =>
    service().ask('GET', `/v2/images/${id}/file`, { as, headers })

  /** An upload that is in the middle of its bytes, and seen to be. */
  async function uploadBegun(id: string, first = 'some'): Promise<ClientRequest> {
    const call = request(`${service().url}/v2/images/${id}/file`, {
      method: 'PUT',
      headers: { ...octets, 'x-auth-token': service().accounts.tokenOf('own') },
    })
    call.on('error', () => {})
    call.write(first)
    await expect.poll(async () => (await show(service(), id)).status).toBe('saving')
    return call
  }

  /** As it was before any data, and nothing of the data left. */
  async function expectQueued(id: string, filesBefore: readonly string[]): Promise<void> {
    await expect.poll(async () => (await show(service(), id)).status).toBe('queued')
    expect(await show(service(), id)).toMatchObject({
      size: null,
      virtual_size: null,
      checksum: null,
      os_hash_algo: null,
      os_hash_value: null,
    })
    await expect.poll(() => service().dataFiles()).toEqual(filesBefore)
    expect((await download(id)).status).toBe(204)
  }

  test('makes the image active, with its size and hashes, and comes back byte by byte', async () => {
    const id = await createImage(service())
    const data = randomBytes(500_000)
    const { status, text } = await upload(service(), id, data)
    expect([status, text]).toEqual([204, ''])
    expect(await show(service(), id)).toMatchObject({
      status: 'active',
      size: data.byteLength,
      checksum: digest('md5', data),
      os_hash_algo: 'sha512',
      os_hash_value: digest('sha512', data),
    })
    const url = `${service().url}/v2/images/${id}/file`
    const response = await fetch(url, {
      headers: { 'x-auth-token': service().accounts.tokenOf('own') },
    })
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-length': String(data.byteLength),
      'content-md5': digest('md5', data),
    })
    expect(Buffer.from(await response.arrayBuffer()).equals(data)).toBe(true)
  })

  test('may be of no bytes', async () => {
    const id = await createImage(service())
    expect((await upload(service(), id, '')).status).toBe(204)
    expect(await show(service(), id)).toMatchObject({
      status: 'active',
      size: 0,
      virtual_size: null,
      checksum: digest('md5', ''),
    })
    const { status, text, headers } = await download(id)
    expect([status, text, headers['content-length']]).toEqual([200, '', '0'])
    expect((await download(id, { range: 'bytes=0-' })).status).toBe(416)
  })

  test('may come in chunks of unknown length, and with parameters to its type', async () => {
    const id = await createImage(service())
    const headers = {
      'transfer-encoding': 'chunked',
      'content-type': 'Application/Octet-Stream; x=y',
    }
    expect((await upload(service(), id, 'chunks', headers)).status).toBe(204)
    expect((await download(id)).text).toBe('chunks')
  })

  test.each(['', 'text/plain', 'application/json', 'application/octet-streams'])(
    'of the type "%s" is answered 415, before anything else',
    async (type) => {
      const headers = { 'content-type': type, 'x-openstack-image-size': 'x' }
      expect((await upload(service(), unknown, 'data', headers)).status).toBe(415)
    },
  )

  test('is refused by its size hint, then by its image, its caller, its status, its formats', async () => {
    const hint = { 'x-openstack-image-size': 'four' }
    expect((await upload(service(), unknown, 'data', hint)).status).toBe(400)
    expect((await upload(service(), unknown, 'data')).status).toBe(404)
    for (const [fields, missing] of [
      [{ disk_format: null }, 'disk_format'],
      [{ container_format: null }, 'container_format'],
    ] as const) {
      const id = await createImage(service(), fields)
      const { status, text } = await upload(service(), id, 'data')
      expect([status, text]).toEqual([400, expect.stringContaining(missing)])
      expect((await show(service(), id)).status).toBe('queued')
    }
    const id = await activeImage(service(), 'data', { name: 'active' })
    const again = await upload(service(), id, 'other', { 'x-openstack-image-size': '-4' })
    expect([again.status, again.text]).toEqual([409, expect.stringContaining('"active"')])
    expect((await download(id)).text).toBe('data')
  })

  test.each([
    ['3', 'more than 3'],
    ['5', '4 bytes arrived'],
    ['-4', 'more than -4'],
    ['4.5', ''],
    ['', ''],
  ])('of 4 bytes announced as "%s" is answered 400 and leaves nothing', async (hint, words) => {
    const files = await service().filesAtRest()
    const id = await createImage(service())
    const { status, text } = await upload(service(), id, 'data', { 'x-openstack-image-size': hint })
    expect([status, text]).toEqual([400, expect.stringContaining(words)])
    await expectQueued(id, files)
    expect((await upload(service(), id, 'data', { 'x-openstack-image-size': '4' })).status).toBe(
      204,
    )
  })

  test('announced as of 0 bytes may be of any length', async () => {
    const id = await createImage(service())
    expect((await upload(service(), id, 'data', { 'x-openstack-image-size': '0' })).status).toBe(
      204,
    )
  })

  test('over the limit is answered 413, whether it says so or not, and leaves nothing', async () => {
    const files = await service().filesAtRest()
    const id = await createImage(service())
    const data = Buffer.alloc(limitBytes + 1)
    const hugeHint = { 'x-openstack-image-size': '999999999999999999999' }
    const attempts = [{}, { 'transfer-encoding': 'chunked' }, hugeHint]
    for (const headers of attempts) {
      expect((await upload(service(), id, data, headers)).status).toBe(413)
      await expectQueued(id, files)
    }
    expect((await upload(service(), id, data.subarray(1))).status).toBe(204)
  })

  test('that a client stops sending leaves the image queued and no stray file', async () => {
    const files = await service().filesAtRest()
    const id = await createImage(service())
    const call = await uploadBegun(id)
    expect((await download(id)).status).toBe(204)
    call.destroy()
    await expectQueued(id, files)
    expect((await upload(service(), id, 'whole')).status).toBe(204)
    expect((await download(id)).text).toBe('whole')
  })

  test('comes from one upload at a time: a second is answered 409 and disturbs nothing', async () => {
    const id = await createImage(service())
    const call = await uploadBegun(id, 'first')
    expect((await upload(service(), id, 'second')).status).toBe(409)
    call.end(' and whole')
    const [response] = await once(call, 'response')
    expect(response.resume().statusCode).toBe(204)
    expect((await download(id)).text).toBe('first and whole')
  })

  test('of an image that is deleted meanwhile is answered 410 and leaves nothing', async () => {
    const files = await service().filesAtRest()
    const id = await createImage(service())
    const call = await uploadBegun(id)
    expect((await service().ask('DELETE', `/v2/images/${id}`)).status).toBe(204)
    call.end('more')
    const [response] = await once(call, 'response')
    expect(response.resume().statusCode).toBe(410)
    await expect.poll(() => service().dataFiles()).toEqual(files)
  })

  test('is taken from one of many that upload at the same time', async () => {
    const files = await service().filesAtRest()
    const id = await createImage(service())
    const texts = Array.from({ length: 8 }, (_, i) => `upload ${i}`)
    const answers = await Promise.all(texts.map((text) => upload(service(), id, text)))
    const won = answers.findIndex(({ status }) => status === 204)
    const lost = answers.filter(({ status }) => status === 409 || status === 410)
    expect(lost).toHaveLength(7)
    expect((await download(id)).text).toBe(texts[won])
    await expect.poll(() => service().dataFiles()).toHaveLength(files.length + 1)
  })

  test('is sent whole to many at once, also to those who go away', async () => {
    const data = randomBytes(limitBytes)
    const id = await activeImage(service(), data)
    const url = `${service().url}/v2/images/${id}/file`
    const headers = { 'x-auth-token': service().accounts.tokenOf('own') }
    const readings = Array.from({ length: 8 }, async (_, i) => {
      const gone = new AbortController()
      const response = await fetch(url, { headers, signal: gone.signal })
      if (i % 2 === 0) return gone.abort()
      expect(digest('sha256', Buffer.from(await response.arrayBuffer()))).toBe(
        digest('sha256', data),
      )
    })
    await Promise.all(readings)
  })
})
