/** Ranges of every form, of data in files and of data that lies on the web. peers/ asks the same of S3. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fuzzRanges, hundred } from './fuzz-ranges.ts'
import { activeImage, createImage, patch, show } from './image-requests.ts'
import { startTestService, type TestService } from './start-test-service.ts'
import {
  fetchFromThisMachine,
  severalStores,
  startWebServer,
  type WebServer,
} from './web-server.ts'

let web: WebServer
let service: TestService
beforeAll(async () => {
  web = await startWebServer()
  web.pages.set('/data', hundred)
  service = await startTestService({
    ...fetchFromThisMachine,
    ...severalStores(),
    VITRINE_IMAGES__SHOW_LOCATIONS: 'true',
  })
})
afterAll(async () => {
  await service[Symbol.asyncDispose]()
  await web[Symbol.asyncDispose]()
})

const ask = (id: string) => (range: string) =>
  service.ask('GET', `/v2/images/${id}/file`, { headers: { range } })

test('of data in files are the part that they name, or refused', async () => {
  await fuzzRanges(hundred, ask(await activeImage(service, hundred)))
  expect(service.complaints).toEqual([])
})

test('of data on the web are the part that they name, or refused', async () => {
  const id = await createImage(service)
  const value = { url: `${web.url}/data`, metadata: {} }
  const added = await patch(service, id, [{ op: 'add', path: '/locations/-', value }])
  expect(added.status, added.text).toBe(200)
  expect(await show(service, id)).toMatchObject({ status: 'active', size: 100 })
  await fuzzRanges(hundred, ask(id))
  expect(service.complaints).toEqual([])
})
