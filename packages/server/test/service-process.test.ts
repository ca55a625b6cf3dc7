/** The service as a process: killed in mid-upload, and asked to end in mid-download. */
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { type ClientRequest, type IncomingMessage, request } from 'node:http'
import { describePostgres, freshPostgresDatabase } from '@vitrine/conformance/postgres'
import { describe, expect, test } from 'vitest'
import { newPlace, type Running, start } from './start-process.ts'

function describeProcess(name: string, makeSettings: () => Promise<Record<string, string>>): void {
  describe(`the process of the service, ${name}`, () => {
    test('killed in mid-upload, leaves a queued image and no stray file once it starts again', async () => {
      const place = await newPlace(await makeSettings())
      const first = await start(place)
      const half = await createImage(first)
      const whole = await createImage(first)
      const sent = uploadTo(first, whole)
      sent.end('whole')
      await once(sent, 'response')
      const files = await place.dataFiles()

      const upload = uploadTo(first, half)
      upload.write(randomBytes(3_000_000))
      await expect.poll(() => statusOf(first, half)).toBe('saving')
      await expect.poll(() => place.dataFiles()).toHaveLength(files.length + 1)
      first.process.kill('SIGKILL')
      await once(first.process, 'exit')
      expect(await place.dataFiles()).toHaveLength(files.length + 1)

      const second = await start(place)
      await expect.poll(() => statusOf(second, half)).toBe('queued')
      await expect.poll(() => place.dataFiles()).toEqual(files)
      expect(await statusOf(second, whole)).toBe('active')
      expect((await second.ask('GET', `/v2/images/${whole}/file`)).text).toBe('whole')

      const again = uploadTo(second, half)
      again.end('again')
      const [response] = await once(again, 'response')
      expect(response.resume().statusCode).toBe(204)
      expect((await second.ask('GET', `/v2/images/${half}/file`)).text).toBe('again')
    })

    test('asked to end, finishes a download that is under way and ends with 0', async () => {
      const service = await start(await newPlace(await makeSettings()))
      const data = randomBytes(20_000_000)
      const id = await createImage(service)
      const upload = uploadTo(service, id)
      upload.end(data)
      await once(upload, 'response')

      const download = request(`${service.url}/v2/images/${id}/file`, {
        headers: { 'x-auth-token': service.token },
      }).end()
      const [response]: IncomingMessage[] = await once(download, 'response')
      const exited = once(service.process, 'exit')
      service.process.kill('SIGTERM')
      await expect.poll(() => isRefused(service.url)).toBe(true)
      expect(service.process.exitCode).toBeNull()
      const chunks: Buffer[] = []
      for await (const chunk of response ?? []) chunks.push(chunk)
      expect(Buffer.concat(chunks).equals(data)).toBe(true)
      expect(await exited).toEqual([0, null])
    })
  })
}

test('asked to end, tells load balancers at once, and serves who comes until they have noticed', async () => {
  const service = await start(await newPlace({ VITRINE_HTTP__DRAIN_SECONDS: '3600' }))
  expect((await service.ask('GET', '/readyz')).status).toBe(200)
  const exited = once(service.process, 'exit')
  service.process.kill('SIGTERM')
  const ready = async () => {
    const answer = await fetch(`${service.url}/readyz`)
    return [answer.status, await answer.json()]
  }
  const stopping = { status: 'not ready', parts: { service: 'it is stopping' } }
  await expect.poll(ready).toEqual([503, stopping])
  const late = await createImage(service)
  expect(await statusOf(service, late)).toBe('queued')
  expect((await fetch(`${service.url}/healthz`)).status).toBe(200)
  service.process.kill('SIGTERM')
  expect(await exited).toEqual([1, null])
})

test('asked to end, ends with 0 once load balancers had their time', async () => {
  const service = await start(await newPlace({ VITRINE_HTTP__DRAIN_SECONDS: '1' }))
  const exited = once(service.process, 'exit')
  service.process.kill('SIGTERM')
  expect(await exited).toEqual([0, null])
  expect(await isRefused(service.url)).toBe(true)
})

describeProcess('on SQLite', async () => ({}))
describePostgres('with a server', () =>
  describeProcess('on PostgreSQL', async () => ({
    VITRINE_DATABASE__URL: await freshPostgresDatabase(),
  })),
)

async function createImage(service: Running): Promise<string> {
  const body = { disk_format: 'raw', container_format: 'bare' }
  return (await service.ask('POST', '/v2/images', body)).body.id
}

function uploadTo(service: Running, id: string): ClientRequest {
  const headers = { 'x-auth-token': service.token, 'content-type': 'application/octet-stream' }
  const call = request(`${service.url}/v2/images/${id}/file`, { method: 'PUT', headers })
  call.on('error', () => {})
  call.on('response', (response) => response.resume())
  return call
}

async function statusOf(service: Running, id: string): Promise<string> {
  return (await service.ask('GET', `/v2/images/${id}`)).body.status
}

async function isRefused(url: string): Promise<boolean> {
  try {
    await fetch(`${url}/healthcheck`)
    return false
  } catch {
    return true
  }
}
