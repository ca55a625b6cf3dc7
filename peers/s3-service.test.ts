/** The service with two stores, one in files and one on a real Ceph: the life of an image in both. */
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { type ClientRequest, createServer, type IncomingMessage, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { buffer } from 'node:stream/consumers'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { readConfig, startService } from '../packages/server/src/index.ts'
import { fuzzRanges, hundred } from '../packages/server/test/fuzz-ranges.ts'
import { createImage, octets, show, upload } from '../packages/server/test/image-requests.ts'
import { beginImport, endedTask, imported } from '../packages/server/test/import-requests.ts'
import { startTestService, type TestService } from '../packages/server/test/start-test-service.ts'
import { accessKeyId, type Ceph, describeCeph, secretAccessKey, startCeph } from './ceph.ts'

const data = randomBytes(13_000_000)
const bucketStore = { 'x-image-meta-store': 'bucket' }

let ceph: Ceph

/** For tests in which it does not answer. One that works may be slow: others share its machine. */
const haste = { timeout_seconds: 3 }

/** @param more settings of the store, such as another `endpoint`. */
async function place(more: { readonly endpoint?: string; readonly timeout_seconds?: number } = {}) {
  const { prefix, endpoint, bucket } = ceph.newPlace()
  const directory = await mkdtemp(join(tmpdir(), 'vitrine-s3-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  const stores = [
    { id: 'disk', kind: 'files', directory: join(directory, 'disk'), default: true },
    { id: 'bucket', kind: 's3', endpoint, bucket, prefix, ...more },
  ]
  const environment = {
    VITRINE_DATA__DIRECTORY: directory,
    VITRINE_HTTP__PORT: '0',
    VITRINE_STORES: JSON.stringify(stores),
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  }
  return { prefix, environment }
}

/** One that has not ended. The test client fails at any 5xx; here one is expected. */
function beginUpload(service: TestService, id: string): ClientRequest {
  return request(`${service.url}/v2/images/${id}/file`, {
    method: 'PUT',
    headers: { ...octets, ...bucketStore, 'x-auth-token': service.accounts.tokenOf('own') },
  })
}

async function download(service: TestService, id: string, headers: Record<string, string> = {}) {
  const answer = await fetch(`${service.url}/v2/images/${id}/file`, {
    headers: { 'x-auth-token': service.accounts.tokenOf('own'), ...headers },
  })
  return { status: answer.status, bytes: Buffer.from(await answer.arrayBuffer()) }
}

describeCeph('a service with a store on Ceph', () => {
  beforeAll(async () => {
    ceph = await startCeph()
  })
  afterAll(() => ceph[Symbol.asyncDispose]())

  test('takes data into it, copies it out and in, gives parts of it, and deletes it', async () => {
    const { prefix, environment } = await place()
    await using service = await startTestService(environment)
    const id = await createImage(service)
    expect((await upload(service, id, data, bucketStore)).status).toBe(204)
    expect(await show(service, id)).toMatchObject({
      status: 'active',
      stores: 'bucket',
      size: data.byteLength,
      checksum: createHash('md5').update(data).digest('hex'),
    })
    expect(await service.dataFiles()).toEqual([])
    expect(await ceph.objects(prefix)).toHaveLength(1)

    const whole = await download(service, id)
    expect(whole.bytes.equals(data)).toBe(true)
    const part = await download(service, id, { range: 'bytes=12999990-' })
    expect([part.status, part.bytes.equals(data.subarray(-10))]).toEqual([206, true])

    await beginImport(service, id, 'copy-image', { stores: ['disk'] }, { as: 'adm' })
    expect((await imported(service, id)).stores.split(',').toSorted()).toEqual(['bucket', 'disk'])
    const removed = await service.ask('DELETE', `/v2/stores/bucket/${id}`, { as: 'adm' })
    expect(removed.status, removed.text).toBe(204)
    await expect.poll(() => ceph.objects(prefix)).toEqual([])
    expect((await download(service, id)).bytes.equals(data)).toBe(true)

    await beginImport(service, id, 'copy-image', { stores: ['bucket'] }, { as: 'adm' })
    await imported(service, id)
    expect(await ceph.objects(prefix)).toHaveLength(1)
    expect((await service.ask('DELETE', `/v2/images/${id}`)).status).toBe(204)
    await expect.poll(() => ceph.objects(prefix)).toEqual([])
    await expect.poll(() => service.dataFiles()).toEqual([])
    expect(service.complaints).toEqual([])
  })

  test('gives of any range the part that it names, or refuses', async () => {
    const { environment } = await place()
    await using service = await startTestService(environment)
    const id = await createImage(service)
    expect((await upload(service, id, hundred, bucketStore)).status).toBe(204)
    const path = `/v2/images/${id}/file`
    await fuzzRanges(hundred, (range) => service.ask('GET', path, { headers: { range } }), 60)
    expect(service.complaints).toEqual([])
  })

  test('keeps nothing of an upload whose client hangs up', async () => {
    const { prefix, environment } = await place()
    await using service = await startTestService(environment)
    const id = await createImage(service)
    const call = beginUpload(service, id)
    call.on('error', () => undefined)
    call.write(data)
    await expect.poll(() => ceph.unfinished(prefix)).toHaveLength(1)
    call.destroy()
    await expect.poll(async () => (await show(service, id)).status).toBe('queued')
    await expect.poll(() => ceph.unfinished(prefix)).toEqual([])
    await expect.poll(() => ceph.objects(prefix)).toEqual([])
  })

  test('answers 503 when its gateway is stuck in mid-upload, and goes on without it', async () => {
    const { prefix, environment } = await place(haste)
    const service = await startTestService(environment)
    const id = await createImage(service)
    const call = beginUpload(service, id)
    call.write(data)
    await expect.poll(() => ceph.unfinished(prefix)).toHaveLength(1)
    await ceph.stall()
    try {
      const answered = once(call, 'response')
      call.write(data)
      call.end(data)
      const [response] = await answered
      expect(response.statusCode).toBe(503)
      response.resume()
      expect(await show(service, id)).toMatchObject({ status: 'queued', size: null })

      expect((await upload(service, id, 'elsewhere')).status).toBe(204)
      await beginImport(service, id, 'copy-image', { stores: ['bucket'] }, { as: 'adm' })
      expect((await endedTask(service, id, 'adm')).status).toBe('failure')
      expect(await show(service, id)).toMatchObject({ status: 'active', stores: 'disk' })
    } finally {
      await ceph.resume()
    }
    const told = service.complaints.join('\n')
    expect(told).toContain('does not answer')
    expect(told).not.toContain(secretAccessKey)

    // What it could not delete meanwhile is deleted by the next start.
    await service[Symbol.asyncDispose]()
    const log = pino({ level: 'silent' })
    await using _again = await startService(readConfig({ environment }).config, { log })
    expect(await ceph.unfinished(prefix)).toEqual([])
    await expect.poll(() => ceph.objects(prefix)).toEqual([])
  })

  test('deletes once more what comes late of a write that was given up and deleted', async () => {
    await using gateway = await startLateGateway(ceph.newPlace().endpoint)
    const { prefix, environment } = await place({ ...haste, endpoint: gateway.url })
    const database = join(environment.VITRINE_DATA__DIRECTORY, 'vitrine.sqlite')
    const service = await startTestService(environment)
    const id = await createImage(service)
    const call = beginUpload(service, id).end('data')
    const [response] = await once(call, 'response')
    expect(response.resume().statusCode).toBe(503)
    expect(await show(service, id)).toMatchObject({ status: 'queued', size: null })
    await expect.poll(() => dueLater(database)).toBe(1)

    // Nobody waits for it any more; Ceph takes it all the same.
    gateway.passWritesOn()
    await expect.poll(() => ceph.objects(prefix)).toHaveLength(1)
    await service[Symbol.asyncDispose]()
    const log = pino({ level: 'silent' })
    const start = () => startService(readConfig({ environment }).config, { log })
    await (await start())[Symbol.asyncDispose]()
    expect([await ceph.objects(prefix), dueLater(database)]).toEqual([[expect.any(String)], 1])

    passTime(database)
    await (await start())[Symbol.asyncDispose]()
    expect([await ceph.objects(prefix), dueLater(database)]).toEqual([[], 0])
  })
})

/** Keeps what is written until it is told to pass it on, though whoever wrote it has left. */
async function startLateGateway(endpoint: string) {
  const passing = Promise.withResolvers<void>()
  const server = createServer(async (asked, answer) => {
    const body = await buffer(asked)
    if (asked.method === 'PUT') await passing.promise
    const { method, headers, url } = asked
    const passed = request(endpoint + url, { method, headers }).end(body)
    const [response]: IncomingMessage[] = await once(passed, 'response')
    answer.writeHead(response?.statusCode ?? 502, response?.headers)
    response?.pipe(answer)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const bound = server.address()
  return {
    url: `http://127.0.0.1:${typeof bound === 'object' ? bound?.port : bound}`,
    passWritesOn: passing.resolve,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** How many objects are to be deleted at a later time. */
function dueLater(path: string): number {
  using database = new DatabaseSync(path, { readOnly: true })
  const row = database
    .prepare('select count(*) as count from loose_objects where due_at > ?')
    .get(Date.now())
  return Number(row?.count)
}

/** As if that time had come. */
function passTime(path: string): void {
  using database = new DatabaseSync(path)
  database.exec('update loose_objects set due_at = 0')
}
