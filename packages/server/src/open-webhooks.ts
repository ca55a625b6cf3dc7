/** Webhooks at work: deliveries written from the events, and sent. */
import {
  EventConsumer,
  type RecordsWithEvents,
  systemClock,
  type WebhookCarrier,
  WebhookDispatch,
  WebhookSender,
  Webhooks,
} from '@vitrine/core'
import type { FastifyBaseLogger } from 'fastify'
import { toCloudEvent } from './sharing-api/cloud-event.ts'

/** The name under which the outbox knows them. */
export const webhookConsumer = 'webhooks'

export type OpenWebhooksParts = {
  readonly records: RecordsWithEvents
  readonly carrier: WebhookCarrier
  readonly publicUrl: () => string
  /** Between the first try and the second. */
  readonly retryMs: number
  readonly log: FastifyBaseLogger
}

export type OpenWebhooks = AsyncDisposable & { readonly webhooks: Webhooks }

export async function openWebhooks(parts: OpenWebhooksParts): Promise<OpenWebhooks> {
  const { records, carrier, publicUrl, retryMs, log } = parts
  const clock = systemClock
  await using opened = new AsyncDisposableStack()
  const sender = opened.use(
    new WebhookSender({
      records,
      carrier,
      clock,
      pauses: { retryMs },
      onError: (error) => log.error({ err: error }, 'webhooks could not be served'),
    }),
  )
  const wake = () => sender.wake()
  const dispatch = new WebhookDispatch({
    records,
    clock,
    write: (event) => JSON.stringify(toCloudEvent(event, publicUrl())),
  })
  opened.use(
    await EventConsumer.start({
      outbox: records,
      name: webhookConsumer,
      deliver: async (events) => {
        if (await dispatch.dispatch(events)) wake()
      },
      onError: (error) => log.error({ err: error }, 'deliveries could not be written'),
    }),
  )
  const everything = opened.move()
  return {
    webhooks: new Webhooks({ records, carrier, clock, wake }),
    [Symbol.asyncDispose]: () => everything.disposeAsync(),
  }
}
