/** What one project may keep in all, however many ask for it at once. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { atOnce, countOf } from './at-once.ts'
import {
  activeImage,
  createImage,
  createImages,
  deleteImages,
  octets,
  patch,
  show,
  upload,
} from './image-requests.ts'
import { beginImport, endedTask, imported, stage } from './import-requests.ts'
import { describeOnBothDatabases } from './start-test-service.ts'
import {
  fetchFromThisMachine,
  severalStores,
  startWebServer,
  type WebServer,
} from './web-server.ts'

let web: WebServer
beforeAll(async () => {
  web = await startWebServer()
})
afterAll(() => web[Symbol.asyncDispose]())

const chunked = { 'transfer-encoding': 'chunked' }

describeOnBothDatabases(
  'five images for every project',
  { ...fetchFromThisMachine, VITRINE_LIMITS__IMAGES_PER_PROJECT: '5' },
  (service) => {
    afterEach(() => deleteImages(service()))
    const create = (as = 'own', body: object = {}) =>
      service().ask('POST', '/v2/images', { as, body })

    test('are five, of twenty that are asked for at once', async () => {
      expect(countOf(await atOnce(20, () => create()))).toEqual({ 201: 5, 413: 15 })
      const { body } = await service().ask('GET', '/v2/images')
      expect(body.images).toHaveLength(5)
      expect((await create()).text).toContain('limit of 5')
    })

    test('are five for each project, whoever creates them', async () => {
      await atOnce(5, () => create())
      expect((await create('non')).status).toBe(201)
      const owner = service().accounts.projectId('producer')
      expect((await create('adm', { owner })).status).toBe(413)
      const input = {
        import_from: `${web.url}/1`,
        import_from_format: 'raw',
        image_properties: { owner },
      }
      const body = { type: 'import', input }
      const task = await service().ask('POST', '/v2/tasks', { as: 'adm', body })
      expect(task.status).toBe(413)
    })

    test('are not counted once they are deleted', async () => {
      const [first] = await createImages(service(), 5)
      expect((await create()).status).toBe(413)
      await service().ask('DELETE', `/v2/images/${first}`)
      expect(countOf(await atOnce(4, () => create()))).toEqual({ 201: 1, 413: 3 })
    })
  },
)

const hundredBytes = {
  ...fetchFromThisMachine,
  ...severalStores(),
  VITRINE_LIMITS__BYTES_PER_PROJECT: '100',
  VITRINE_IMAGES__SHOW_LOCATIONS: 'true',
}

describeOnBothDatabases('a hundred bytes for every project', hundredBytes, (service) => {
  afterEach(() => deleteImages(service()))
  const bytes = (count: number) => 'x'.repeat(count)
  const queued = { status: 'queued', size: null, checksum: null, os_hash_value: null }

  test('are a hundred, whether their number is announced or not', async () => {
    for (const headers of [{}, chunked, { 'x-openstack-image-size': '101' }]) {
      const id = await createImage(service())
      const { status, text } = await upload(service(), id, bytes(101), headers)
      expect([status, text]).toEqual([413, expect.stringContaining('limit of 100')])
      expect(await show(service(), id)).toMatchObject(queued)
      expect((await upload(service(), id, bytes(100), chunked)).status).toBe(204)
      const another = await createImage(service())
      expect((await upload(service(), another, 'x')).status).toBe(413)
      expect((await upload(service(), another, '')).status).toBe(204)
      await service().ask('DELETE', `/v2/images/${id}`)
    }
  })

  test.each([
    ['announced', {}],
    ['not announced', chunked],
  ])('are a hundred, of two hundred that come at once and are %s', async (_how, headers) => {
    const ids = await createImages(service(), 20)
    const answers = await Promise.all(ids.map((id) => upload(service(), id, bytes(10), headers)))
    expect(countOf(answers)).toEqual({ 204: 10, 413: 10 })
    const statuses = await Promise.all(ids.map(async (id) => (await show(service(), id)).status))
    expect(statuses.filter((status) => status === 'queued')).toHaveLength(10)
  })

  test('are counted for each project by itself', async () => {
    await activeImage(service(), bytes(100))
    const id = await createImage(service(), {}, 'non')
    const request = { as: 'non', headers: octets, body: bytes(100) }
    expect((await service().ask('PUT', `/v2/images/${id}/file`, request)).status).toBe(204)
  })

  test('hold for a project that is given an image', async () => {
    const theirs = service().accounts.projectId('stranger')
    const give = (id: string) =>
      patch(service(), id, [{ op: 'replace', path: '/owner', value: theirs }], { as: 'adm' })
    const [first, second] = [
      await activeImage(service(), bytes(60)),
      await activeImage(service(), bytes(40)),
    ]
    const id = await createImage(service(), {}, 'non')
    const request = { as: 'non', headers: octets, body: bytes(50) }
    await service().ask('PUT', `/v2/images/${id}/file`, request)
    const refused = await give(first)
    expect([refused.status, refused.text]).toEqual([413, expect.stringContaining('limit of 100')])
    expect((await give(second)).status).toBe(200)
    await service().ask('DELETE', `/v2/images/${id}`, { as: 'non' })
    expect((await give(first)).status).toBe(200)
  })

  test('are counted once for each copy', async () => {
    const id = await activeImage(service(), bytes(60))
    const copy = () => beginImport(service(), id, 'copy-image', { stores: ['slow'] }, { as: 'adm' })
    expect((await copy()).status).toBe(413)
    expect((await show(service(), id)).stores).toBe('fast')
    await service().ask('DELETE', `/v2/images/${id}`)

    const small = await activeImage(service(), bytes(50))
    const request = { as: 'adm' }
    expect(
      (await beginImport(service(), small, 'copy-image', { stores: ['slow'] }, request)).status,
    ).toBe(202)
    expect((await imported(service(), small)).stores).toBe('fast,slow')
    const another = await createImage(service())
    expect((await upload(service(), another, 'x')).status).toBe(413)
    expect((await service().ask('DELETE', `/v2/stores/slow/${small}`, request)).status).toBe(204)
    expect((await upload(service(), another, 'x')).status).toBe(204)
  })

  test('end an import from the web that brings more, and nothing of it is kept', async () => {
    web.pages.set('/101', bytes(101))
    const id = await createImage(service())
    const uri = `${web.url}/101`
    expect((await beginImport(service(), id, { name: 'web-download', uri })).status).toBe(202)
    const { status, message } = await endedTask(service(), id)
    expect([status, message]).toEqual(['failure', expect.stringContaining('limit of 100')])
    expect(await show(service(), id)).toMatchObject(queued)
  })

  test('stop data that has no end, on its way', async () => {
    const mebibyte = Buffer.alloc(2 ** 20, 'x')
    web.pages.set('/endless', (_request, answer) => {
      const more = () => void (answer.destroyed || answer.write(mebibyte, more))
      more()
    })
    const uri = `${web.url}/endless`
    const id = await createImage(service())
    await beginImport(service(), id, { name: 'web-download', uri })
    const { status, message } = await endedTask(service(), id)
    expect([status, message]).toEqual(['failure', expect.stringContaining('limit of 100')])

    const init = () => ({
      method: 'PUT',
      headers: { 'x-auth-token': service().accounts.tokenOf('own'), ...octets },
      body: new ReadableStream({ pull: (body) => body.enqueue(mebibyte) }),
      duplex: 'half',
    })
    for (const path of ['file', 'stage']) {
      const answer = await fetch(`${service().url}/v2/images/${id}/${path}`, init())
      expect([path, answer.status, await answer.text()]).toEqual([
        path,
        413,
        expect.stringContaining('limit of 100'),
      ])
    }
    expect(await show(service(), id)).toMatchObject({ status: 'queued', size: null })
  })

  test('hold for an import of what was staged, which stays staged', async () => {
    await activeImage(service(), bytes(60))
    const id = await createImage(service())
    expect((await stage(service(), id, bytes(50))).status).toBe(204)
    expect((await beginImport(service(), id, 'glance-direct')).status).toBe(413)
    expect(await show(service(), id)).toMatchObject({ status: 'uploading', size: 50 })
  })

  test('hold for data that lies on the web, whichever way it is registered', async () => {
    web.pages.set('/60', bytes(60))
    const location = { url: `${web.url}/60`, metadata: {} }
    const add = (id: string, url = location.url) =>
      patch(service(), id, [{ op: 'add', path: '/locations/-', value: { ...location, url } }])
    const first = await createImage(service())
    expect((await add(first)).status).toBe(200)
    expect((await add(first, `${location.url}#again`)).status).toBe(413)
    const second = await createImage(service())
    expect((await add(second)).status).toBe(413)
    expect(await show(service(), second)).toMatchObject({ ...queued, locations: [] })

    const body = { url: location.url }
    await service().ask('POST', `/v2/images/${second}/locations`, { body })
    const { status, message } = await endedTask(service(), second)
    expect([status, message]).toEqual(['failure', expect.stringContaining('limit of 100')])
    expect(await show(service(), second)).toMatchObject({ ...queued, locations: [] })
  })
})
