/** Addresses to which the service posts what happens, and the log of what it delivered there. */
import type {
  DeliveryBody,
  DeliveryWithEventBody,
  WebhookBody,
  WebhooksBody,
  WebhookWithSecretBody,
} from '@vitrine/wire'
import { listAll } from '../pages.ts'
import { Fields } from '../parsing.ts'
import type { CallOptions, Transport } from '../transport.ts'
import { type EventType, parseEvent, type SharingEvent } from './event.ts'
import { type PageOptions, pageQuery, sharingPath } from './sharing-path.ts'

export type NewWebhook = {
  readonly url: string
  /** For people. */
  readonly description?: string | undefined
  /** Only these; null, the default, for all. */
  readonly types?: readonly EventType[] | null | undefined
}

export type WebhookChanges = Partial<NewWebhook> & {
  /** Whether anything is delivered. */
  readonly enabled?: boolean | undefined
}

export type WebhookFields = {
  readonly id: string
  readonly url: string
  readonly description: string
  readonly types: readonly EventType[] | null
  readonly enabled: boolean
  /** Why the service switched it off; empty when it did not. */
  readonly disabledReason: string
  /** Since when nothing was taken any more; null when the last delivery was. */
  readonly failingSince: Date | null
  readonly createdAt: Date
  readonly updatedAt: Date
}

const deliveryStates = ['waiting', 'queued', 'delivered', 'failed'] as const
export type DeliveryState = (typeof deliveryStates)[number]

export type Delivery = {
  readonly id: string
  /** By which the receiver knows it. */
  readonly eventId: string
  readonly type: EventType
  readonly imageId: string
  /** `queued` is behind an earlier one of its image. */
  readonly state: DeliveryState
  readonly attempts: number
  /** Of the last answer; null when there was none. */
  readonly status: number | null
  /** How the last answer began. */
  readonly answer: string
  /** Why the last try failed; empty when it did not. */
  readonly failure: string
  /** How long the last try took. */
  readonly durationMs: number | null
  readonly createdAt: Date
  readonly attemptedAt: Date | null
  readonly nextAttemptAt: Date | null
}

export type DeliveryOptions = CallOptions &
  PageOptions & { readonly state?: DeliveryState | undefined }

export class Webhook implements WebhookFields {
  declare readonly id: string
  declare readonly url: string
  declare readonly description: string
  declare readonly types: readonly EventType[] | null
  declare readonly enabled: boolean
  declare readonly disabledReason: string
  declare readonly failingSince: Date | null
  declare readonly createdAt: Date
  declare readonly updatedAt: Date
  readonly #transport: Transport

  constructor(transport: Transport, fields: WebhookFields) {
    this.#transport = transport
    Object.assign(this, fields)
  }

  async update(changes: WebhookChanges, { signal }: CallOptions = {}): Promise<this> {
    const path = sharingPath('webhooks', this.id)
    const { url, description, types, enabled } = changes
    const json = { url, description, types, enabled }
    const call = { method: 'PATCH', path, json, repeat: 'safe', signal } as const
    return Object.assign(this, parseWebhook(await this.#transport.json(call)))
  }

  /**
   * Deliveries are signed by the new secret and, for a day, by the old one as well.
   *
   * @returns the new secret, which is not told again.
   */
  async changeSecret({ signal }: CallOptions = {}): Promise<string> {
    const path = sharingPath('webhooks', this.id, 'secret')
    const call = { method: 'POST', path, repeat: 'after-401', signal } as const
    return parseSecret(await this.#transport.json(call))
  }

  /** What was, and is to be, delivered, the newest first. */
  deliveries({ state, signal, ...paging }: DeliveryOptions = {}): AsyncIterable<Delivery> {
    return listAll(this.#transport, {
      path: sharingPath('webhooks', this.id, 'deliveries'),
      query: pageQuery(paging, { state }),
      key: 'deliveries',
      parse: parseDelivery,
      maxItems: paging.maxItems,
      signal,
    })
  }

  /** One delivery, and the event that it delivers. */
  async delivery(
    deliveryId: string,
    { signal }: CallOptions = {},
  ): Promise<Delivery & { readonly event: SharingEvent }> {
    const path = sharingPath('webhooks', this.id, 'deliveries', deliveryId)
    const body = await this.#transport.json({ method: 'GET', path, repeat: 'safe', signal })
    const event = new Fields<keyof DeliveryWithEventBody>('delivery', body).get('event')
    return { ...parseDelivery(body), event: parseEvent(event) }
  }

  /** Delivers once more what has ended, or at once what waits to be tried again. */
  async redeliver(deliveryId: string, { signal }: CallOptions = {}): Promise<Delivery> {
    const path = sharingPath('webhooks', this.id, 'deliveries', deliveryId, 'redeliver')
    const call = { method: 'POST', path, repeat: 'after-401', signal } as const
    return parseDelivery(await this.#transport.json(call))
  }

  /** The log of its deliveries goes with it. */
  async delete(options?: CallOptions): Promise<void> {
    await this.#transport.delete(sharingPath('webhooks', this.id), options)
  }
}

export class Webhooks {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** The oldest first. */
  async list({ signal }: CallOptions = {}): Promise<readonly Webhook[]> {
    const path = sharingPath('webhooks')
    const body = await this.#transport.json({ method: 'GET', path, repeat: 'safe', signal })
    const fields = new Fields<keyof WebhooksBody>('webhooks', body)
    return fields.list('webhooks').map((item) => this.#webhook(item))
  }

  async get(id: string, { signal }: CallOptions = {}): Promise<Webhook> {
    const path = sharingPath('webhooks', id)
    const call = { method: 'GET', path, repeat: 'safe', signal } as const
    return this.#webhook(await this.#transport.json(call))
  }

  /**
   * @returns the webhook, and the secret by which its deliveries are signed. It is not told again.
   * @throws {BadRequestError} when the operator's rules do not let webhooks lead there.
   */
  async add(
    { url, description, types }: NewWebhook,
    { signal }: CallOptions = {},
  ): Promise<{ readonly webhook: Webhook; readonly secret: string }> {
    const path = sharingPath('webhooks')
    const json = { url, description, types }
    const call = { method: 'POST', path, json, repeat: 'after-401', signal } as const
    const body = await this.#transport.json(call)
    return { webhook: this.#webhook(body), secret: parseSecret(body) }
  }

  #webhook(body: unknown): Webhook {
    return new Webhook(this.#transport, parseWebhook(body))
  }
}

function parseSecret(body: unknown): string {
  return new Fields<keyof WebhookWithSecretBody>('webhook', body).text('secret')
}

function parseWebhook(body: unknown): WebhookFields {
  const fields = new Fields<keyof WebhookBody>('webhook', body)
  return {
    id: fields.text('id'),
    url: fields.text('url'),
    description: fields.text('description'),
    types: fields.get('types') === null ? null : fields.list('types').map(String),
    enabled: fields.boolean('enabled'),
    disabledReason: fields.text('disabled_reason'),
    failingSince: fields.dateOrNull('failing_since'),
    createdAt: fields.date('created_at'),
    updatedAt: fields.date('updated_at'),
  }
}

function parseDelivery(body: unknown): Delivery {
  const fields = new Fields<keyof DeliveryBody>('delivery', body)
  return {
    id: fields.text('id'),
    eventId: fields.text('event_id'),
    type: fields.text('type'),
    imageId: fields.text('image_id'),
    state: fields.oneOf('state', deliveryStates),
    attempts: fields.number('attempts'),
    status: fields.numberOrNull('status'),
    answer: fields.text('answer'),
    failure: fields.text('failure'),
    durationMs: fields.numberOrNull('duration_ms'),
    createdAt: fields.date('created_at'),
    attemptedAt: fields.dateOrNull('attempted_at'),
    nextAttemptAt: fields.dateOrNull('next_attempt_at'),
  }
}
