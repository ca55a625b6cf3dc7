import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pino } from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { readConfig, startService } from '../src/index.ts'
import { filesIn } from './files-in.ts'
import { createImage, octets, show } from './image-requests.ts'
import { startTestService } from './start-test-service.ts'

test('a service that closes answers what is in flight, and then does not wait for the client', async () => {
  const service = await openService()
  const agent = new Agent({ keepAlive: true })
  onTestFinished(() => agent.destroy())

  const headers = { expect: '100-continue' }
  const path = `${service.url}/identity/v3/auth/tokens`
  const call = request(path, { method: 'POST', agent, headers })
  call.flushHeaders()
  await once(call, 'continue') // so the service has begun with it
  call.write('{"auth": ')

  const closed = service[Symbol.asyncDispose]()
  const answer = answerTo(call)
  call.end('{}}')
  expect((await answer).statusCode).toBe(400)
  await closed
})

test('an upload that does not end in time is broken off: its image is queued, and nothing is kept', async () => {
  const directory = await someDirectory()
  const settings = { VITRINE_DATA__DIRECTORY: directory, VITRINE_HTTP__SHUTDOWN_SECONDS: '1' }
  const first = await startTestService(settings)
  const headers = { ...octets, 'x-auth-token': first.accounts.tokenOf('own') }
  const id = await createImage(first, { name: 'never ends' })
  const call = request(`${first.url}/v2/images/${id}/file`, { method: 'PUT', headers })
  call.on('error', () => undefined)
  call.write('half')
  await expect.poll(async () => (await show(first, id)).status).toBe('saving')
  const startedMs = performance.now()
  await first[Symbol.asyncDispose]()
  expect(performance.now() - startedMs).toBeGreaterThan(900) // it had its second

  expect(statuses(directory)).toEqual({ 'never ends': 'queued' })
  expect(await filesIn(join(directory, 'objects'))).toEqual([])
})

async function someDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'vitrine-closing-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  return directory
}

/** As another reader of the database sees them, by name. */
function statuses(directory: string): Record<string, string> {
  using database = new DatabaseSync(join(directory, 'vitrine.sqlite'), { readOnly: true })
  const rows = database.prepare('select name, status from images').all()
  return Object.fromEntries(rows.map(({ name, status }) => [String(name), String(status)]))
}

async function openService() {
  const directory = await someDirectory()
  const environment = {
    VITRINE_HTTP__PORT: '0',
    VITRINE_DATA__DIRECTORY: directory,
    // Waiting for the client would outlast the test.
    VITRINE_HTTP__SHUTDOWN_SECONDS: '600',
  }
  const { config } = readConfig({ environment })
  return startService(config, { log: pino({ level: 'silent' }), adminPassword: 'secret' })
}

async function answerTo(call: ClientRequest): Promise<IncomingMessage> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) =>
    call.on('response', resolve).on('error', reject),
  )
  return answer.resume()
}
