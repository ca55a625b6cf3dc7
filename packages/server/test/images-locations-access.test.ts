/** Who may register data at its address, and see where it is: on queued images, by every caller. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createImage, show } from './image-requests.ts'
import { endedTask } from './import-requests.ts'
import { describeOnBothDatabases, type TestService } from './start-test-service.ts'
import {
  fetchFromThisMachine,
  severalStores,
  startWebServer,
  type WebServer,
} from './web-server.ts'

let web: WebServer
beforeAll(async () => {
  web = await startWebServer()
  web.pages.set('/1', 'data 1')
})
afterAll(() => web[Symbol.asyncDispose]())

/** The last is a service, too: the producer's own. */
const callers = ['own', 'ownR', 'mem, accepted', 'memR, accepted', 'non', 'adm', 'svc', 'none']

/** An image that is shared with `accepted`, then given its visibility. */
async function queuedImage(service: TestService, visibility: string): Promise<string> {
  const id = await createImage(service, { visibility: 'shared' })
  const member = service.accounts.projectId('accepted')
  await service.ask('POST', `/v2/images/${id}/members`, { body: { member } })
  const answer = await service.ask('PATCH', `/v2/images/${id}`, {
    as: 'adm',
    headers: { 'content-type': 'application/openstack-images-v2.1-json-patch' },
    body: [{ op: 'replace', path: '/visibility', value: visibility }],
  })
  expect(answer.status, answer.text).toBe(200)
  return id
}

function statuses(
  service: TestService,
  visibility: string,
  method: 'GET' | 'POST',
  url?: string,
): Promise<number[]> {
  return Promise.all(
    callers.map(async (as) => {
      const id = await queuedImage(service, visibility)
      const body = method === 'GET' ? {} : { body: { url: url ?? `${web.url}/1` } }
      return (await service.ask(method, `/v2/images/${id}/locations`, { as, ...body })).status
    }),
  )
}

const withStore = { ...fetchFromThisMachine, ...severalStores() }

describeOnBothDatabases('locations of a queued image', withStore, (service) => {
  test.each([
    ['shared', [202, 403, 403, 403, 404, 202, 404, 202]],
    ['private', [202, 403, 404, 404, 404, 202, 404, 202]],
    ['community', [202, 403, 403, 403, 403, 202, 202, 202]],
    ['public', [202, 403, 403, 403, 403, 202, 202, 202]],
  ])('are added to one that is %s by its producer, admins and services', async (kind, expected) => {
    expect(await statuses(service(), kind, 'POST')).toEqual(expected)
  })

  test.each([
    ['shared', [403, 403, 403, 403, 404, 200, 404, 200]],
    ['private', [403, 403, 404, 404, 404, 200, 404, 200]],
    ['community', [403, 403, 403, 403, 403, 200, 200, 200]],
    ['public', [403, 403, 403, 403, 403, 200, 200, 200]],
  ])('are listed of one that is %s for admins and services', async (kind, expected) => {
    expect(await statuses(service(), kind, 'GET')).toEqual(expected)
  })

  test('that no store reads are refused to all, and services hear why', async () => {
    const expected = [403, 403, 403, 403, 403, 403, 400, 400]
    for (const url of ['file:///etc/passwd', 'swift+config://x', 'cinder://1', '', '//x']) {
      expect(await statuses(service(), 'community', 'POST', url), url).toEqual(expected)
    }
  })

  test('are no list', async () => {
    const id = await createImage(service())
    const { body } = await service().ask('GET', `/v2/images/${id}/locations`, { as: 'adm' })
    expect(body).toEqual([])
  })

  test('of an image that a service registers are its data', async () => {
    const id = await queuedImage(service(), 'community')
    const body = { url: `${web.url}/1` }
    const path = `/v2/images/${id}/locations`
    expect((await service().ask('POST', path, { as: 'svc', body })).status).toBe(202)
    expect((await endedTask(service(), id, 'adm')).status).toBe('success')
    expect((await show(service(), id)).status).toBe('active')
    const { tasks } = (await service().ask('GET', `/v2/images/${id}/tasks`)).body
    expect(tasks, 'tasks of another project').toEqual([])
  })
})

describeOnBothDatabases(
  'locations where no store reads the web',
  fetchFromThisMachine,
  (service) => {
    test.each([
      ['shared', [403, 403, 403, 403, 404, 403, 404, 400]],
      ['private', [403, 403, 404, 404, 404, 403, 404, 400]],
      ['community', [403, 403, 403, 403, 403, 403, 400, 400]],
      ['public', [403, 403, 403, 403, 403, 403, 400, 400]],
    ])('are not added to one that is %s', async (kind, expected) => {
      expect(await statuses(service(), kind, 'POST')).toEqual(expected)
    })
  },
)
