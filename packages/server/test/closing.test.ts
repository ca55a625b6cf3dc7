import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { readConfig, startService } from '../src/index.ts'

test('a service that closes answers what is in flight, and then does not wait for the client', async () => {
  const service = await openService()
  const agent = new Agent({ keepAlive: true })
  onTestFinished(() => agent.destroy())

  const call = request(`${service.url}/identity/v3/auth/tokens`, { method: 'POST', agent })
  call.write('{"auth": ')
  await once(call, 'socket')
  await once(request(`${service.url}/healthcheck`).end(), 'response') // so the first has arrived, too

  const startedMs = performance.now()
  const closed = service[Symbol.asyncDispose]()
  const answer = answerTo(call)
  call.end('{}}')
  expect((await answer).statusCode).toBe(400)
  await closed
  expect(performance.now() - startedMs).toBeLessThan(5_000)
})

async function openService() {
  const directory = await mkdtemp(join(tmpdir(), 'vitrine-closing-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  const environment = { VITRINE_HTTP__PORT: '0', VITRINE_DATA__DIRECTORY: directory }
  const { config } = readConfig({ environment })
  return startService(config, { log: pino({ level: 'silent' }), adminPassword: 'secret' })
}

async function answerTo(call: ClientRequest): Promise<IncomingMessage> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) =>
    call.on('response', resolve).on('error', reject),
  )
  return answer.resume()
}
