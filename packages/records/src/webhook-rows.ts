/** Webhooks and deliveries as rows, and back. */
import { deliveryStates, toldEventTypes, type Webhook, type WebhookDelivery } from '@vitrine/core'
import type { Selectable } from 'kysely'
import { oneOf } from './image-rows.ts'
import type { WebhookDeliveryRow, WebhookRow } from './tables.ts'

/** All but `due_at`, which follows from the deliveries. */
export function toWebhookRow(webhook: Webhook) {
  return {
    id: webhook.id,
    project_id: webhook.projectId,
    url: webhook.url,
    description: webhook.description,
    types: webhook.types && JSON.stringify(webhook.types),
    secret: webhook.secret,
    old_secret: webhook.oldSecret?.secret ?? null,
    old_secret_until: webhook.oldSecret?.until.getTime() ?? null,
    enabled: webhook.enabled ? 1 : 0,
    disabled_reason: webhook.disabledReason,
    failing_since: webhook.failingSince?.getTime() ?? null,
    created_at: webhook.createdAt.getTime(),
    updated_at: webhook.updatedAt.getTime(),
  }
}

export function toWebhook(row: WebhookRow): Webhook {
  const types: string[] | null = row.types && JSON.parse(row.types)
  const { old_secret, old_secret_until } = row
  const hasOld = old_secret !== null && old_secret_until !== null
  return {
    id: row.id,
    projectId: row.project_id,
    url: row.url,
    description: row.description,
    types: types?.map((type) => oneOf(toldEventTypes, type)) ?? null,
    secret: row.secret,
    oldSecret: hasOld ? { secret: old_secret, until: new Date(old_secret_until) } : null,
    enabled: row.enabled === 1,
    disabledReason: row.disabled_reason,
    failingSince: toTime(row.failing_since),
    createdAt: new Date(row.created_at),
    updatedAt: new Date(row.updated_at),
  }
}

export function toDeliveryRow(delivery: WebhookDelivery) {
  return {
    id: delivery.id,
    webhook_id: delivery.webhookId,
    event_id: delivery.eventId,
    type: delivery.type,
    image_id: delivery.imageId,
    body: delivery.body,
    state: delivery.state,
    attempts: delivery.attempts,
    status: delivery.status,
    failure: delivery.failure,
    answer: delivery.answer,
    duration_ms: delivery.durationMs,
    created_at: delivery.createdAt.getTime(),
    since: delivery.since.getTime(),
    attempted_at: delivery.attemptedAt?.getTime() ?? null,
    due_at: delivery.dueAt.getTime(),
  }
}

export function toDelivery(row: Selectable<WebhookDeliveryRow>): WebhookDelivery {
  return {
    id: row.id,
    webhookId: row.webhook_id,
    eventId: row.event_id,
    type: oneOf(toldEventTypes, row.type),
    imageId: row.image_id,
    body: row.body,
    state: oneOf(deliveryStates, row.state),
    attempts: row.attempts,
    status: row.status,
    failure: row.failure,
    answer: row.answer,
    durationMs: row.duration_ms,
    createdAt: new Date(row.created_at),
    since: new Date(row.since),
    attemptedAt: toTime(row.attempted_at),
    dueAt: new Date(row.due_at),
  }
}

function toTime(milliseconds: number | null): Date | null {
  return milliseconds === null ? null : new Date(milliseconds)
}
