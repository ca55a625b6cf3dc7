/** The core's dispatch of events to webhooks, on real records. */
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { someImage, someWebhook } from '@vitrine/conformance'
import {
  type Event,
  imageFacts,
  type Records,
  systemClock,
  toEvent,
  type Webhook,
  WebhookDispatch,
  withEvents,
} from '@vitrine/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openings } from './openings.ts'

describe('a dispatch', () => {
  let directory: string
  let opened: ReturnType<typeof openings>
  let records: Records
  let dispatch: WebhookDispatch

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'dispatch-'))
    opened = openings(`sqlite:${join(directory, 'vitrine.sqlite')}`)
    records = (await opened.open()).records
    dispatch = new WebhookDispatch({
      records: withEvents(records, systemClock),
      clock: systemClock,
      write: ({ id }) => id,
      mostWaiting: 3,
    })
  })
  afterEach(async () => {
    await opened.closeAll()
    await rm(directory, { recursive: true })
  })

  async function hook(changes: Partial<Webhook> = {}): Promise<Webhook> {
    const webhook = someWebhook(changes)
    await records.write((transaction) => transaction.saveWebhook(webhook))
    return webhook
  }

  function creation(owner = 'producer'): Event {
    const payload = { image: imageFacts(someImage({ owner })) }
    const by = { id: randomUUID(), at: new Date(), actor: null }
    return toEvent({ type: 'image.create', payload }, by)
  }

  const bodiesFor = async ({ id }: Webhook) => {
    const query = { webhookId: id, after: undefined, limit: 10 }
    return (await records.listDeliveries(query)).map(({ body }) => body).toReversed()
  }

  test('writes one delivery for each webhook that wants the event, however often it is read', async () => {
    const [all, chosen, other, off] = [
      await hook(),
      await hook({ types: ['image.delete'] }),
      await hook({ projectId: 'another' }),
      await hook({ enabled: false }),
    ]
    const events = [creation(), creation()]
    expect(await dispatch.dispatch(events)).toBe(true)
    expect(await dispatch.dispatch(events)).toBe(true)
    expect(await bodiesFor(all)).toEqual(events.map(({ id }) => id))
    for (const one of [chosen, other, off]) expect(await bodiesFor(one)).toEqual([])
    expect(await dispatch.dispatch([creation('nobody listens')])).toBe(false)
  })

  test('switches off a webhook whose receiver lets too many deliveries wait', async () => {
    const webhook = await hook()
    await dispatch.dispatch([creation(), creation()])
    await dispatch.dispatch([creation()])
    expect(await records.findWebhook(webhook.id)).toMatchObject({ enabled: true })
    await dispatch.dispatch([creation()])
    expect(await records.findWebhook(webhook.id)).toMatchObject({
      enabled: false,
      disabledReason: '3 deliveries wait, and that is the most',
    })
    expect(await bodiesFor(webhook)).toHaveLength(3)
  })
})
