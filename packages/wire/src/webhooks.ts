/** Webhooks, as they are written: addresses at which a project is told what happens. */
import * as Type from 'typebox/type'
import { CloudEvent, EventType } from './events.ts'

const time = (description: string) => Type.String({ description, format: 'date-time' })
const timeOrNull = (description: string) =>
  Type.Union([Type.String({ format: 'date-time' }), Type.Null()], { description })

const url = Type.String({
  description: 'Where events are posted to, by HTTP or HTTPS',
  minLength: 1,
  maxLength: 2000,
  pattern: '^[^\\u0000-\\u001f\\u007f]+$',
  expected: 'an http or https URL of at most 2000 characters',
})
const description = Type.String({
  description: 'For people',
  maxLength: 200,
  pattern: '^[^\\u0000-\\u001f\\u007f]*$',
  expected: 'one line of at most 200 characters',
})
const types = Type.Unsafe<EventType[] | null>({
  type: ['array', 'null'],
  items: EventType,
  minItems: 1,
  maxItems: 50,
  uniqueItems: true,
  description: 'Which events; null for all, also for those that are to come',
  expected: 'an array of types of events, each once, or null for all',
})

/** `POST /sharing/v1/webhooks` */
export const NewWebhookBody = Type.Object(
  { url, description: Type.Optional(description), types: Type.Optional(types) },
  { additionalProperties: false },
)

/** `PATCH /sharing/v1/webhooks/{webhook_id}` */
export const ChangeWebhookBody = Type.Object(
  {
    url: Type.Optional(url),
    description: Type.Optional(description),
    types: Type.Optional(types),
    enabled: Type.Optional(Type.Boolean({ description: 'Whether anything is delivered' })),
  },
  { additionalProperties: false },
)

const webhook = {
  id: Type.String(),
  url: Type.String(),
  description: Type.String(),
  types,
  enabled: Type.Boolean({ description: 'Whether anything is delivered' }),
  disabled_reason: Type.String({
    description: 'Why the service switched it off; empty when it did not',
  }),
  failing_since: timeOrNull('Since when nothing was taken any more; null when the last one was'),
  created_at: time('When it was added'),
  updated_at: time('When its project changed it'),
}

export const WebhookBody = Type.Object(webhook)
export type WebhookBody = Type.Static<typeof WebhookBody>

/** The one answer that tells the secret. */
export const WebhookWithSecretBody = Type.Object({
  ...webhook,
  secret: Type.String({
    description: 'By which deliveries are signed: "whsec_" and base64. It is not told again',
  }),
})
export type WebhookWithSecretBody = Type.Static<typeof WebhookWithSecretBody>

/** `GET /sharing/v1/webhooks` */
export const WebhooksBody = Type.Object({ webhooks: Type.Array(WebhookBody) })
export type WebhooksBody = Type.Static<typeof WebhooksBody>

export const deliveryStates = ['waiting', 'queued', 'delivered', 'failed'] as const

const delivery = {
  id: Type.String(),
  event_id: Type.String({ description: 'What the receiver knows it by' }),
  type: EventType,
  image_id: Type.String(),
  state: Type.Unsafe<(typeof deliveryStates)[number]>({
    type: 'string',
    enum: [...deliveryStates],
    description:
      'waiting: to be tried at next_attempt_at; queued: behind an earlier one of its image',
  }),
  attempts: Type.Integer({ description: 'How often it was tried' }),
  status: Type.Union([Type.Integer(), Type.Null()], {
    description: 'Of the last answer; null when there was none',
  }),
  answer: Type.String({ description: 'How the last answer began' }),
  failure: Type.String({ description: 'Why the last try failed; empty when it did not' }),
  duration_ms: Type.Union([Type.Integer(), Type.Null()], {
    description: 'How long the last try took',
  }),
  created_at: time('When it was written down'),
  attempted_at: timeOrNull('When it was tried last'),
  next_attempt_at: timeOrNull('When it is tried next, while it waits'),
}

export const DeliveryBody = Type.Object(delivery)
export type DeliveryBody = Type.Static<typeof DeliveryBody>

/** `GET /sharing/v1/webhooks/{webhook_id}/deliveries/{delivery_id}` */
export const DeliveryWithEventBody = Type.Object({ ...delivery, event: CloudEvent })
export type DeliveryWithEventBody = Type.Static<typeof DeliveryWithEventBody>

/** `GET /sharing/v1/webhooks/{webhook_id}/deliveries` */
export const DeliveriesBody = Type.Object({
  deliveries: Type.Array(DeliveryBody),
  next: Type.Optional(Type.String({ description: 'Address of the next page' })),
})
export type DeliveriesBody = Type.Static<typeof DeliveriesBody>
