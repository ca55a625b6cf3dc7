/** From events to deliveries: one for each webhook of each project that is told, and wants to be. */
import { createHash } from 'node:crypto'
import type { Event } from '../events.ts'
import type { Clock } from '../ports/clock.ts'
import type { RecordsWithEvents, TransactionWithEvents } from '../records-with-events.ts'
import { type ToldEvent, toldProjects, toldTo } from './told-event.ts'
import type { Webhook, WebhookDelivery } from './webhook.ts'

export type WebhookDispatchParts = {
  readonly records: RecordsWithEvents
  readonly clock: Clock
  /** What is told, as it is sent. */
  readonly write: (event: ToldEvent) => string
  /** How many deliveries may wait for one receiver, which would else fill the records. */
  readonly mostWaiting?: number
}

const defaultMostWaiting = 10_000

type NewDelivery = Omit<WebhookDelivery, 'state'>

export class WebhookDispatch {
  readonly #parts: WebhookDispatchParts

  constructor(parts: WebhookDispatchParts) {
    this.#parts = parts
  }

  /**
   * Writes down what is to be delivered of these events. What was written before is not again.
   *
   * @returns whether there was anything.
   */
  async dispatch(events: readonly Event[]): Promise<boolean> {
    const { records } = this.#parts
    const told = new Set(events.flatMap(toldProjects))
    const webhooks = told.size === 0 ? [] : await records.webhooksOf([...told])
    for (const webhook of webhooks) {
      const deliveries = await this.#deliveriesTo(webhook, events)
      await records.write((transaction) => this.#insert(transaction, webhook.id, deliveries))
    }
    return webhooks.length > 0
  }

  async #insert(
    transaction: TransactionWithEvents,
    webhookId: string,
    deliveries: readonly NewDelivery[],
  ): Promise<void> {
    const webhook = await transaction.lockWebhook(webhookId)
    // Deleted or switched off meanwhile: nothing goes there any more.
    if (webhook === undefined || !webhook.enabled) return
    const { mostWaiting = defaultMostWaiting } = this.#parts
    if ((await transaction.countUnended(webhookId, mostWaiting)) >= mostWaiting) {
      const disabledReason = `${mostWaiting} deliveries wait, and that is the most`
      return transaction.saveWebhook({ ...webhook, enabled: false, disabledReason })
    }
    for (const delivery of deliveries) await transaction.insertDelivery(delivery)
  }

  async #deliveriesTo(webhook: Webhook, events: readonly Event[]): Promise<NewDelivery[]> {
    const { projectId, types } = webhook
    const told = events.flatMap((event) => toldTo(projectId, event) ?? [])
    const wanted = told.filter(({ type }) => types === null || types.includes(type))
    if (wanted.every((event) => event.as === 'producer')) {
      return wanted.map((event) => this.#toDelivery(webhook, event))
    }
    const blocks = await this.#parts.records.listBlocks(projectId)
    const blocked = new Set<string | null>(blocks.map(({ producerId }) => producerId))
    return wanted
      .filter((event) => event.as === 'producer' || !blocked.has(event.producerId))
      .map((event) => this.#toDelivery(webhook, event))
  }

  #toDelivery(webhook: Webhook, event: ToldEvent): NewDelivery {
    const { write, clock } = this.#parts
    const now = clock.now()
    return {
      id: createHash('sha256').update(`${webhook.id} ${event.id}`).digest('hex').slice(0, 32),
      webhookId: webhook.id,
      eventId: event.id,
      type: event.type,
      imageId: event.imageId,
      body: write(event),
      attempts: 0,
      status: null,
      failure: '',
      answer: '',
      durationMs: null,
      createdAt: now,
      since: now,
      attemptedAt: null,
      dueAt: now,
    }
  }
}
