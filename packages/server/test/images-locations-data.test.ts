/** What lies at an image's locations: its length, its hashes, and who else would give it data. */
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createImage, patch, patchV20, show, upload } from './image-requests.ts'
import { beginImport, dataOf, endedTask, imported, stage } from './import-requests.ts'
import { describeOnBothDatabases, type TestService } from './start-test-service.ts'
import {
  fetchFromThisMachine,
  heldPage,
  severalStores,
  startWebServer,
  type WebServer,
} from './web-server.ts'

const hash = (algorithm: string, data: string) => createHash(algorithm).update(data).digest('hex')

let web: WebServer
beforeAll(async () => {
  web = await startWebServer()
  web.pages.set('/1', 'data 1')
  web.pages.set('/2', 'data 2')
  web.pages.set('/longer', 'longer data')
  web.pages.set('/too-long', 'x'.repeat(1001))
  web.pages.set('/packed', (_request, answer) => {
    answer.writeHead(200, { 'content-encoding': 'gzip', 'content-length': '6' }).end('packed')
  })
})
afterAll(() => web[Symbol.asyncDispose]())

const at = (path: string, more: object = {}) => ({ url: web.url + path, metadata: {}, ...more })
const add = (path: string, more: object = {}) => ({
  op: 'add',
  path: '/locations/-',
  value: at(path, more),
})
const replace = (...paths: string[]) => ({
  op: 'replace',
  path: '/locations',
  value: paths.map((path) => at(path)),
})

const register = (service: TestService, id: string, body: object, as = 'own') =>
  service.ask('POST', `/v2/images/${id}/locations`, { as, body })

const settings = {
  ...fetchFromThisMachine,
  ...severalStores(),
  VITRINE_IMAGES__SHOW_LOCATIONS: 'true',
  VITRINE_LIMITS__LOCATIONS_PER_IMAGE: '3',
  VITRINE_LIMITS__IMAGE_SIZE_BYTES: '1000',
}
const queued = { status: 'queued', size: null, checksum: null, os_hash_value: null }

describeOnBothDatabases('data at a location', settings, (service) => {
  const change = (id: string, ...operations: object[]) => patch(service(), id, operations)

  test('has the length of the image, wherever it is', async () => {
    const id = await createImage(service())
    for (const both of [replace('/1', '/longer'), add('/too-long')]) {
      const { status } = await change(id, both)
      expect(status).toBe(both.op === 'replace' ? 400 : 413)
      expect(await show(service(), id)).toMatchObject({ ...queued, locations: [] })
    }
    expect((await upload(service(), id, 'data 1')).status).toBe(204)
    const { status, text } = await change(id, add('/longer'))
    expect([status, text]).toEqual([400, expect.stringContaining('11 bytes')])
    expect((await change(id, add('/2'))).status).toBe(200)
    expect((await show(service(), id)).size).toBe(6)
  })

  test('is not taken when it comes packed', async () => {
    const id = await createImage(service())
    expect((await change(id, add('/packed'))).status).toBe(400)
    expect(await show(service(), id)).toMatchObject({ ...queued, locations: [] })
  })

  test('is not asked for where the change is refused anyway', async () => {
    const asked = () => [...web.asked.values()].reduce((sum, count) => sum + count, 0)
    const id = await createImage(service())
    expect((await change(id, add('/1'))).status).toBe(200)
    const before = asked()
    const many = Array.from({ length: 50 }, (_, i) => add(`/2#${i}`))
    expect((await change(id, ...many)).status).toBe(413)
    expect((await change(id, add('/2'), add('/1'))).status).toBe(400)
    const remove = { op: 'remove', path: '/locations/0' }
    expect((await change(id, add('/2'), remove)).status).toBe(403)
    expect((await change(id, replace('/2'))).status).toBe(400)
    await service().ask('POST', `/v2/images/${id}/actions/deactivate`)
    expect((await change(id, add('/2'))).status).toBe(409)
    const fresh = await createImage(service())
    expect((await change(fresh, replace('/1', '/1'))).status).toBe(400)
    expect((await change(fresh, replace('/1', '/1#2', '/1#3', '/1#4'))).status).toBe(413)
    expect(asked()).toBe(before)
  })

  test('is one datum under addresses that differ after the #', async () => {
    const id = await createImage(service())
    expect((await change(id, add('/1'), add('/1#new'))).status).toBe(200)
    const { locations } = await show(service(), id)
    expect(locations.map(({ url }: { url: string }) => url)).toEqual([
      `${web.url}/1`,
      `${web.url}/1#new`,
    ])
    expect((await dataOf(service(), id)).text).toBe('data 1')
  })

  test('hashes to the same in capitals', async () => {
    const validation_data = {
      checksum: hash('md5', 'data 1').toUpperCase(),
      os_hash_algo: 'sha512',
      os_hash_value: hash('sha512', 'data 1').toUpperCase(),
    }
    const id = await createImage(service())
    expect((await change(id, add('/1', { validation_data }))).status).toBe(200)
    expect(await show(service(), id)).toMatchObject({
      checksum: hash('md5', 'data 1'),
      os_hash_value: hash('sha512', 'data 1'),
    })
    expect((await change(id, add('/1#2', { validation_data }))).status).toBe(200)
    const bad = { ...validation_data, checksum: 'x'.repeat(32) }
    const another = await createImage(service())
    expect((await change(another, add('/1', { validation_data: bad }))).status).toBe(409)
  })

  test('keeps its description of whatever kind, but for the store', async () => {
    const id = await createImage(service())
    const metadata = { '': null, deep: { list: [1, true, '𝒳'] }, __proto: 'x', store: 'fast' }
    expect((await change(id, add('/1', { metadata }))).status).toBe(200)
    const shown = { ...metadata, store: 'web' }
    expect((await show(service(), id)).locations).toEqual([at('/1', { metadata: shown })])
    const { body } = await service().ask('GET', `/v2/images/${id}/locations`, { as: 'adm' })
    expect(body).toEqual([at('/1', { metadata: shown })])
  })

  test('is added by both dialects in one story, and the first is the last to go', async () => {
    const id = await createImage(service())
    await change(id, add('/1'), add('/2'))
    const as = { as: 'adm', type: patchV20 }
    expect((await patch(service(), id, [{ remove: '/locations/0' }], as)).status).toBe(200)
    expect((await patch(service(), id, [{ remove: '/locations/0' }], as)).status).toBe(403)
    expect((await dataOf(service(), id)).text).toBe('data 2')
  })

  test('is refused, as any other data, while an import waits to bring some', async () => {
    const { page, release } = heldPage('data 1')
    web.pages.set('/slow', page)
    const uri = `${web.url}/slow`
    const ids = []
    for (let i = 0; i < 8; i++) {
      const id = await createImage(service())
      await beginImport(service(), id, { name: 'web-download', uri })
      ids.push(id)
    }
    // A few run at once; the last is still to come.
    const last = ids.at(-1) ?? ''
    expect(await show(service(), last)).toMatchObject({
      ...queued,
      os_glance_import_task: expect.any(String),
    })
    expect((await change(last, add('/1'))).status).toBe(409)
    expect((await upload(service(), last, 'data 2')).status).toBe(409)
    expect((await stage(service(), last, 'data 2')).status).toBe(409)
    expect((await register(service(), last, { url: `${web.url}/1` })).status).toBe(409)
    expect((await beginImport(service(), last, { name: 'web-download', uri })).status).toBe(409)
    release()
    for (const id of ids) expect((await imported(service(), id)).status).toBe('active')
    expect((await dataOf(service(), last)).text).toBe('data 1')
  })
})

describeOnBothDatabases('data that is registered', settings, (service) => {
  test('becomes the image at once, and its hashes follow', async () => {
    const { page, release } = heldPage('data 1')
    web.pages.set('/slow', page)
    const id = await createImage(service())
    await register(service(), id, { url: `${web.url}/slow` })
    await expect.poll(async () => (await show(service(), id)).status).toBe('active')
    expect(await show(service(), id)).toMatchObject({
      size: 6,
      checksum: null,
      os_hash_value: null,
    })
    release()
    expect((await endedTask(service(), id)).status).toBe('success')
    expect((await show(service(), id)).os_hash_value).toBe(hash('sha512', 'data 1'))
  })

  test('is read again when the connection breaks', async () => {
    web.pages.set('/breaks-once', (_request, answer) => {
      answer.writeHead(200, { 'content-length': '6' }).write('dat')
      web.pages.set('/breaks-once', 'data 1')
      setTimeout(() => answer.destroy(), 20)
    })
    const id = await createImage(service())
    await register(service(), id, { url: `${web.url}/breaks-once` })
    expect((await endedTask(service(), id)).status).toBe('success')
    expect((await show(service(), id)).checksum).toBe(hash('md5', 'data 1'))
  })

  test('stays the image where its hashes cannot be read', async () => {
    web.pages.set('/changes', (_request, answer) => {
      answer.writeHead(200, { 'content-length': '6' }).write('dat')
      web.pages.delete('/changes')
      setTimeout(() => answer.destroy(), 20)
    })
    const id = await createImage(service())
    await register(service(), id, { url: `${web.url}/changes` })
    const { status, message } = await endedTask(service(), id)
    expect(status).toBe('failure')
    expect(message).not.toBe('')
    const image = await show(service(), id)
    expect(image).toMatchObject({ status: 'active', size: 6, checksum: null, os_hash_value: null })
    expect(image).not.toHaveProperty('os_glance_import_task')
    expect(image.locations).toHaveLength(1)
  })

  test('is held to the longest data that is allowed', async () => {
    const id = await createImage(service())
    await register(service(), id, { url: `${web.url}/too-long` })
    expect((await endedTask(service(), id)).message).toContain('1000 bytes')
    expect(await show(service(), id)).toMatchObject(queued)
  })
})

const untold = { ...settings, VITRINE_IMPORTS__HASH_LOCATIONS: 'false' }
describeOnBothDatabases('data that is registered and not to be read', untold, (service) => {
  test('is taken at its word', async () => {
    const validation_data = { os_hash_algo: 'sha256', os_hash_value: 'AB'.repeat(32) }
    const id = await createImage(service())
    await register(service(), id, { url: `${web.url}/1`, validation_data })
    expect((await endedTask(service(), id)).status).toBe('success')
    expect(await show(service(), id)).toMatchObject({
      status: 'active',
      size: 6,
      checksum: null,
      os_hash_algo: 'sha256',
      os_hash_value: 'ab'.repeat(32),
    })
    const bare = await createImage(service())
    await register(service(), bare, { url: `${web.url}/1` })
    expect((await endedTask(service(), bare)).status).toBe('success')
    expect(await show(service(), bare)).toMatchObject({
      status: 'active',
      os_hash_algo: null,
      os_hash_value: null,
    })
  })

  test('keeps no connection open', async () => {
    const closed = new Promise((resolve) => {
      web.pages.set('/endless', (_request, answer) => {
        answer.on('close', resolve)
        answer.writeHead(200, { 'content-length': '1000' }).write('begin')
      })
    })
    const id = await createImage(service())
    await register(service(), id, { url: `${web.url}/endless` })
    expect((await endedTask(service(), id)).status).toBe('success')
    await closed
  })
})
