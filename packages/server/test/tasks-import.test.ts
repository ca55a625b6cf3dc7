/** The oldest way to import: an admin's task that makes an image, and brings in its data. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from './eventually.ts'
import { show } from './image-requests.ts'
import { dataOf } from './import-requests.ts'
import { describeOnBothDatabases } from './start-test-service.ts'
import { fetchFromThisMachine, startWebServer, type WebServer } from './web-server.ts'

let web: WebServer
beforeAll(async () => {
  web = await startWebServer()
  web.pages.set('/image', 'from the web')
})
afterAll(() => web[Symbol.asyncDispose]())

describeOnBothDatabases('an import by a task', fetchFromThisMachine, (service) => {
  async function ended(properties: Record<string, unknown>, path = '/image') {
    const input = {
      import_from: `${web.url}${path}`,
      import_from_format: 'raw',
      image_properties: properties,
    }
    const body = { type: 'import', input }
    const begun = await service().ask('POST', '/v2/tasks', { as: 'adm', body })
    expect([begun.status, begun.body.status]).toEqual([201, 'pending'])
    return eventually(async () => {
      const { body } = await service().ask('GET', `/v2/tasks/${begun.body.id}`, { as: 'adm' })
      expect(['success', 'failure']).toContain(body.status)
      return body
    })
  }

  test('makes an image with the properties that it names, and its data', async () => {
    const owner = service().accounts.projectId('producer')
    const formats = { disk_format: 'raw', container_format: 'bare' }
    const task = await ended({ ...formats, name: 'from a task', os_distro: 'debian', owner })
    expect(task).toMatchObject({ status: 'success', message: '' })
    const id = task.result.image_id
    expect(await show(service(), id)).toMatchObject({
      name: 'from a task',
      os_distro: 'debian',
      status: 'active',
      ...formats,
    })
    expect((await dataOf(service(), id)).text).toBe('from the web')
  })

  test('fails without formats, and where there is no data, and leaves its image queued', async () => {
    const without = await ended({ name: 'no formats' })
    expect(without).toMatchObject({ status: 'failure', message: expect.stringMatching(/format/) })
    const formats = { disk_format: 'raw', container_format: 'bare' }
    const nowhere = await ended({ ...formats, name: 'no data' }, '/nothing')
    expect(nowhere).toMatchObject({ status: 'failure', message: expect.stringContaining('404') })
    const { body } = await service().ask('GET', '/v2/images?name=in:no%20data,no%20formats', {
      as: 'adm',
    })
    const statuses = body.images.map(({ status }: { status: string }) => status)
    expect(statuses).toEqual(['queued', 'queued'])
  })
})
