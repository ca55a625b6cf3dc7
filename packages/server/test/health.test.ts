/** /healthz and /readyz: who is asked whether the service should be restarted, or sent requests. */
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { describePostgres, freshPostgresDatabase } from '@vitrine/conformance/postgres'
import { UnavailableError } from '@vitrine/core'
import { describe, expect, test } from 'vitest'
import { Readiness } from '../src/operations/readiness.ts'
import { activeImage } from './image-requests.ts'
import { newPlace } from './start-process.ts'
import { describeOnBothDatabases, startTestService } from './start-test-service.ts'

describeOnBothDatabases('a service that is well', {}, (service) => {
  test('says so to everyone, also to HEAD', async () => {
    const get = (path: string, method = 'GET') =>
      service().ask(method, path, { headers: { 'x-auth-token': '' } })
    expect(await get('/healthz')).toMatchObject({ status: 200, text: 'ok\n' })
    const ready = await get('/readyz')
    expect(ready).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } })
    expect(ready.body).toEqual({
      status: 'ready',
      parts: { database: 'ok', 'store files': 'ok' },
    })
    expect(await get('/readyz', 'HEAD')).toMatchObject({ status: 200, text: '' })
    expect(await get('/healthz', 'HEAD')).toMatchObject({ status: 200, text: '' })
  })
})

test('/readyz names the store whose directory is gone, and what is well', async () => {
  const place = await newPlace({})
  const directory = place.settings.VITRINE_DATA__DIRECTORY ?? ''
  const stores = [
    { id: 'fast', kind: 'files', directory: join(directory, 'fast') },
    { id: 'slow', kind: 'files', directory: join(directory, 'slow') },
    { id: 'web', kind: 'http' },
  ]
  await using service = await startTestService({ VITRINE_STORES: JSON.stringify(stores) })
  await activeImage(service, 'data')
  expect((await service.ask('GET', '/readyz')).body.parts).toEqual({
    database: 'ok',
    'store fast': 'ok',
    'store slow': 'ok',
  })
  await rm(join(directory, 'fast'), { recursive: true })
  // An answer counts for a second.
  await expect
    .poll(() => readiness(service.url))
    .toEqual([
      503,
      {
        status: 'not ready',
        parts: {
          database: 'ok',
          'store fast': 'Cannot use the directory of the image store: it is gone',
          'store slow': 'ok',
        },
      },
    ])
  expect(service.complaints).toHaveLength(1)
  expect((await service.ask('GET', '/healthz')).status).toBe(200)
})

describePostgres('a service whose PostgreSQL goes away', () => {
  test('is not ready until it is back, says so to all who ask, and tells nobody where it is', async () => {
    const url = new URL(await freshPostgresDatabase())
    await using database = await cable(Number(url.port))
    url.host = `127.0.0.1:${database.port}`
    await using service = await startTestService({ VITRINE_DATABASE__URL: url.href })
    expect(await readiness(service.url)).toMatchObject([200, { parts: { database: 'ok' } }])
    database.cut()
    await expect.poll(async () => (await readiness(service.url))[0]).toBe(503)
    const [, body] = await readiness(service.url)
    expect(body).toMatchObject({ status: 'not ready', parts: { 'store files': 'ok' } })
    expect(JSON.stringify(body)).not.toContain(String(database.port))
    const headers = { 'x-auth-token': service.accounts.tokenOf('own') }
    const list = await fetch(`${service.url}/v2/images`, { headers })
    expect(list.status).toBe(503)
    const told = await list.text()
    expect(told).toContain('Cannot use the database: it cannot be reached')
    expect(told).not.toContain(String(database.port))
    database.mend()
    await expect.poll(async () => (await readiness(service.url))[0]).toBe(200)
    expect((await service.ask('GET', '/v2/images')).status).toBe(200)
  })
})

describe('Readiness', () => {
  test('does not wait for a part that never answers, nor asks it again meanwhile', async () => {
    let asked = 0
    const told: string[] = []
    const never = () => {
      asked += 1
      return new Promise<void>(() => {})
    }
    const readiness = new Readiness(
      { stuck: never, well: async () => {} },
      { tell: (name) => told.push(name), patienceMs: 20 },
    )
    const parts = { stuck: 'it does not answer within 20 ms', well: 'ok' }
    const answers = await Promise.all([readiness.ask(), readiness.ask()])
    expect(answers).toEqual([
      { ready: false, parts },
      { ready: false, parts },
    ])
    expect([asked, told]).toEqual([1, []])
  })

  test('tells a refusal in its own words, and of anything else only that it happened', async () => {
    const told: unknown[] = []
    const secret = new Error('connect to postgres://vitrine:secret@db failed')
    const readiness = new Readiness(
      {
        store: async () => {
          throw new UnavailableError('Cannot reach the S3 store: it does not answer')
        },
        database: async () => {
          throw secret
        },
      },
      { tell: (...words) => told.push(words) },
    )
    expect(await readiness.ask()).toEqual({
      ready: false,
      parts: {
        store: 'Cannot reach the S3 store: it does not answer',
        database: 'Failed for an unexpected reason',
      },
    })
    expect(told).toContainEqual(['database', secret])
  })

  test('is over when the service stops', async () => {
    const readiness = new Readiness({}, { tell: () => {} })
    expect(await readiness.ask()).toEqual({ ready: true, parts: {} })
    readiness.stop()
    expect(await readiness.ask()).toEqual({ ready: false, parts: { service: 'it is stopping' } })
  })
})

async function readiness(url: string): Promise<[number, unknown]> {
  const answer = await fetch(`${url}/readyz`)
  return [answer.status, await answer.json()]
}

/** A way to a port that can be cut and mended. */
async function cable(port: number) {
  const open = new Set<Socket>()
  let isCut = false
  const server = createServer((near) => {
    if (isCut) return near.destroy()
    const far = connect(port, '127.0.0.1')
    for (const end of [near, far]) {
      open.add(end)
      end.on('error', () => {})
      end.on('close', () => {
        open.delete(end)
        near.destroy()
        far.destroy()
      })
    }
    near.pipe(far).pipe(near)
    return
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' ? address?.port : undefined,
    cut: () => {
      isCut = true
      for (const end of open) end.destroy()
    },
    mend: () => {
      isCut = false
    },
    [Symbol.asyncDispose]: async () => {
      for (const end of open) end.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
