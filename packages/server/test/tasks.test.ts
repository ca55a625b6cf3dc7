/** /v2/tasks: what admins may ask for by hand, what they see of it, and the tasks of one image. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually } from './eventually.ts'
import { createImage } from './image-requests.ts'
import { beginImport, endedTask, stage } from './import-requests.ts'
import { describeOnBothDatabases } from './start-test-service.ts'
import { askTasks, endedImport, importOf } from './task-requests.ts'
import { fetchFromThisMachine, startWebServer, type WebServer } from './web-server.ts'

let web: WebServer
beforeAll(async () => {
  web = await startWebServer()
  web.pages.set('/image', 'from the web')
})
afterAll(() => web[Symbol.asyncDispose]())

const unknown = '00000000-0000-4000-8000-000000000000'
const notAdmins = ['own', 'ownR', 'non', 'svc', 'none', 'unscoped']
const inSeconds = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/

describeOnBothDatabases('a task', fetchFromThisMachine, (service) => {
  test('is answered whole when it is made, and says where it is', async () => {
    const asked = importOf(`${web.url}/image`)
    const { status, headers, body } = await askTasks(service(), 'POST', '', asked)
    expect(status).toBe(201)
    expect(headers.location).toBe(`${service().url}/v2/tasks/${body.id}`)
    expect(Object.keys(body)).toEqual([
      'id',
      'input',
      'type',
      'status',
      'owner',
      'message',
      'result',
      'created_at',
      'updated_at',
      'self',
      'schema',
      'image_id',
      'request_id',
      'user_id',
    ])
    expect(body).toEqual({
      ...asked,
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      status: 'pending',
      owner: service().accounts.projectId('cloud'),
      message: '',
      result: null,
      created_at: expect.stringMatching(inSeconds),
      updated_at: body.created_at,
      self: `/v2/tasks/${body.id}`,
      schema: '/v2/schemas/task',
      image_id: expect.any(String),
      request_id: headers['x-openstack-request-id'],
      user_id: expect.any(String),
    })
    await eventually(async () => {
      const shown = (await askTasks(service(), 'GET', `/${body.id}`)).body
      expect(shown).toEqual({
        ...body,
        status: 'success',
        result: { image_id: body.image_id },
        updated_at: expect.stringMatching(inSeconds),
        expires_at: expect.stringMatching(inSeconds),
      })
      const hours = (Date.parse(shown.expires_at) - Date.parse(shown.updated_at)) / 3_600_000
      expect(hours).toBeCloseTo(48, 2)
    })
  })

  test('that failed says why', async () => {
    const id = await endedImport(service(), `${web.url}/nothing`, 'failure')
    const { body } = await askTasks(service(), 'GET', `/${id}`)
    expect(body).toMatchObject({ result: null, message: expect.stringContaining('404') })
    expect(body.expires_at).toMatch(inSeconds)
  })

  test.each(notAdmins)('is nothing to %s, whether there is one or not', async (as) => {
    const id = await endedImport(service(), `${web.url}/image`)
    const calls = [
      ['GET', ''],
      ['GET', '?status=nonsense'],
      ['GET', `?marker=${unknown}`],
      ['POST', ''],
      ['GET', `/${id}`],
      ['GET', `/${unknown}`],
      ['DELETE', `/${id}`],
      ['DELETE', `/${unknown}`],
    ]
    for (const [method = '', path = ''] of calls) {
      const body = method === 'POST' ? importOf(`${web.url}/image`) : undefined
      const answer = await askTasks(service(), method, path, body, as)
      expect([method, path, answer.status]).toEqual([method, path, 403])
      expect(answer.text).toContain('tasks_api_access')
    }
  })

  test('of an import is shown as any other', async () => {
    const imageId = await createImage(service())
    await stage(service(), imageId, 'data')
    const begun = await beginImport(service(), imageId, 'glance-direct')
    const { id } = await endedTask(service(), imageId)
    expect((await askTasks(service(), 'GET', `/${id}`)).body).toMatchObject({
      type: 'api_image_import',
      status: 'success',
      owner: service().accounts.projectId('producer'),
      image_id: imageId,
      request_id: begun.headers['x-openstack-request-id'],
      result: { image_id: imageId },
    })
  })

  test('that nobody knows is answered 404', async () => {
    for (const id of [unknown, 'nonsense', 'x'.repeat(300), '%F0%9F%A6%86']) {
      expect((await askTasks(service(), 'GET', `/${id}`)).status).toBe(404)
    }
  })

  test('cannot be deleted, whether there is one or not: it expires', async () => {
    const id = await endedImport(service(), `${web.url}/image`)
    for (const one of [id, unknown]) {
      const { status, headers, text } = await askTasks(service(), 'DELETE', `/${one}`)
      expect([status, headers.allow, text]).toEqual([405, 'GET', expect.stringContaining('expire')])
    }
    expect((await askTasks(service(), 'GET', `/${id}`)).status).toBe(200)
  })

  test('knows no other methods, and reads no body where none is sent', async () => {
    for (const [path, allow] of [
      ['', 'GET, POST'],
      [`/${unknown}`, 'GET, DELETE'],
    ] as const) {
      for (const method of ['PUT', 'PATCH', 'HEAD', 'OPTIONS']) {
        const { status, headers } = await askTasks(service(), method, path)
        expect([method, status, headers.allow]).toEqual([method, 405, allow])
      }
      expect((await askTasks(service(), 'GET', path, {})).status).toBe(400)
      const headers = { 'x-auth-token': '' }
      expect((await service().ask('GET', `/v2/tasks${path}`, { headers })).status).toBe(401)
    }
  })

  describe('is refused, and makes no image,', () => {
    test.each<[string, () => unknown]>([
      ['without a body', () => undefined],
      ['as a list', () => []],
      ['as a text', () => '"import"'],
      ['without a type', () => ({ input: importOf(`${web.url}/image`).input })],
      ['without input', () => ({ type: 'import' })],
      ['with no input', () => ({ type: 'import', input: null })],
      ['of a type that nobody knows', () => ({ ...importOf(`${web.url}/image`), type: 'export' })],
      ['of a type that follows from an import', () => ({ type: 'api_image_import', input: {} })],
      ['of a type that follows from a location', () => ({ type: 'location_import', input: {} })],
      ['with a key that nobody knows', () => ({ ...importOf(`${web.url}/image`), more: 1 })],
      [
        'with a status that is none',
        () => ({ ...importOf(`${web.url}/image`), status: 'nonsense' }),
      ],
      ['from nowhere', () => importOf('', { import_from: undefined })],
      ['from a file', () => importOf('', { import_from: 'file:///etc/passwd' })],
      ['from no address', () => importOf('', { import_from: 'nonsense' })],
      ['from another network', () => importOf('', { import_from: 'http://10.0.0.1/' })],
      ['without the format', () => importOf(`${web.url}/image`, { import_from_format: undefined })],
      ['without properties', () => importOf(`${web.url}/image`, { image_properties: undefined })],
      [
        'with properties that are none',
        () => importOf(`${web.url}/image`, { image_properties: 'x' }),
      ],
      [
        'with bad properties',
        () => importOf(`${web.url}/image`, { image_properties: { min_ram: 'x' } }),
      ],
    ])('%s', async (_how, body) => {
      const count = async () =>
        (await service().ask('GET', '/v2/images?limit=1000', { as: 'adm' })).body.images.length
      const before = await count()
      const { status, text } = await askTasks(service(), 'POST', '', body())
      expect([status, text.length > 40]).toEqual([400, true])
      expect(await count()).toBe(before)
    })
  })
})

describeOnBothDatabases('the tasks of an image', {}, (service) => {
  const tasksOf = (id: string, as = 'own') => service().ask('GET', `/v2/images/${id}/tasks`, { as })

  test('are those of the own project, and all for admins', async () => {
    const fields = { visibility: 'community', disk_format: 'qcow2' }
    const id = await createImage(service(), fields)
    expect((await tasksOf(id)).body).toEqual({ tasks: [] })
    const failedFor = async (as: string) => {
      await stage(service(), id, 'no qcow2 at all', as)
      await beginImport(service(), id, 'glance-direct', {}, { as })
      const task = await endedTask(service(), id, as)
      expect(task.status).toBe('failure')
      return task.id
    }
    const first = await failedFor('own')
    const second = await failedFor('adm')
    const idsFor = async (as: string) =>
      (await tasksOf(id, as)).body.tasks.map((task: { id: string }) => task.id)
    for (const as of ['own', 'ownR']) expect(await idsFor(as)).toEqual([first])
    expect(await idsFor('adm')).toEqual([first, second])
    expect(await idsFor('non')).toEqual([])
  })

  test('are nothing to those who may not see the image', async () => {
    const id = await createImage(service(), { visibility: 'private' })
    for (const as of ['non', 'svc', 'none', 'unscoped']) {
      expect((await tasksOf(id, as)).status).toBe(404)
    }
    expect((await tasksOf(unknown, 'adm')).status).toBe(404)
  })

  test('are only ever read', async () => {
    const id = await createImage(service())
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'HEAD']) {
      const { status, headers } = await service().ask(method, `/v2/images/${id}/tasks`)
      expect([status, headers.allow]).toEqual([405, 'GET'])
    }
    expect((await service().ask('GET', `/v2/images/${id}/tasks`, { body: {} })).status).toBe(400)
  })
})
