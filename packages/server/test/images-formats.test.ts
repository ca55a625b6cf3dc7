/** PUT /v2/images/{id}/file: data that is not what the image says, and data that is not safe. */
import { once } from 'node:events'
import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createImage, octets, show, upload } from './image-requests.ts'
import { startTestService, type TestService } from './start-test-service.ts'

/** Of a disk of 5 GiB. */
function qcow2Header(backingFileOffset = 0n): Buffer {
  const header = Buffer.alloc(104)
  header.write('QFI\xfb', 'latin1')
  header.writeUInt32BE(3, 4)
  header.writeBigUInt64BE(backingFileOffset, 8)
  header.writeBigUInt64BE(5n * 2n ** 30n, 24)
  return header
}

function serviceWith(settings: Record<string, string>): () => TestService {
  let service: TestService | undefined
  beforeAll(async () => {
    service = await startTestService(settings)
  })
  afterAll(() => service?.[Symbol.asyncDispose]())
  return () => {
    if (service === undefined) throw new Error('The service has not started')
    return service
  }
}

describe('an upload', () => {
  const service = serviceWith({})

  test('of another format answers 415, leaves nothing behind, and can be repeated', async () => {
    const id = await createImage(service(), { disk_format: 'qcow2' })
    const before = await show(service(), id)
    const refused = await upload(service(), id, 'no qcow2')
    expect(refused.status).toBe(415)
    expect(refused.text).toContain(
      'the disk_format of the image is "qcow2", but the data has the format "raw"',
    )
    expect(await show(service(), id)).toEqual({ ...before, updated_at: expect.any(String) })
    expect(await service().dataFiles()).toEqual([])
    expect((await service().ask('GET', `/v2/images/${id}/file`)).status).toBe(204)

    expect((await upload(service(), id, qcow2Header())).status).toBe(204)
    expect(await show(service(), id)).toMatchObject({
      status: 'active',
      size: 104,
      virtual_size: 5 * 2 ** 30,
    })
  })

  test.each(['qcow2', 'raw'])(
    'of an image that names other files answers 415, as %s',
    async (disk_format) => {
      const id = await createImage(service(), { disk_format })
      const refused = await upload(service(), id, qcow2Header(104n))
      expect(refused.status).toBe(415)
      expect(refused.text).toContain('failed safety checks for qcow2: it names a backing file')
      expect((await show(service(), id)).status).toBe('queued')
    },
  )

  test('of another format is answered while the client still has most of it', async () => {
    const id = await createImage(service(), { disk_format: 'vmdk' })
    const call = request(`${service().url}/v2/images/${id}/file`, {
      method: 'PUT',
      headers: {
        ...octets,
        'x-auth-token': service().accounts.tokenOf('own'),
        'content-length': 100 * 2 ** 30,
      },
    })
    call.on('error', () => {})
    call.write(Buffer.alloc(100_000))
    const [response] = await once(call, 'response')
    expect(response.statusCode).toBe(415)
    call.destroy()
    await expect.poll(async () => (await show(service(), id)).status).toBe('queued')
  })

  test('of raw data shows its size as the virtual size', async () => {
    const id = await createImage(service())
    expect((await upload(service(), id, 'any bytes')).status).toBe(204)
    expect(await show(service(), id)).toMatchObject({ size: 9, virtual_size: 9 })
  })

  test('in a container is taken unseen', async () => {
    const fields = { disk_format: 'vmdk', container_format: 'ova' }
    const id = await createImage(service(), fields)
    expect((await upload(service(), id, 'an archive')).status).toBe(204)
    expect(await show(service(), id)).toMatchObject({ size: 10, virtual_size: null })
  })
})

describe('where formats need not match, an upload', () => {
  const service = serviceWith({ VITRINE_IMAGES__REQUIRE_FORMAT_MATCH: 'false' })

  test('of another format is taken', async () => {
    const id = await createImage(service(), { disk_format: 'vmdk' })
    expect((await upload(service(), id, qcow2Header())).status).toBe(204)
    expect((await show(service(), id)).virtual_size).toBe(5 * 2 ** 30)
  })

  test('of an image that names other files answers 415 all the same', async () => {
    const id = await createImage(service(), { disk_format: 'qcow2' })
    expect((await upload(service(), id, qcow2Header(104n))).status).toBe(415)
  })
})

test('images.require_format_match is true or false', async () => {
  await expect(startTestService({ VITRINE_IMAGES__REQUIRE_FORMAT_MATCH: 'yes' })).rejects.toThrow(
    'Cannot start: images.require_format_match is "yes" (VITRINE_IMAGES__REQUIRE_FORMAT_MATCH), and should be true or false',
  )
})
