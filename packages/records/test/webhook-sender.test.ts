/** The core's sender of webhooks, on real records, to real receivers, at any time of day. */
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { someDelivery, someWebhook } from '@vitrine/conformance'
import { describePostgres, freshPostgresDatabase } from '@vitrine/conformance/postgres'
import {
  type Records,
  type Webhook,
  type WebhookDelivery,
  WebhookSender,
  withEvents,
} from '@vitrine/core'
import { HttpWebhookCarrier } from '@vitrine/web'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openings } from './openings.ts'

const hour = 3_600_000

function describeSender(
  name: string,
  freshUrl: () => Promise<{ url: string; close: () => Promise<void> }>,
  severalProcesses: boolean,
) {
  describe(`a sender on ${name}`, () => {
    let opened: ReturnType<typeof openings>
    let records: Records
    let running: AsyncDisposableStack
    let now: number
    let port: number
    /** What came to the receiver, and what it answers. */
    let came: { path: string; id: string }[]
    let answerTo: (path: string) => number | undefined

    beforeEach(async () => {
      running = new AsyncDisposableStack()
      const fresh = await freshUrl()
      running.defer(fresh.close)
      opened = openings(fresh.url)
      running.defer(() => opened.closeAll())
      records = (await opened.open()).records
      now = Date.parse('2030-01-01T00:00:00.000Z')
      came = []
      answerTo = () => 204
      const server = createServer((request, response) => {
        const path = request.url ?? ''
        came.push({ path, id: String(request.headers['webhook-id']) })
        const status = answerTo(path)
        if (status !== undefined) response.writeHead(status).end()
      })
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      const bound = server.address()
      port = typeof bound === 'object' && bound !== null ? bound.port : 0
      running.defer(() => {
        server.closeAllConnections()
        server.close()
      })
    })
    afterEach(() => running.disposeAsync())

    function send(on: Records = records): WebhookSender {
      const clock = { now: () => new Date(now) }
      return running.use(
        new WebhookSender({
          records: withEvents(on, clock),
          clock,
          carrier: new HttpWebhookCarrier({
            allowedNetworks: ['127.0.0.1'],
            rules: { allowedPorts: [] },
          }),
          onError: (error) => expect.fail(String(error)),
          pauses: { lookMs: 10 },
        }),
      )
    }

    async function hook(path: string): Promise<Webhook> {
      const webhook = someWebhook({ url: `http://127.0.0.1:${port}${path}` })
      await records.write((transaction) => transaction.saveWebhook(webhook))
      return webhook
    }

    async function add({ id }: Webhook, imageId: string): Promise<WebhookDelivery> {
      const at = new Date(now)
      const delivery = someDelivery(id, imageId, { createdAt: at, since: at, dueAt: at })
      await records.write(async (transaction) => {
        await transaction.lockWebhook(id)
        await transaction.insertDelivery(delivery)
      })
      return delivery
    }

    const found = async ({ id }: WebhookDelivery) =>
      (await records.findDelivery(id)) ?? expect.fail()
    const attempts = async (delivery: WebhookDelivery) => (await found(delivery)).attempts

    test('tries ever more seldom, gives up after a day, and goes on with the next', async () => {
      const webhook = await hook('/hook')
      answerTo = () => 500
      const first = await add(webhook, 'a')
      const second = await add(webhook, 'a')
      send()
      const start = now
      const triedAt: number[] = []
      for (let tries = 1; (await found(first)).state === 'waiting'; tries++) {
        await expect.poll(() => attempts(first), { interval: 2 }).toBe(tries)
        triedAt.push((now - start) / 1000)
        now = (await found(first)).dueAt.getTime()
      }
      expect(triedAt.slice(0, 6)).toEqual([0, 10, 20, 40, 80, 160])
      expect(triedAt.at(-1)).toBeGreaterThan(24 * 3600 - 1)
      expect(triedAt.at(-1)).toBeLessThan(27 * 3600)
      expect(triedAt.length).toBeLessThan(30)
      expect(await found(first)).toMatchObject({ state: 'failed', status: 500 })
      // Its own day is over as well, and it is tried all the same.
      await expect.poll(async () => (await found(second)).state).toBe('failed')
      expect(await attempts(second)).toBe(1)
    })

    test('switches off a webhook that took nothing for three days', async () => {
      const webhook = await hook('/hook')
      answerTo = () => 500
      send()
      for (let day = 0; day < 4; day++) {
        await add(webhook, `image ${day}`)
        await expect.poll(() => came.length, { interval: 2 }).toBe(day + 1)
        await expect.poll(async () => (await records.dueWebhooks(due()))?.length).toBe(0)
        await records.forgetDeliveries(new Date(now + 1))
        now += 24 * hour
      }
      expect(await records.findWebhook(webhook.id)).toMatchObject({
        enabled: false,
        disabledReason: 'Nothing could be delivered since 2030-01-01T00:00:00.000Z',
      })
    })
    const due = () => ({ now: new Date(now), failing: true, limit: 10 })

    test('tries all at once when a receiver that was away is back', async () => {
      const webhook = await hook('/hook')
      answerTo = () => 500
      send()
      const waiting = [await add(webhook, 'a'), await add(webhook, 'b')]
      for (const one of waiting) await expect.poll(() => attempts(one)).toBe(1)
      now += hour
      for (const one of waiting) await expect.poll(() => attempts(one)).toBe(2)
      answerTo = () => 204
      const fresh = await add(webhook, 'c')
      for (const one of [fresh, ...waiting]) {
        await expect.poll(async () => (await found(one)).state).toBe('delivered')
      }
    })

    test('serves others while many receivers do not answer', async () => {
      answerTo = (path) => (path === '/well' ? 204 : undefined)
      const away = await Promise.all(Array.from({ length: 31 }, () => hook('/away')))
      for (const one of away) await add(one, 'a')
      const sender = send()
      await expect.poll(() => came.length).toBe(31)
      const well = await hook('/well')
      const deliveries = [await add(well, 'a'), await add(well, 'a'), await add(well, 'b')]
      sender.wake()
      for (const one of deliveries) {
        await expect.poll(async () => (await found(one)).state).toBe('delivered')
      }
    })

    test('that ends in the middle leaves the delivery to the next, with its id', async () => {
      answerTo = () => undefined
      const delivery = await add(await hook('/hook'), 'a')
      const first = send()
      await expect.poll(() => came.length).toBe(1)
      await first[Symbol.asyncDispose]()
      expect(await found(delivery)).toMatchObject({ state: 'waiting', attempts: 0 })
      answerTo = () => 204
      send()
      await expect.poll(async () => (await found(delivery)).state).toBe('delivered')
      expect(came.map(({ id }) => id)).toEqual([delivery.eventId, delivery.eventId])
    })

    if (severalProcesses) {
      test('is one of all processes, and another when that is gone', async () => {
        const other = (await opened.open()).records
        const webhook = await hook('/hook')
        const first = send()
        await expect.poll(() => records.claimConsumer('webhook-sender')).toBe(true)
        send(other)
        const all: WebhookDelivery[] = []
        for (let i = 0; i < 20; i++) all.push(await add(webhook, `${i % 3}`))
        for (const one of all) {
          await expect.poll(async () => (await found(one)).state).toBe('delivered')
        }
        expect(new Set(came.map(({ id }) => id)).size).toBe(came.length)
        await first[Symbol.asyncDispose]()
        const last = await add(webhook, 'a')
        await expect.poll(async () => (await found(last)).state).toBe('delivered')
      })
    }
  })
}

describeSender(
  'SQLite',
  async () => {
    const directory = await mkdtemp(join(tmpdir(), 'webhooks-'))
    const url = `sqlite:${join(directory, 'vitrine.sqlite')}`
    return { url, close: () => rm(directory, { recursive: true }) }
  },
  false,
)

describePostgres('with a server', () => {
  describeSender(
    'PostgreSQL',
    async () => ({ url: await freshPostgresDatabase(), close: async () => {} }),
    true,
  )
})
