/** GET /v2/tasks: which tasks an admin is shown, in which order, and on which page. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createImage } from './image-requests.ts'
import { beginImport, endedTask, stage } from './import-requests.ts'
import { describeOnBothDatabases } from './start-test-service.ts'
import { askTasks, endedImport } from './task-requests.ts'
import { fetchFromThisMachine, startWebServer, type WebServer } from './web-server.ts'

let web: WebServer
beforeAll(async () => {
  web = await startWebServer()
  web.pages.set('/image', 'from the web')
})
afterAll(() => web[Symbol.asyncDispose]())

const unknown = '00000000-0000-4000-8000-000000000000'

describeOnBothDatabases('the list of tasks', fetchFromThisMachine, (service) => {
  const list = (query: string) => askTasks(service(), 'GET', query)
  const idsOf = async (query: string) => {
    const { status, body } = await list(query)
    expect([query, status]).toEqual([query, 200])
    return body.tasks.map(({ id }: { id: string }) => id)
  }
  /** Three that succeeded and one that failed, the oldest first. */
  let ids: string[]
  let imported: string
  beforeAll(async () => {
    ids = []
    ids.push(await endedImport(service(), `${web.url}/image`))
    ids.push(await endedImport(service(), `${web.url}/image`))
    ids.push(await endedImport(service(), `${web.url}/nothing`, 'failure'))
    const imageId = await createImage(service())
    await stage(service(), imageId, 'data')
    await beginImport(service(), imageId, 'glance-direct')
    imported = (await endedTask(service(), imageId)).id
    ids.push(imported)
  })

  test('has the newest first, without what may be long', async () => {
    const { status, body } = await list('')
    expect(status).toBe(200)
    expect(Object.keys(body)).toEqual(['tasks', 'first', 'schema'])
    expect(body).toMatchObject({ first: '/v2/tasks', schema: '/v2/schemas/tasks' })
    expect(body.tasks.map(({ id }: { id: string }) => id)).toEqual(ids.toReversed())
    expect(Object.keys(body.tasks[0])).toEqual([
      'id',
      'type',
      'status',
      'owner',
      'created_at',
      'updated_at',
      'self',
      'schema',
      'expires_at',
      'image_id',
      'request_id',
      'user_id',
    ])
    const { body: whole } = await list(`/${imported}`)
    expect(whole).toMatchObject(body.tasks[0])
  })

  test('can be asked for what is in a task', async () => {
    const [first, second, third] = ids
    const producer = service().accounts.projectId('producer')
    expect(await idsOf('?status=failure')).toEqual([third])
    expect(await idsOf('?status=success')).toEqual([imported, second, first])
    expect(await idsOf('?status=pending')).toEqual([])
    expect(await idsOf('?status=processing')).toEqual([])
    expect(await idsOf('?type=import')).toEqual([third, second, first])
    expect(await idsOf('?type=api_image_import')).toEqual([imported])
    expect(await idsOf('?type=location_import')).toEqual([])
    expect(await idsOf(`?owner=${producer}`)).toEqual([imported])
    expect(await idsOf('?owner=nobody')).toEqual([])
    expect(await idsOf(`?owner=${producer}&type=import`)).toEqual([])
    expect(await idsOf('?unknown=ignored&status=failure')).toEqual([third])
  })

  test('is sorted as it is asked to be', async () => {
    expect(await idsOf('?sort_dir=asc')).toEqual(ids)
    expect(await idsOf('?sort_key=created_at&sort_dir=desc')).toEqual(ids.toReversed())
    expect(await idsOf('?sort_key=id&sort_dir=asc')).toEqual(ids.toSorted())
    expect(await idsOf('?sort_key=id')).toEqual(ids.toSorted().reverse())
    expect((await idsOf('?sort_key=status&sort_dir=asc'))[0]).toBe(ids[2])
    expect((await idsOf('?sort_key=type&sort_dir=asc'))[0]).toBe(imported)
    const keys = ['owner', 'updated_at', 'expires_at', 'image_id', 'request_id', 'user_id']
    for (const key of keys) {
      expect((await idsOf(`?sort_key=${key}`)).toSorted()).toEqual(ids.toSorted())
    }
  })

  test.each(['', '&sort_key=status&sort_dir=asc', '&sort_key=owner', '&sort_key=expires_at'])(
    'is followed page by page to its end, sorted by "%s"',
    async (sort) => {
      const all = await idsOf(`?limit=1000${sort}`)
      for (const limit of [1, 2, 3]) {
        const seen: string[] = []
        let next: string | undefined = `/v2/tasks?limit=${limit}${sort}`
        while (next !== undefined) {
          const { status, body }: Awaited<ReturnType<typeof list>> = await service().ask(
            'GET',
            next,
            {
              as: 'adm',
            },
          )
          expect([status, body.first]).toEqual([200, `/v2/tasks?limit=${limit}${sort}`])
          expect(body.tasks.length).toBeLessThanOrEqual(limit)
          // A full page has a next one, which may be empty.
          expect(body.next === undefined).toBe(body.tasks.length < limit)
          seen.push(...body.tasks.map(({ id }: { id: string }) => id))
          next = body.next
        }
        expect(seen).toEqual(all)
      }
    },
  )

  test('keeps to its filters from page to page', async () => {
    const { body } = await list('?type=import&limit=2&unknown=a%20b')
    expect(body.next).toBe(`/v2/tasks?type=import&limit=2&unknown=a+b&marker=${ids[1]}`)
    const { body: second } = await service().ask('GET', body.next, { as: 'adm' })
    expect(second.tasks.map(({ id }: { id: string }) => id)).toEqual([ids[0]])
  })

  test('may be as short as nothing, and no longer than it may be', async () => {
    const { body } = await list('?limit=0')
    expect(body).toEqual({ tasks: [], first: '/v2/tasks?limit=0', schema: '/v2/schemas/tasks' })
    expect(await idsOf('?limit=100000')).toHaveLength(4)
  })

  test.each([
    'limit=-1',
    'limit=x',
    'limit=',
    'limit=1.5',
    'marker=nonsense',
    'marker=',
    `marker=${unknown}`,
    'sort_key=nonsense',
    'sort_key=',
    'sort_key=__proto__',
    'sort_dir=up',
    'sort_dir=',
    'status=nonsense',
    'status=',
    'type=nonsense',
    'status=%ff',
  ])('is not made for %s', async (query) => {
    const { status, text } = await list(`?${query}`)
    expect([status, text.length > 40]).toEqual([400, true])
  })
})
