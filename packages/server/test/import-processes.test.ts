/**
 * Imports and the processes that run them: whichever dies, however often, each import ends once, and
 * nothing is left that no image owns.
 */
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describePostgres, freshPostgresDatabase } from '@vitrine/conformance/postgres'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { filesIn } from './files-in.ts'
import { newPlace, type Place, type Running, start } from './start-process.ts'
import { fetchFromThisMachine, heldPage, startWebServer, type WebServer } from './web-server.ts'

let web: WebServer
beforeAll(async () => {
  web = await startWebServer()
})
afterAll(() => web[Symbol.asyncDispose]())

const patience = { timeout: 30_000 }

async function newImage(service: Running): Promise<string> {
  const body = { disk_format: 'raw', container_format: 'bare' }
  return (await service.ask('POST', '/v2/images', body)).body.id
}

async function beginImport(service: Running, path: string): Promise<string> {
  const id = await newImage(service)
  const body = { method: { name: 'web-download', uri: `${web.url}${path}` } }
  const { status, text } = await service.ask('POST', `/v2/images/${id}/import`, body)
  expect(status, text).toBe(202)
  return id
}

async function put({ url, token }: Running, path: string, body: BodyInit): Promise<number> {
  const headers = { 'x-auth-token': token, 'content-type': 'application/octet-stream' }
  const init = { method: 'PUT', headers, body, duplex: 'half' }
  return (await fetch(`${url}${path}`, init)).status
}

async function statusOf(service: Running, id: string): Promise<string> {
  return (await service.ask('GET', `/v2/images/${id}`)).body.status
}

async function tasksOf(service: Running, id: string) {
  return (await service.ask('GET', `/v2/images/${id}/tasks`)).body.tasks
}

async function kill({ process }: Running, signal: NodeJS.Signals): Promise<unknown[]> {
  const exited = once(process, 'exit')
  process.kill(signal)
  return exited
}

function describeOneProcess(name: string, makeSettings: () => Promise<Record<string, string>>) {
  describe(`an import, ${name}`, () => {
    const place = async (): Promise<Place> =>
      newPlace({
        ...fetchFromThisMachine,
        // What is held back does not end before the process has to.
        VITRINE_HTTP__SHUTDOWN_SECONDS: '1',
        ...(await makeSettings()),
      })

    test.each(['SIGKILL', 'SIGTERM'] as const)(
      'goes on in the next process when its own gets %s',
      async (signal) => {
        const home = await place()
        const data = 'x'.repeat(100_000)
        const { page, release } = heldPage(data)
        web.pages.set('/held', page)
        web.asked.clear()
        const first = await start(home)
        const id = await beginImport(first, '/held')
        await expect.poll(() => web.asked.get('/held')).toBe(1)
        await expect.poll(() => statusOf(first, id)).toBe('importing')
        const exit = await kill(first, signal)
        expect(exit).toEqual(signal === 'SIGTERM' ? [0, null] : [null, 'SIGKILL'])

        release()
        const second = await start(home)
        await expect.poll(() => statusOf(second, id), patience).toBe('active')
        expect((await second.ask('GET', `/v2/images/${id}/file`)).text).toBe(data)
        expect(web.asked.get('/held')).toBe(2)
        await expect.poll(() => tasksOf(second, id)).toMatchObject([{ status: 'success' }])
        await expect.poll(() => home.dataFiles()).toHaveLength(1)
      },
      90_000,
    )

    test('is given up when it has seen three processes die, and its image is queued', async () => {
      const home = await place()
      const { page, release } = heldPage('never')
      onTestFinished(release)
      web.pages.set('/deadly', page)
      web.asked.clear()
      let service = await start(home)
      const id = await beginImport(service, '/deadly')
      for (let deaths = 1; deaths <= 3; deaths++) {
        await expect.poll(() => web.asked.get('/deadly'), patience).toBe(deaths)
        await kill(service, 'SIGKILL')
        service = await start(home)
      }
      await expect.poll(() => statusOf(service, id), patience).toBe('queued')
      expect(await tasksOf(service, id)).toMatchObject([
        { status: 'failure', message: expect.stringContaining('3 attempts') },
      ])
      await expect.poll(() => home.dataFiles()).toEqual([])
    }, 120_000)
  })
}

describeOneProcess('on SQLite', async () => ({}))
describePostgres('with a server', () =>
  describeOneProcess('on PostgreSQL', async () => ({
    VITRINE_DATABASE__URL: await freshPostgresDatabase(),
  })),
)

describePostgres('two processes on one database, one killed and replaced again and again', () => {
  const data = randomBytes(3_000_000)

  beforeAll(() => {
    // Slow enough that the process is killed while it comes.
    web.pages.set('/slow', async (_request, answer) => {
      answer.writeHead(200, { 'content-length': data.byteLength })
      for (let sent = 0; sent < data.byteLength; sent += 500_000) {
        answer.write(data.subarray(sent, sent + 500_000))
        await new Promise((resolve) => setTimeout(resolve, 60))
      }
      answer.end()
    })
  })

  /** Eighteen imports, and a process that was killed three times meanwhile. */
  async function importWhileKilled(more: Record<string, string>) {
    // Both see the same files, as processes of one cloud do.
    const directory = await mkdtemp(join(tmpdir(), 'vitrine-shared-'))
    onTestFinished(() => rm(directory, { recursive: true }))
    const settings = {
      ...fetchFromThisMachine,
      ...more,
      VITRINE_DATABASE__URL: await freshPostgresDatabase(),
      VITRINE_STORES: JSON.stringify([{ id: 'shared', kind: 'files', directory, default: true }]),
    }
    const living = await start(await newPlace(settings))
    let dying = await start(await newPlace(settings))
    const ids: string[] = []
    const hasEnded = (id: string) =>
      expect
        .poll(() => tasksOf(living, id), { timeout: 60_000 })
        .toMatchObject([{ status: expect.stringMatching(/success|failure/) }])
    for (let round = 0; round < 3; round++) {
      // None may see all three deaths: it would be given up.
      for (const id of ids.slice(0, 6 * (round - 1))) await hasEnded(id)
      for (let i = 0; i < 3; i++) {
        ids.push(await beginImport(living, '/slow'), await beginImport(dying, '/slow'))
      }
      await new Promise((resolve) => setTimeout(resolve, 200 + 150 * round))
      await kill(dying, 'SIGKILL')
      dying = await start(await newPlace(settings))
    }
    const tasks: Record<string, unknown>[] = []
    for (const id of ids) {
      await hasEnded(id)
      tasks.push(...(await tasksOf(dying, id)))
    }
    const images = await Promise.all(ids.map((id) => living.ask('GET', `/v2/images/${id}`)))
    const filesLeft = async () => (await filesIn(directory)).length
    return { tasks, images: images.map(({ body }) => body), filesLeft }
  }

  test('end every import once, with all of its data', async () => {
    const { tasks, images, filesLeft } = await importWhileKilled({})
    const md5 = createHash('md5').update(data).digest('hex')
    for (const image of images) {
      const whole = { status: 'active', size: data.byteLength, checksum: md5 }
      expect(image).toMatchObject(whole)
      expect(image).not.toHaveProperty('os_glance_import_task')
    }
    for (const task of tasks) expect(task).toMatchObject({ status: 'success', message: '' })
    // Equal bytes are kept once.
    await expect.poll(filesLeft, patience).toBe(1)
  }, 180_000)

  test('keep a project to its bytes, all of which it may use', async () => {
    const limit = String(7 * data.byteLength)
    const { tasks, images, filesLeft } = await importWhileKilled({
      VITRINE_LIMITS__BYTES_PER_PROJECT: limit,
    })
    expect(images.filter(({ status }) => status === 'active')).toHaveLength(7)
    expect(images.filter(({ status }) => status === 'queued')).toHaveLength(11)
    const failures = tasks.filter(({ status }) => status === 'failure')
    expect(failures).toHaveLength(11)
    for (const { message } of failures) expect(message).toContain(`limit of ${limit}`)
    await expect.poll(filesLeft, patience).toBe(1)
  }, 180_000)

  test('set back what the killed one had half uploaded and staged, and take it then', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'vitrine-shared-'))
    onTestFinished(() => rm(directory, { recursive: true }))
    const settings = {
      VITRINE_DATABASE__URL: await freshPostgresDatabase(),
      VITRINE_STORES: JSON.stringify([{ id: 'shared', kind: 'files', directory, default: true }]),
      // What is half there holds its place, and must let go of it.
      VITRINE_LIMITS__UPLOADS_PER_PROJECT: '2',
    }
    const living = await start(await newPlace(settings))
    const dying = await start(await newPlace(settings))
    // Its end never comes.
    const half = (path: string) => {
      const start = (body: ReadableStreamDefaultController) =>
        body.enqueue(Buffer.from('half of it'))
      return put(dying, path, new ReadableStream({ start })).catch(() => undefined)
    }
    const uploaded = await newImage(dying)
    const staged = await newImage(dying)
    const sending = [half(`/v2/images/${uploaded}/file`), half(`/v2/images/${staged}/stage`)]
    await expect.poll(() => statusOf(living, uploaded), patience).toBe('saving')
    await expect.poll(() => statusOf(living, staged), patience).toBe('uploading')
    expect(await put(living, `/v2/images/${await newImage(living)}/file`, 'more')).toBe(413)

    await kill(dying, 'SIGKILL')
    await Promise.all(sending)
    await expect.poll(() => statusOf(living, uploaded), patience).toBe('queued')
    await expect.poll(() => statusOf(living, staged), patience).toBe('queued')
    expect(await put(living, `/v2/images/${uploaded}/file`, 'all of it')).toBe(204)
    expect(await put(living, `/v2/images/${staged}/stage`, 'all of it')).toBe(204)
    const files = async () => (await filesIn(directory)).length
    await expect.poll(files, patience).toBe(2)
  }, 90_000)
})
