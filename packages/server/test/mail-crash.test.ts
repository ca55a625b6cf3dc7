/** Processes and mail servers that are killed at any point: what was answered is mailed, under one id. */
import { once } from 'node:events'
import { freePort } from '@vitrine/conformance/free-port'
import { describePostgres, freshPostgresDatabase } from '@vitrine/conformance/postgres'
import { expect, onTestFinished, test } from 'vitest'
import { type MailServer, type ReceivedMail, startMailServer } from './mail-server.ts'
import { newPlace, type Place, type Running, start } from './start-process.ts'

const patience = { timeout: 30_000, interval: 50 }

async function place(server: MailServer, more: Record<string, string> = {}): Promise<Place> {
  return newPlace({
    VITRINE_MAIL__URL: server.url,
    VITRINE_SHARING__REQUESTS_PER_NETWORK_PER_DAY: '1000',
    ...more,
  })
}

/** Where an image of the admin can be asked for. */
async function publish(service: Running): Promise<string> {
  const { body: projects } = await service.ask('GET', '/identity/v3/projects')
  const publisher = { name: 'Acme' }
  await service.ask('PUT', `/sharing/v1/publishers/${projects.projects[0].id}`, publisher)
  const fields = { disk_format: 'raw', container_format: 'bare' }
  const { body: image } = await service.ask('POST', '/v2/images', fields)
  await fetch(`${service.url}/v2/images/${image.id}/file`, {
    method: 'PUT',
    headers: { 'x-auth-token': service.token, 'content-type': 'application/octet-stream' },
    body: 'data',
  })
  const listing = { title: 'x', description: 'x', os: 'Debian', architecture: 'x86_64' }
  const answer = await service.ask('PUT', `/sharing/v1/images/${image.id}/listing`, listing)
  expect(answer.status, answer.text).toBe(200)
  return `/gallery/images/${image.id}/requests`
}

/** @returns whether the service said that it was taken. */
async function request(url: string, email: string): Promise<boolean> {
  const body = new URLSearchParams({ project_id: 'p', email })
  return fetch(url, { method: 'POST', body }).then(
    ({ status }) => status === 200,
    () => false,
  )
}

/** Asks again and again; somewhere in between, `strike` falls. @returns the addresses that were taken. */
async function askDuring(url: string, strike: () => Promise<unknown>): Promise<readonly string[]> {
  const taken: string[] = []
  let struck: Promise<unknown> | undefined
  for (let i = 0; i < 40; i++) {
    if (i === 12) struck = strike()
    const email = `${i}@crash.example`
    if (await request(url, email)) taken.push(email)
    else break
  }
  await struck
  return taken
}

/** Whatever was sent twice says so by its id. */
function expectOneIdEach(mails: readonly ReceivedMail[]): void {
  const ids = new Map<string, string>()
  for (const { to, headers } of mails) {
    const [address = ''] = to
    const id = headers.get('message-id') ?? ''
    expect(ids.get(address) ?? id).toBe(id)
    ids.set(address, id)
  }
  expect(new Set(ids.values()).size).toBe(ids.size)
}

test('a process and the mail server are killed together, and both come back', async () => {
  // Its own while nobody listens there.
  const port = await freePort()
  const before = await startMailServer(port)
  const settings = await place(before)
  const first = await start(settings)
  const path = await publish(first)
  const taken = await askDuring(`${first.url}${path}`, async () => {
    const gone = once(first.process, 'exit')
    first.process.kill('SIGKILL')
    await Promise.all([gone, before[Symbol.asyncDispose]()])
  })
  expect(taken.length).toBeGreaterThanOrEqual(12)
  const after = await startMailServer(port)
  onTestFinished(() => after[Symbol.asyncDispose]())
  await start(settings)
  const mails = () => [...before.received, ...after.received]
  const addresses = () => mails().flatMap(({ to }) => to)
  await expect.poll(addresses, patience).toEqual(expect.arrayContaining([...taken]))
  expectOneIdEach(mails())
}, 60_000)

describePostgres('with a server', () => {
  test('one of two processes is killed, and the other goes on with its mail', async () => {
    const server = await startMailServer()
    onTestFinished(() => server[Symbol.asyncDispose]())
    const database = { VITRINE_DATABASE__URL: await freshPostgresDatabase() }
    const first = await start(await place(server, database))
    const path = await publish(first)
    await start(await place(server, database))
    const taken = await askDuring(`${first.url}${path}`, async () => {
      first.process.kill('SIGKILL')
    })
    expect(taken.length).toBeGreaterThanOrEqual(12)
    const addresses = () => server.received.flatMap(({ to }) => to)
    await expect.poll(addresses, patience).toEqual(expect.arrayContaining([...taken]))
    expectOneIdEach(server.received)
  }, 60_000)
})
