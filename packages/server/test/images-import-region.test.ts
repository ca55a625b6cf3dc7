/** `glance-download`: a copy of an image that another region has, made with the caller's own token. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { activeImage, createImage, patch, share, show } from './image-requests.ts'
import { beginImport, dataOf, endedTask, imported } from './import-requests.ts'
import {
  describeOnBothDatabases,
  startTestService,
  type TestService,
} from './start-test-service.ts'
import { fetchFromThisMachine, startWebServer, type WebServer } from './web-server.ts'

/** The other region: another Vitrine, and a server that only pretends to be one. */
let there: TestService
let pretender: WebServer
const regions: Record<string, string> = {
  ...fetchFromThisMachine,
  VITRINE_IMPORTS__METHODS: 'glance-download',
}

beforeAll(async () => {
  there = await startTestService()
  pretender = await startWebServer()
  regions.VITRINE_IMPORTS__REGIONS = `Two=${there.url},False=${pretender.url}/v2,Down=http://127.0.0.1:1`
})
afterAll(async () => {
  await there[Symbol.asyncDispose]()
  await pretender[Symbol.asyncDispose]()
})

const unknown = '00000000-0000-4000-8000-000000000000'

describeOnBothDatabases('glance-download', regions, (service) => {
  const from = (region: string, imageId: unknown) => ({
    name: 'glance-download',
    glance_region: region,
    glance_image_id: imageId,
  })

  async function copied(region: string, imageId: string) {
    const id = await createImage(service(), { name: 'the copy', hw_disk_bus: 'ide', note: 'mine' })
    const begun = await beginImport(service(), id, from(region, imageId))
    expect(begun.status, begun.text).toBe(202)
    return { id, task: await endedTask(service(), id), image: await imported(service(), id) }
  }

  const formats = { disk_format: 'qcow2', container_format: 'bare' }

  /** What the other service says of an image, and the data that it then sends. */
  function pretend(fields: Record<string, unknown>, data = 'data'): void {
    const image = { id: unknown, status: 'active', size: 4, ...formats, disk_format: 'raw' }
    pretender.pages.set(`/v2/images/${unknown}`, JSON.stringify({ ...image, ...fields }))
    pretender.pages.set(`/v2/images/${unknown}/file`, data)
  }

  test('takes over the data, the formats, and the properties that tell how to boot it', async () => {
    pretend({ hw_disk_bus: 'scsi', 'trait:X': 'required', os_type: 'linux', other: 'stays there' })
    const { id, task, image } = await copied('False', unknown)
    expect(task).toMatchObject({ status: 'success', message: '' })
    expect(image).toMatchObject({
      name: 'the copy',
      note: 'mine',
      status: 'active',
      size: 4,
      disk_format: 'raw',
      hw_disk_bus: 'scsi',
      'trait:X': 'required',
      os_type: 'linux',
    })
    expect(image).not.toHaveProperty('other')
    expect((await dataOf(service(), id)).text).toBe('data')
  })

  test('asks with the token of whoever asked for it, and shows it to nobody', async () => {
    const theirs = await activeImage(there, 'of the other region')
    const { task, image } = await copied('Two', theirs)
    // The other region does not know the token: it has accounts of its own.
    expect(task).toMatchObject({ status: 'failure', message: expect.stringContaining('401') })
    expect(task.message).not.toContain(service().accounts.tokenOf('own'))
    expect(JSON.stringify(task.input)).not.toContain(service().accounts.tokenOf('own'))
    expect(image.status).toBe('queued')
  })

  test.each<[string, Record<string, unknown>, string]>([
    ['is not active there', { status: 'queued' }, 'active'],
    ['has other data than was said', { size: 5 }, '5'],
    ['has no size', { size: null }, 'not an image'],
    ['is damaged', { checksum: '0'.repeat(32) }, '0'.repeat(32)],
  ])('fails when the image %s', async (_what, fields, words) => {
    pretend(fields)
    const { task, image } = await copied('False', unknown)
    expect(task).toMatchObject({ status: 'failure', message: expect.stringContaining(words) })
    expect(image).toMatchObject({ status: 'queued', size: null, checksum: null })
    expect(image.hw_disk_bus).toBe('ide')
  })

  test('fails when the region has no such image, is none, or cannot be reached', async () => {
    pretender.pages.clear()
    expect((await copied('False', unknown)).task).toMatchObject({ status: 'failure' })
    pretender.pages.set(`/v2/images/${unknown}`, 'no image')
    expect((await copied('False', unknown)).task).toMatchObject({ status: 'failure' })
    const down = await copied('Down', unknown)
    expect(down.task).toMatchObject({ status: 'failure' })
    expect(down.image.status).toBe('queued')
  })

  test('is refused without a region, or an id that is a UUID', async () => {
    const id = await createImage(service())
    const ask = (method: Record<string, unknown>, as = 'own') =>
      beginImport(service(), id, method, {}, { as })
    expect((await ask({ name: 'glance-download', glance_image_id: unknown })).status).toBe(400)
    expect((await ask({ name: 'glance-download', glance_region: 'Two' })).status).toBe(400)
    const bad = await ask(from('Two', 'no uuid'))
    expect(bad.status).toBe(400)
    expect(bad.text).toContain('image id does not look like a UUID')
    await share(service(), id, service().accounts.projectId('accepted'))
    expect((await ask(from('Two', unknown), 'mem, accepted')).status).toBe(403)
    expect(await show(service(), id)).not.toHaveProperty('os_glance_import_task')
  })

  test('to a region that the operator did not name fails, and says which there are', async () => {
    const { task } = await copied('Three', unknown)
    expect(task).toMatchObject({
      status: 'failure',
      message: expect.stringContaining('Two, False'),
    })
  })

  test('is the only method where the operator allows no other', async () => {
    const id = await createImage(service())
    const uri = `${pretender.url}/x`
    const other = await beginImport(service(), id, { name: 'web-download', uri })
    expect([other.status, other.text]).toEqual([400, expect.stringContaining('glance-download')])
    const { body } = await service().ask('GET', '/v2/info/import')
    expect(body['import-methods'].value).toEqual(['glance-download'])
    expect((await patch(service(), id, [])).status).toBe(200)
  })
})
