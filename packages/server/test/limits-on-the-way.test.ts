/** How much of a project may be on its way at the same time: staged, uploaded and imported. */
import { createHash } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { countOf } from './at-once.ts'
import { createImage, createImages, deleteImages, octets, show, upload } from './image-requests.ts'
import { beginImport, endedTask, imported, stage } from './import-requests.ts'
import { describeOnBothDatabases } from './start-test-service.ts'
import {
  fetchFromThisMachine,
  heldPage,
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

const fiftyStaged = {
  ...fetchFromThisMachine,
  ...severalStores(),
  VITRINE_LIMITS__STAGED_BYTES_PER_PROJECT: '50',
}
describeOnBothDatabases('fifty staged bytes for every project', fiftyStaged, (service) => {
  afterEach(() => deleteImages(service()))

  test.each([
    ['announced', {}],
    ['not announced', chunked],
  ])('are fifty, of two hundred that come at once and are %s', async (_how, headers) => {
    const ids = await createImages(service(), 20)
    const put = (id: string) =>
      service().ask('PUT', `/v2/images/${id}/stage`, {
        headers: { ...octets, ...headers },
        body: 'ten bytes.',
      })
    expect(countOf(await Promise.all(ids.map(put)))).toEqual({ 204: 5, 413: 15 })
    const images = await Promise.all(ids.map((id) => show(service(), id)))
    const of = (status: string) => images.filter((image) => image.status === status)
    expect([of('uploading').length, of('queued').length]).toEqual([5, 15])
    for (const { size } of of('queued')) expect(size).toBeNull()
  })

  test('are free again once they are imported, or their image is deleted', async () => {
    const [first = '', second = '', third = ''] = await createImages(service(), 3)
    expect((await stage(service(), first, 'x'.repeat(50))).status).toBe(204)
    expect((await stage(service(), second, 'x')).status).toBe(413)
    await beginImport(service(), first, 'glance-direct')
    expect((await imported(service(), first)).status).toBe('active')
    expect((await stage(service(), second, 'x'.repeat(50))).status).toBe(204)
    expect((await stage(service(), third, 'x')).status).toBe(413)
    await service().ask('DELETE', `/v2/images/${second}`)
    expect((await stage(service(), third, 'x')).status).toBe(204)
  })

  test('hold what the web brings while it is on its way to a second store, or hashed', async () => {
    const [staged = '', ...others] = await createImages(service(), 4)
    expect((await stage(service(), staged, 'x'.repeat(45))).status).toBe(204)
    web.pages.set('/ten', 'ten bytes.')
    const url = `${web.url}/ten`
    const method = { name: 'web-download', uri: url }
    const [both = '', one = '', registered = ''] = others
    const outcome = async (id: string) => {
      const { status, message } = await endedTask(service(), id)
      return [status, message, (await imported(service(), id)).status]
    }
    const refused = [
      'failure',
      expect.stringContaining('Cannot add 10 bytes of staged data'),
      'queued',
    ]

    await beginImport(service(), both, method, { all_stores: true })
    expect(await outcome(both)).toEqual(refused)
    await beginImport(service(), one, method)
    expect(await outcome(one)).toEqual(['success', '', 'active'])

    const os_hash_value = createHash('md5').update('ten bytes.').digest('hex')
    const body = { url, validation_data: { os_hash_algo: 'md5', os_hash_value } }
    await service().ask('POST', `/v2/images/${registered}/locations`, { body })
    expect(await outcome(registered)).toEqual(refused)
    await service().ask('POST', `/v2/images/${registered}/locations`, { body: { url } })
    expect(await outcome(registered)).toEqual(['success', '', 'active'])
  })
})

const onlyKept = { VITRINE_LIMITS__BYTES_PER_PROJECT: '20' }
describeOnBothDatabases('staged bytes without a limit of their own', onlyKept, (service) => {
  test('are held to the limit of all that the project keeps', async () => {
    const id = await createImage(service())
    expect((await stage(service(), id, 'x'.repeat(21))).status).toBe(413)
    expect((await stage(service(), id, 'x'.repeat(20))).status).toBe(204)
  })
})

const two = { ...fetchFromThisMachine, VITRINE_LIMITS__UPLOADS_PER_PROJECT: '2' }
describeOnBothDatabases('two uploads for every project', two, (service) => {
  afterEach(() => deleteImages(service()))

  test('are two, of twenty that are staged at once', async () => {
    const ids = await createImages(service(), 20)
    const answers = await Promise.all(ids.map((id) => stage(service(), id, 'data')))
    expect(countOf(answers)).toEqual({ 204: 2, 413: 18 })
  })

  test('are two, of twenty imports that begin at once', async () => {
    const { page, release } = heldPage('data')
    web.pages.set('/slow', page)
    const ids = await createImages(service(), 20)
    const uri = `${web.url}/slow`
    const begin = (id: string) => beginImport(service(), id, { name: 'web-download', uri })
    const answers = await Promise.all(ids.map(begin))
    expect(countOf(answers)).toEqual({ 202: 2, 413: 18 })
    const begun = ids.filter((_id, i) => answers[i]?.status === 202)
    const waiting = ids.find((id) => !begun.includes(id)) ?? ''
    expect((await stage(service(), waiting, 'data')).status).toBe(413)
    expect((await upload(service(), waiting, 'data')).status).toBe(413)
    expect(await show(service(), waiting)).toMatchObject({ status: 'queued', size: null })

    release()
    for (const id of begun) expect((await imported(service(), id)).status).toBe('active')
    expect((await upload(service(), waiting, 'data')).status).toBe(204)
  })

  test('are no hindrance to what was staged before', async () => {
    const ids = await createImages(service(), 2)
    for (const id of ids) expect((await stage(service(), id, 'data')).status).toBe(204)
    for (const id of ids) {
      expect((await beginImport(service(), id, 'glance-direct')).status).toBe(202)
      expect((await imported(service(), id)).status).toBe('active')
    }
  })
})
