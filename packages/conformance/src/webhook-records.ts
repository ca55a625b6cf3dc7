/** Every promise `Records` makes of webhooks, as tests: in order per image, and never stuck. */
import { randomUUID } from 'node:crypto'
import type { Records, RecordsTransaction, Webhook, WebhookDelivery } from '@vitrine/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { RecordsHarness } from './records.ts'

const at = new Date('2030-01-01T00:00:00.000Z')
const plus = (seconds: number) => new Date(at.getTime() + seconds * 1000)

export function someWebhook(changes: Partial<Webhook> = {}): Webhook {
  return {
    id: randomUUID(),
    projectId: 'producer',
    url: 'https://receiver.example/hook',
    description: '',
    types: null,
    secret: 'whsec_c2VjcmV0',
    oldSecret: null,
    enabled: true,
    disabledReason: '',
    failingSince: null,
    createdAt: at,
    updatedAt: at,
    ...changes,
  }
}

export function someDelivery(
  webhookId: string,
  imageId: string,
  changes: Partial<WebhookDelivery> = {},
): WebhookDelivery {
  return {
    id: randomUUID(),
    webhookId,
    eventId: randomUUID(),
    type: 'image.update',
    imageId,
    body: '{}',
    state: 'waiting',
    attempts: 0,
    status: null,
    failure: '',
    answer: '',
    durationMs: null,
    createdAt: at,
    since: at,
    attemptedAt: null,
    dueAt: at,
    ...changes,
  }
}

/** Call it once per adapter, from the adapter's own test file. */
export function describeWebhookRecords(
  name: string,
  makeHarness: () => Promise<RecordsHarness>,
): void {
  describe(`${name} keeps the promises of Records about webhooks`, () => {
    let harness: RecordsHarness
    let records: Records

    beforeEach(async () => {
      harness = await makeHarness()
      records = (await harness.open()).records
    })
    afterEach(() => harness.close())

    async function saved(changes: Partial<Webhook> = {}): Promise<Webhook> {
      const webhook = someWebhook(changes)
      await records.write((transaction) => transaction.saveWebhook(webhook))
      return webhook
    }

    /** Under the lock that the port asks for. */
    const change = (id: string, work: (transaction: RecordsTransaction) => Promise<void>) =>
      records.write(async (transaction) => {
        await transaction.lockWebhook(id)
        await work(transaction)
      })

    async function inserted(
      webhook: Webhook,
      imageId: string,
      changes: Partial<WebhookDelivery> = {},
    ) {
      const delivery = someDelivery(webhook.id, imageId, changes)
      await change(webhook.id, (transaction) => transaction.insertDelivery(delivery))
      return delivery
    }

    const end = (delivery: WebhookDelivery, state: 'delivered' | 'failed' = 'delivered') =>
      change(delivery.webhookId, (transaction) => transaction.saveDelivery({ ...delivery, state }))
    const stateOf = async ({ id }: WebhookDelivery) => (await records.findDelivery(id))?.state
    const dueOf = async ({ id }: Webhook, now = at) =>
      (await records.dueDeliveries(id, now, 10)).map((delivery) => delivery.id)
    const dueHooks = async (now = at, failing = false) =>
      (await records.dueWebhooks({ now, failing, limit: 10 })).map((webhook) => webhook.id)

    test('keeps all of a webhook, in place of what was kept before, and lists a project’s own', async () => {
      const first = await saved({ types: ['image.create'], description: 'ours' })
      const second = await saved({ createdAt: plus(1) })
      await saved({ projectId: 'another' })
      const changed: Webhook = {
        ...first,
        oldSecret: { secret: 'whsec_b2xk', until: plus(9) },
        enabled: false,
        disabledReason: 'it fails',
        failingSince: plus(1),
        updatedAt: plus(2),
      }
      await records.write((transaction) => transaction.saveWebhook(changed))
      expect(await records.listWebhooks('producer')).toEqual([changed, second])
      expect(await records.findWebhook(first.id)).toEqual(changed)
      expect(await records.webhooksOf(['producer', 'nobody'])).toEqual([second])
      expect(await records.webhooksOf([])).toEqual([])
    })

    test('has one delivery of an image wait at a time, the others behind it, in order', async () => {
      const webhook = await saved()
      const [a1, a2, b1, a3] = [
        await inserted(webhook, 'a'),
        await inserted(webhook, 'a'),
        await inserted(webhook, 'b'),
        await inserted(webhook, 'a'),
      ]
      expect(await dueOf(webhook)).toEqual([a1.id, b1.id])
      expect(await stateOf(a2)).toBe('queued')
      expect(await records.countUnended(webhook.id, 10)).toBe(4)
      expect(await records.countUnended(webhook.id, 3)).toBe(3)
      await end(a1, 'failed')
      expect(await records.countUnended(webhook.id, 10)).toBe(3)
      expect(await dueOf(webhook)).toEqual([a2.id, b1.id])
      await end(a2)
      expect(await dueOf(webhook)).toEqual([b1.id, a3.id])
      await end(a3)
      await end(b1)
      expect(await dueOf(webhook)).toEqual([])
      const next = await inserted(webhook, 'a')
      expect(await dueOf(webhook)).toEqual([next.id])
    })

    test('has a delivery once, whatever became of it', async () => {
      const webhook = await saved()
      const delivery = await inserted(webhook, 'a')
      await end(delivery)
      await change(webhook.id, (transaction) => transaction.insertDelivery(delivery))
      expect(await stateOf(delivery)).toBe('delivered')
      expect(await dueOf(webhook)).toEqual([])
    })

    test('is never stuck when the first of an image ends while the next is added', async () => {
      const webhook = await saved()
      let first = await inserted(webhook, 'a')
      for (let round = 0; round < 15; round++) {
        const [next] = await Promise.all([inserted(webhook, 'a'), end(first)])
        expect(await dueOf(webhook)).toEqual([next.id])
        first = next
      }
    })

    test('finds the webhooks with something due, and only those', async () => {
      const [idle, soon, later, off, failing] = [
        await saved(),
        await saved(),
        await saved(),
        await saved(),
        await saved({ failingSince: at }),
      ]
      await end(await inserted(idle, 'a'))
      const retried = await inserted(soon, 'a', { dueAt: plus(5) })
      await inserted(soon, 'b', { dueAt: plus(60) })
      await inserted(later, 'a', { dueAt: plus(9) })
      await inserted(off, 'a')
      await records.write((transaction) => transaction.saveWebhook({ ...off, enabled: false }))
      await inserted(failing, 'a')
      expect(await dueHooks(plus(4))).toEqual([])
      expect(await dueHooks(plus(5))).toEqual([soon.id])
      expect(await dueHooks(plus(10))).toEqual([soon.id, later.id])
      expect(await dueHooks(plus(10), true)).toEqual([failing.id])
      await change(soon.id, (transaction) =>
        transaction.saveDelivery({ ...retried, dueAt: plus(30) }),
      )
      expect(await dueHooks(plus(10))).toEqual([later.id])
      await records.write((transaction) => transaction.saveWebhook(off))
      expect(await dueHooks(plus(10))).toEqual([off.id, later.id])
    })

    test('keeps how far a delivery has come, and gives it back whole', async () => {
      const webhook = await saved()
      const delivery = await inserted(webhook, 'a', { body: '{"a":"ü"}' })
      const tried: WebhookDelivery = {
        ...delivery,
        attempts: 3,
        status: 503,
        failure: 'busy',
        answer: 'try later',
        durationMs: 12,
        attemptedAt: plus(1),
        dueAt: plus(2),
      }
      await change(webhook.id, (transaction) => transaction.saveDelivery(tried))
      expect(await records.findDelivery(delivery.id)).toEqual(tried)
      await change(webhook.id, (transaction) => transaction.hastenDeliveries(webhook.id, plus(1)))
      expect(await records.findDelivery(delivery.id)).toEqual({ ...tried, dueAt: plus(1) })
      expect(await dueHooks(plus(1))).toEqual([webhook.id])
    })

    test('revives one that has ended in its image’s turn', async () => {
      const webhook = await saved()
      const first = await inserted(webhook, 'a')
      await end(first, 'failed')
      const second = await inserted(webhook, 'a')
      await change(webhook.id, (transaction) => transaction.reviveDelivery(first))
      expect(await stateOf(first)).toBe('queued')
      await end(second)
      expect(await dueOf(webhook)).toEqual([first.id])
      await end(first)
      await change(webhook.id, (transaction) => transaction.reviveDelivery(first))
      expect(await dueOf(webhook)).toEqual([first.id])
    })

    test('lists deliveries newest first, page by page, and by state', async () => {
      const webhook = await saved()
      const all: WebhookDelivery[] = []
      for (let i = 0; i < 5; i++) all.unshift(await inserted(webhook, `${i}`))
      const [e, d, c, b] = all.map(({ id }) => id)
      await end(all[1] ?? expect.fail())
      const query = { webhookId: webhook.id, limit: 2 }
      const first = await records.listDeliveries({ ...query, after: undefined })
      expect(first.map(({ id }) => id)).toEqual([e, d])
      const second = await records.listDeliveries({ ...query, after: first.at(-1)?.id })
      expect(second.map(({ id }) => id)).toEqual([c, b])
      const done = await records.listDeliveries({ ...query, state: 'delivered', after: undefined })
      expect(done.map(({ id }) => id)).toEqual([d])
    })

    test('forgets old deliveries, and lets those behind them go on', async () => {
      const webhook = await saved()
      await inserted(webhook, 'a')
      const younger = await inserted(webhook, 'a', { since: plus(10) })
      await end(await inserted(webhook, 'b'))
      expect(await records.forgetDeliveries(plus(5))).toBe(2)
      expect(await dueOf(webhook)).toEqual([younger.id])
      expect(await dueHooks()).toEqual([webhook.id])
      expect(await records.forgetDeliveries(plus(5))).toBe(0)
    })

    test('deletes a webhook with its deliveries', async () => {
      const webhook = await saved()
      const delivery = await inserted(webhook, 'a')
      await change(webhook.id, (transaction) => transaction.deleteWebhook(webhook.id))
      expect(await records.findWebhook(webhook.id)).toBeUndefined()
      expect(await records.findDelivery(delivery.id)).toBeUndefined()
      const locked = await records.write((transaction) => transaction.lockWebhook(webhook.id))
      expect(locked).toBeUndefined()
    })
  })
}
