/** Images that live in several stores: imports into many, copies between them, and one that fails. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { activeImage, createImage, share, show } from './image-requests.ts'
import { beginImport, dataOf, endedTask, imported, stage } from './import-requests.ts'
import { describeOnBothDatabases } from './start-test-service.ts'
import { fetchFromThisMachine, heldPage, startWebServer, type WebServer } from './web-server.ts'

const directory = mkdtempSync(join(tmpdir(), 'vitrine-stores-'))
const files = (id: string) => ({ id, kind: 'files', directory: join(directory, id) })
// Where a store would have its directory there is a file: whatever is written into it fails.
writeFileSync(files('broken').directory, '')
const settings = {
  ...fetchFromThisMachine,
  VITRINE_STORES: JSON.stringify([
    { ...files('fast'), default: true },
    files('slow'),
    files('broken'),
    { id: 'web', kind: 'http' },
  ]),
}

let web: WebServer
beforeAll(async () => {
  web = await startWebServer()
  web.pages.set('/image', 'from the web')
})
afterAll(() => web[Symbol.asyncDispose]())

describeOnBothDatabases('several stores', settings, (service) => {
  const download = () => ({ name: 'web-download', uri: `${web.url}/image` })
  /** What a broken store makes the service tell its operator. */
  afterEach(() => {
    for (const line of service().complaints.splice(0)) expect(line).toMatch(/ENOTDIR|EEXIST/)
  })

  async function afterImport(id: string, method: unknown, more: Record<string, unknown> = {}) {
    const begun = await beginImport(service(), id, Object(method), more, { as: 'adm' })
    expect(begun.status, begun.text).toBe(202)
    const task = await endedTask(service(), id, 'adm')
    return { task, image: await imported(service(), id) }
  }

  const copy = { name: 'copy-image' }

  test('take an import one after the other, and each has all of it', async () => {
    const id = await createImage(service())
    const { task, image } = await afterImport(id, download(), { stores: ['slow', 'fast'] })
    expect(task).toMatchObject({ status: 'success', input: { backend: ['slow', 'fast'] } })
    expect(image).toMatchObject({
      status: 'active',
      stores: 'slow,fast',
      os_glance_importing_to_stores: '',
      os_glance_failed_import: '',
    })
    expect((await dataOf(service(), id)).text).toBe('from the web')
    expect(web.asked.get('/image')).toBe(1)
    web.asked.clear()
  })

  test('are the default one, or that of the header, when none is named', async () => {
    const plain = await createImage(service())
    expect((await afterImport(plain, download())).image.stores).toBe('fast')
    const id = await createImage(service())
    const headers = { 'x-image-meta-store': 'slow' }
    await beginImport(service(), id, download(), {}, { headers })
    expect((await endedTask(service(), id)).status).toBe('success')
    expect((await imported(service(), id)).stores).toBe('slow')
    web.asked.clear()
  })

  test('are active at once, and the others follow, when not all must succeed', async () => {
    const id = await createImage(service())
    expect((await stage(service(), id, 'staged')).status).toBe(204)
    const more = { stores: ['fast', 'broken', 'slow'], all_stores_must_succeed: false }
    const { task, image } = await afterImport(id, { name: 'glance-direct' }, more)
    expect(task.status).toBe('success')
    expect(image).toMatchObject({
      status: 'active',
      stores: 'fast,slow',
      os_glance_failed_import: 'broken',
      os_glance_importing_to_stores: '',
    })
    expect((await dataOf(service(), id)).text).toBe('staged')
  })

  test('have nothing of an import when one fails that must not', async () => {
    const before = await service().filesAtRest('broken')
    const id = await createImage(service())
    const { task, image } = await afterImport(id, download(), { stores: ['fast', 'broken'] })
    expect(task.status).toBe('failure')
    expect(task.message).not.toContain(directory)
    expect(image).toMatchObject({
      status: 'queued',
      size: null,
      checksum: null,
      os_glance_failed_import: 'fast,broken',
    })
    expect(image).not.toHaveProperty('stores')
    await expect.poll(() => service().dataFiles()).toEqual(before)

    // The next import begins with a clean image.
    const again = await afterImport(id, download(), { stores: ['slow'] })
    expect(again.image).toMatchObject({ status: 'active', os_glance_failed_import: '' })
    web.asked.clear()
  })

  test('queue an image that none could take', async () => {
    const id = await createImage(service())
    const more = { stores: ['broken'], all_stores_must_succeed: false }
    const { task, image } = await afterImport(id, download(), more)
    expect(task.status).toBe('failure')
    expect(image).toMatchObject({ status: 'queued', os_glance_failed_import: 'broken' })
    web.asked.clear()
  })

  test('get copies of an active image, which stays so all the while', async () => {
    const id = await activeImage(service(), 'to be copied')
    const before = await show(service(), id)
    const { task, image } = await afterImport(id, copy, { stores: ['slow'] })
    expect(task).toMatchObject({ status: 'success', input: { backend: ['slow'] } })
    expect(image).toMatchObject({
      stores: 'fast,slow',
      checksum: before.checksum,
      os_hash_value: before.os_hash_value,
    })
    // Either copy will do: the first goes, and the image is still there.
    const gone = await service().ask('DELETE', `/v2/stores/fast/${id}`, { as: 'adm' })
    expect(gone.status, gone.text).toBe(204)
    expect((await dataOf(service(), id)).text).toBe('to be copied')
    const last = await service().ask('DELETE', `/v2/stores/slow/${id}`, { as: 'adm' })
    expect(last.status).toBe(403)
  })

  test('take back the copies of one that must reach all of them, and leave the image', async () => {
    const id = await activeImage(service(), 'stays')
    const before = await service().filesAtRest('broken')
    const { task, image } = await afterImport(id, copy, { stores: ['slow', 'broken'] })
    expect(task.status).toBe('failure')
    expect(image).toMatchObject({
      status: 'active',
      stores: 'fast',
      os_glance_failed_import: 'slow,broken',
    })
    expect((await dataOf(service(), id)).text).toBe('stays')
    await expect.poll(() => service().dataFiles()).toEqual(before)

    const some = { stores: ['slow', 'broken'], all_stores_must_succeed: false }
    const second = await afterImport(id, copy, some)
    expect([second.task.status, second.image.stores]).toEqual(['success', 'fast,slow'])
    expect(second.image.os_glance_failed_import).toBe('broken')
  })

  test('keep a copy only of an image that is still there', async () => {
    const before = await service().filesAtRest('broken')
    const { page, release } = heldPage('held')
    web.pages.set('/held', page)
    const id = await createImage(service())
    const uri = `${web.url}/held`
    await beginImport(service(), id, { name: 'web-download', uri }, { stores: ['fast', 'slow'] })
    await expect.poll(() => web.asked.get('/held')).toBe(1)
    expect((await service().ask('DELETE', `/v2/images/${id}`)).status).toBe(204)
    release()
    await expect.poll(() => service().dataFiles()).toEqual(before)
    web.asked.clear()
  })

  test('refuse what contradicts itself, does not exist, or is there already', async () => {
    const queued = await createImage(service())
    const active = await activeImage(service(), 'data')
    const header = { 'x-image-meta-store': 'slow' }
    const statusOf = async (
      id: string,
      method: Record<string, unknown>,
      more: Record<string, unknown>,
      headers: Record<string, string> = {},
    ) => (await beginImport(service(), id, method, more, { as: 'adm', headers })).status
    const all = { all_stores: true }
    expect(await statusOf(queued, download(), { ...all, stores: ['fast'] })).toBe(400)
    expect(await statusOf(queued, download(), all, header)).toBe(400)
    expect(await statusOf(queued, download(), { stores: ['fast'] }, header)).toBe(400)
    expect(await statusOf(queued, download(), { stores: [] })).toBe(400)
    expect(await statusOf(queued, download(), { stores: 'fast' })).toBe(400)
    expect(await statusOf(queued, download(), { stores: [7] })).toBe(400)
    expect(await statusOf(queued, download(), { all_stores: 'yes' })).toBe(400)
    expect(await statusOf(queued, download(), { stores: ['unknown'] })).toBe(409)
    expect(await statusOf(queued, download(), { stores: ['web'] })).toBe(409)
    expect(await statusOf(queued, download(), {}, { 'x-image-meta-store': 'unknown' })).toBe(409)
    expect(await statusOf(active, copy, { stores: ['fast'] })).toBe(400)
    expect(await statusOf(queued, copy, { stores: ['slow'] })).toBe(409)
    expect(await show(service(), queued)).not.toHaveProperty('os_glance_import_task')
  })

  test('are copied between by admins alone', async () => {
    const id = await activeImage(service(), 'data')
    await share(service(), id, service().accounts.projectId('accepted'))
    for (const as of ['own', 'ownR', 'mem, accepted']) {
      const { status } = await beginImport(service(), id, copy, { stores: ['slow'] }, { as })
      expect([as, status]).toEqual([as, 403])
    }
    const { status } = await beginImport(service(), id, copy, {}, { as: 'none' })
    expect(status).toBe(404)
  })
})

describeOnBothDatabases(
  'all stores',
  {
    VITRINE_STORES: JSON.stringify([{ ...files('a'), default: true }, files('b'), files('c')]),
  },
  (service) => {
    test('are those that can be written, each once', async () => {
      const id = await createImage(service())
      await stage(service(), id, 'everywhere')
      const begun = await beginImport(service(), id, 'glance-direct', { all_stores: true })
      expect(begun.status).toBe(202)
      expect((await imported(service(), id)).stores).toBe('a,b,c')

      // Nothing is left to do: no task.
      const again = await beginImport(
        service(),
        id,
        'copy-image',
        { all_stores: true },
        { as: 'adm' },
      )
      expect(again.status).toBe(202)
      const { body } = await service().ask('GET', `/v2/images/${id}/tasks`, { as: 'adm' })
      expect(body.tasks).toHaveLength(1)

      await service().ask('DELETE', `/v2/stores/b/${id}`, { as: 'adm' })
      await beginImport(service(), id, 'copy-image', { all_stores: true }, { as: 'adm' })
      await expect.poll(async () => (await show(service(), id)).stores).toBe('a,c,b')
    })
  },
)
