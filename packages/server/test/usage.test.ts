/** GET /v2/info/usage: what a project uses of its limits. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { activeImage, createImage, octets } from './image-requests.ts'
import { beginImport, imported, stage } from './import-requests.ts'
import { describeOnBothDatabases, type TestService } from './start-test-service.ts'
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

const mib = (count: number) => Buffer.alloc(count * 2 ** 20)

async function usageOf(service: TestService, as = 'own') {
  const { status, body } = await service.ask('GET', '/v2/info/usage', { as })
  expect(status).toBe(200)
  return body.usage
}

describeOnBothDatabases('usage where nothing is limited', {}, (service) => {
  test.each(['own', 'ownR', 'non', 'adm', 'svc', 'none', 'unscoped'])(
    'is empty for %s',
    async (as) => {
      const { status, body } = await service().ask('GET', '/v2/info/usage', { as, body: 'ignored' })
      expect([status, body]).toEqual([200, { usage: {} }])
    },
  )

  test('is only ever read, with a token', async () => {
    for (const method of ['POST', 'PUT', 'DELETE']) {
      const { status, headers } = await service().ask(method, '/v2/info/usage')
      expect([status, headers.allow]).toEqual([405, 'GET'])
    }
    const headers = { 'x-auth-token': 'none' }
    expect((await service().ask('GET', '/v2/info/usage', { headers })).status).toBe(401)
  })
})

const limits = {
  ...fetchFromThisMachine,
  ...severalStores(),
  VITRINE_LIMITS__IMAGES_PER_PROJECT: '10',
  VITRINE_LIMITS__BYTES_PER_PROJECT: String(20.5 * 2 ** 20),
  VITRINE_LIMITS__STAGED_BYTES_PER_PROJECT: String(8 * 2 ** 20),
  VITRINE_LIMITS__UPLOADS_PER_PROJECT: '4',
}

describeOnBothDatabases('usage under limits', limits, (service) => {
  /** What `own` uses: sizes in MiB, staged ones, images, and those on their way. */
  async function numbers(as = 'own'): Promise<number[]> {
    const usage: Record<string, { usage: number; limit: number }> = await usageOf(service(), as)
    expect(Object.keys(usage)).toEqual([
      'image_size_total',
      'image_stage_total',
      'image_count_total',
      'image_count_uploading',
    ])
    expect(Object.values(usage).map(({ limit }) => limit)).toEqual([20, 8, 10, 4])
    return Object.values(usage).map((one) => one.usage)
  }
  const remove = (id: string) => service().ask('DELETE', `/v2/images/${id}`)

  test('counts images, and every copy of their data in whole MiB', async () => {
    expect(await numbers()).toEqual([0, 0, 0, 0])
    const queued = await createImage(service())
    expect(await numbers()).toEqual([0, 0, 1, 0])
    const active = await activeImage(service(), Buffer.concat([mib(3), Buffer.alloc(2 ** 20 - 1)]))
    expect(await numbers()).toEqual([3, 0, 2, 0])
    const request = { as: 'adm' }
    await beginImport(service(), active, 'copy-image', { stores: ['slow'] }, request)
    await imported(service(), active)
    expect(await numbers()).toEqual([7, 0, 2, 0])
    await remove(queued)
    await remove(active)
    expect(await numbers()).toEqual([0, 0, 0, 0])
  })

  test('counts what is staged by itself, until it is imported', async () => {
    const id = await createImage(service())
    await stage(service(), id, mib(2))
    expect(await numbers()).toEqual([0, 2, 1, 1])
    await beginImport(service(), id, 'glance-direct')
    await imported(service(), id)
    expect(await numbers()).toEqual([2, 0, 1, 0])
    await remove(id)
  })

  test('counts an import from the web as long as it lasts', async () => {
    const { page, release } = heldPage('x'.repeat(2 ** 20))
    web.pages.set('/slow', page)
    const id = await createImage(service())
    await beginImport(service(), id, { name: 'web-download', uri: `${web.url}/slow` })
    expect(await numbers()).toEqual([0, 0, 1, 1])
    release()
    await imported(service(), id)
    expect(await numbers()).toEqual([1, 0, 1, 0])
    await remove(id)
  })

  test('is told to everyone in the project, and of no other project', async () => {
    const id = await activeImage(service(), mib(1))
    for (const as of ['own', 'ownR', 'none']) expect(await numbers(as)).toEqual([1, 0, 1, 0])
    for (const as of ['non', 'adm', 'svc']) expect(await numbers(as)).toEqual([0, 0, 0, 0])
    expect(await usageOf(service(), 'unscoped')).toEqual({})
    await remove(id)
  })

  test('is as full as it can be when a limit is reached', async () => {
    const ids = []
    for (let i = 0; i < 5; i++) ids.push(await createImage(service()))
    const put = (id: string) =>
      service().ask('PUT', `/v2/images/${id}/stage`, { headers: octets, body: mib(2) })
    const answers = []
    for (const id of ids) answers.push((await put(id)).status)
    expect(answers).toEqual([204, 204, 204, 204, 413])
    expect(await numbers()).toEqual([0, 8, 5, 4])
    for (const id of ids) await remove(id)
  })
})

const onlyImages = { VITRINE_LIMITS__IMAGES_PER_PROJECT: '10' }
describeOnBothDatabases('usage where only images are limited', onlyImages, (service) => {
  test('says -1 of all that has no limit', async () => {
    await activeImage(service(), mib(1))
    expect(await usageOf(service())).toEqual({
      image_size_total: { usage: 1, limit: -1 },
      image_stage_total: { usage: 0, limit: -1 },
      image_count_total: { usage: 1, limit: 10 },
      image_count_uploading: { usage: 0, limit: -1 },
    })
  })
})
