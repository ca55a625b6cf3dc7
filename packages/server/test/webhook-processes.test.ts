/** Processes and receivers that are killed at any point: no event is lost, and each keeps its id. */
import { once } from 'node:events'
import { freePort } from '@vitrine/conformance/free-port'
import { describePostgres, freshPostgresDatabase } from '@vitrine/conformance/postgres'
import { expect, onTestFinished, test } from 'vitest'
import { readStream } from './event-stream.ts'
import { newPlace, type Running, start } from './start-process.ts'
import { type Received, receiverSettings, startReceiver } from './webhook-receiver.ts'

async function kill({ process }: Running): Promise<void> {
  process.kill('SIGKILL')
  await once(process, 'exit')
}

async function ask(service: Running, method: string, path: string, body?: unknown) {
  const answer = await service.ask(method, path, body)
  expect(answer.status, answer.text).toBeLessThan(300)
  return answer.body
}

async function createImages(service: Running, count: number): Promise<string[]> {
  const ids: string[] = []
  for (let i = 0; i < count; i++) {
    const { id } = await ask(service, 'POST', '/v2/images', { name: `${i}` })
    await ask(service, 'PUT', `/v2/images/${id}/tags/one`)
    await ask(service, 'DELETE', `/v2/images/${id}`)
    ids.push(id)
  }
  return ids
}

const life = ['image.create', 'image.update', 'image.delete']

/** What of the image was taken, each once, in the order in which it was taken first. */
function taken(received: readonly Received[], imageId: string): string[] {
  const own = received.filter(({ event, status }) => event.subject === imageId && status === 204)
  return [...new Map(own.map(({ event }) => [event.id, event.type])).values()]
}

/** The ids as a reader of the feed sees them, told by any process. */
async function idsInFeed(service: Running): Promise<string[]> {
  const { events } = await ask(service, 'GET', '/sharing/v1/events?after=oldest&limit=1000')
  return events.map(({ id }: { id: string }) => id)
}

/** The ids that a stream of this process tells, in a list that grows. */
async function listen({ url, token }: Running): Promise<readonly string[]> {
  const closing = new AbortController()
  onTestFinished(() => closing.abort())
  const answer = await fetch(`${url}/sharing/v1/events?after=oldest`, {
    headers: { 'x-auth-token': token, accept: 'text/event-stream' },
    signal: closing.signal,
  })
  const ids: string[] = []
  const collect = async () => {
    for await (const { data } of readStream(answer)) {
      if (data !== '') ids.push(JSON.parse(data).id)
    }
  }
  collect().catch(() => {}) // at the end of the test
  return ids
}

test('a process and a receiver that are killed lose nothing, on SQLite', async () => {
  const place = await newPlace(receiverSettings)
  const first = await start(place)
  // Its own while nobody listens there.
  const port = await freePort()
  let receiver = await startReceiver(port)
  await ask(first, 'POST', '/sharing/v1/webhooks', { url: receiver.url })
  receiver.answer = () => 503
  const early = await createImages(first, 3)
  await expect.poll(() => receiver.received.length).toBeGreaterThan(0)
  const refused = receiver.received.map(({ event }) => event.id)
  await receiver[Symbol.asyncDispose]()
  const late = await createImages(first, 3)
  const ids = await idsInFeed(first)
  await kill(first)

  receiver = await startReceiver(port)
  onTestFinished(() => receiver[Symbol.asyncDispose]())
  const second = await start(place)
  for (const id of [...early, ...late]) {
    await expect.poll(() => taken(receiver.received, id), { timeout: 20_000 }).toEqual(life)
  }
  const heard = new Set(receiver.received.map(({ event }) => event.id))
  expect(refused.filter((id) => !heard.has(id))).toEqual([])
  expect([...heard].toSorted()).toEqual(ids.toSorted())
  expect(await idsInFeed(second)).toEqual(ids)
}, 60_000)

describePostgres('with a server', () => {
  test('a process that is killed hands over to another, which loses nothing', async () => {
    const place = await newPlace({
      ...receiverSettings,
      VITRINE_DATABASE__URL: await freshPostgresDatabase(),
    })
    const receiver = await startReceiver()
    onTestFinished(() => receiver[Symbol.asyncDispose]())
    const first = await start(place)
    const second = await start(place)
    await ask(first, 'POST', '/sharing/v1/webhooks', { url: receiver.url })
    const streamed = await listen(second)
    const [here, there] = await Promise.all([createImages(first, 5), createImages(second, 5)])
    await kill(first)
    const after = await createImages(second, 3)
    for (const id of [...here, ...there, ...after]) {
      await expect.poll(() => taken(receiver.received, id), { timeout: 20_000 }).toEqual(life)
    }
    const heard = new Set(receiver.received.map(({ event }) => event.id))
    const ids = await idsInFeed(second)
    expect([...heard].toSorted()).toEqual(ids.toSorted())
    await expect.poll(() => streamed).toEqual(ids)
  }, 60_000)
})
