/**
 * Webhooks: addresses at which a project wants to be told what happens, and what was delivered there.
 *
 *   event ──► a delivery for each webhook of each project that is told of it
 *
 *             the first of its image            later ones of that image
 *             waiting ──► delivered             queued
 *               │ ▲                               │
 *               │ └─ tried again, for a day       └─► waiting, once those before it have ended
 *               └───► failed
 *
 * So deliveries of one image come in order, and one that fails holds back no other image's. A
 * delivery that is ended may be delivered anew, with the id and the words it had.
 */
import type { ToldEventType } from './told-event.ts'

export type Webhook = {
  readonly id: string
  readonly projectId: string
  readonly url: string
  /** For people; may be empty. */
  readonly description: string
  /** Null for all, also for those that are to come. */
  readonly types: readonly ToldEventType[] | null
  /** `whsec_` and base64. */
  readonly secret: string
  /** The one before, by which deliveries are signed as well for a while. */
  readonly oldSecret: { readonly secret: string; readonly until: Date } | null
  readonly enabled: boolean
  /** Why the service switched it off; empty when its project did, or it is on. */
  readonly disabledReason: string
  /** Since when nothing was delivered any more; null when the last try succeeded. */
  readonly failingSince: Date | null
  readonly createdAt: Date
  readonly updatedAt: Date
}

export const deliveryStates = ['waiting', 'queued', 'delivered', 'failed'] as const
export type DeliveryState = (typeof deliveryStates)[number]

export type WebhookDelivery = {
  /** Follows from the webhook and the event, so there is one however often the event is read. */
  readonly id: string
  readonly webhookId: string
  readonly eventId: string
  readonly type: ToldEventType
  readonly imageId: string
  /** As it is sent each time. */
  readonly body: string
  readonly state: DeliveryState
  /** How often it was tried. */
  readonly attempts: number
  /** Of the last answer; null when there was none. */
  readonly status: number | null
  /** Why the last try failed; empty when it did not. */
  readonly failure: string
  /** How the last answer began. */
  readonly answer: string
  /** Of the last try, to the end of the answer; null before the first. */
  readonly durationMs: number | null
  readonly createdAt: Date
  /** When it was first due: from then on it is tried for a day. */
  readonly since: Date
  readonly attemptedAt: Date | null
  /** When it is to be tried next; without meaning once it has ended. */
  readonly dueAt: Date
}

export function hasEndedDelivery({ state }: Pick<WebhookDelivery, 'state'>): boolean {
  return state === 'delivered' || state === 'failed'
}
