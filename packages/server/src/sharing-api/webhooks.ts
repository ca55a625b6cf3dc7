/** The webhooks of the caller's project, and what was delivered to them. */
import { deliveryStates, type Webhook, type WebhookDelivery, type Webhooks } from '@vitrine/core'
import {
  ChangeWebhookBody,
  type DeliveriesBody,
  type DeliveryBody,
  type DeliveryWithEventBody,
  NewWebhookBody,
  type WebhookBody,
  type WebhooksBody,
  type WebhookWithSecretBody,
} from '@vitrine/wire'
import { bodyCheck } from '../images-api/body-check.ts'
import {
  type Handler,
  pathPart,
  queryParameters,
  sendJson,
  sendNothing,
} from '../images-api/call.ts'
import { oneOf, type PageSizes } from '../images-api/list-query.ts'
import { readJsonObject } from '../images-api/request-body.ts'
import type { Route } from '../images-api/route.ts'
import { nextPage, readLimit, readQuery } from './page-query.ts'

export function webhookRoutes(webhooks: Webhooks, sizes: PageSizes): readonly Route[] {
  const deliveries = '/webhooks/:webhook_id/deliveries'
  return [
    {
      path: '/webhooks',
      methods: { GET: listWebhooks(webhooks), POST: addWebhook(webhooks) },
      takesBody: ['POST'],
    },
    {
      path: '/webhooks/:webhook_id',
      methods: {
        GET: showWebhook(webhooks),
        PATCH: changeWebhook(webhooks),
        DELETE: deleteWebhook(webhooks),
      },
      takesBody: ['PATCH'],
    },
    { path: '/webhooks/:webhook_id/secret', methods: { POST: changeSecret(webhooks) } },
    { path: deliveries, methods: { GET: listDeliveries(webhooks, sizes) } },
    { path: `${deliveries}/:delivery_id`, methods: { GET: showDelivery(webhooks) } },
    { path: `${deliveries}/:delivery_id/redeliver`, methods: { POST: redeliver(webhooks) } },
  ]
}

const checkNew = bodyCheck(NewWebhookBody, 'add a webhook')
const checkChanges = bodyCheck(ChangeWebhookBody, 'change a webhook')

/** `GET /sharing/v1/webhooks` */
function listWebhooks(webhooks: Webhooks): Handler {
  return async ({ actor, reply }) => {
    const body: WebhooksBody = { webhooks: (await webhooks.list(actor)).map(viewWebhook) }
    return sendJson(reply, 200, body)
  }
}

/** `POST /sharing/v1/webhooks` */
function addWebhook(webhooks: Webhooks): Handler {
  return async ({ actor, request, reply }) => {
    const draft = checkNew(await readJsonObject(request.raw))
    return sendJson(reply, 201, viewWithSecret(await webhooks.add(actor, draft)))
  }
}

/** `GET /sharing/v1/webhooks/{webhook_id}` */
function showWebhook(webhooks: Webhooks): Handler {
  return async (call) => {
    const webhook = await webhooks.find(call.actor, pathPart(call, 'webhook_id'))
    return sendJson(call.reply, 200, viewWebhook(webhook))
  }
}

/** `PATCH /sharing/v1/webhooks/{webhook_id}` */
function changeWebhook(webhooks: Webhooks): Handler {
  return async (call) => {
    const changes = checkChanges(await readJsonObject(call.request.raw))
    const changed = await webhooks.change(call.actor, pathPart(call, 'webhook_id'), changes)
    return sendJson(call.reply, 200, viewWebhook(changed))
  }
}

/** `DELETE /sharing/v1/webhooks/{webhook_id}` */
function deleteWebhook(webhooks: Webhooks): Handler {
  return async (call) => {
    await webhooks.delete(call.actor, pathPart(call, 'webhook_id'))
    return sendNothing(call.reply)
  }
}

/** `POST /sharing/v1/webhooks/{webhook_id}/secret` */
function changeSecret(webhooks: Webhooks): Handler {
  return async (call) => {
    const changed = await webhooks.changeSecret(call.actor, pathPart(call, 'webhook_id'))
    return sendJson(call.reply, 200, viewWithSecret(changed))
  }
}

/** `GET /sharing/v1/webhooks/{webhook_id}/deliveries` */
function listDeliveries(webhooks: Webhooks, sizes: PageSizes): Handler {
  return async (call) => {
    const query = readQuery(queryParameters(call.request.url), ['state', 'limit', 'marker'])
    const state = oneOf(query, 'state', deliveryStates)
    const limit = readLimit(query, sizes)
    const id = pathPart(call, 'webhook_id')
    const page = await webhooks.deliveries(call.actor, id, {
      state,
      limit,
      after: query.get('marker'),
    })
    const last = page.length < limit ? undefined : page.at(-1)
    const path = `/sharing/v1/webhooks/${encodeURIComponent(id)}/deliveries`
    const body: DeliveriesBody = {
      deliveries: page.map(viewDelivery),
      // Not its number, which would tell how many there are of all projects.
      ...nextPage(path, query, last?.id),
    }
    return sendJson(call.reply, 200, body)
  }
}

/** `GET /sharing/v1/webhooks/{webhook_id}/deliveries/{delivery_id}` */
function showDelivery(webhooks: Webhooks): Handler {
  return async (call) => {
    const [id, deliveryId] = [pathPart(call, 'webhook_id'), pathPart(call, 'delivery_id')]
    const delivery = await webhooks.delivery(call.actor, id, deliveryId)
    // We wrote it ourselves, when the event came.
    const event: DeliveryWithEventBody['event'] = JSON.parse(delivery.body)
    const body: DeliveryWithEventBody = { ...viewDelivery(delivery), event }
    return sendJson(call.reply, 200, body)
  }
}

/** `POST /sharing/v1/webhooks/{webhook_id}/deliveries/{delivery_id}/redeliver` */
function redeliver(webhooks: Webhooks): Handler {
  return async (call) => {
    const [id, deliveryId] = [pathPart(call, 'webhook_id'), pathPart(call, 'delivery_id')]
    const delivery = await webhooks.redeliver(call.actor, id, deliveryId)
    return sendJson(call.reply, 202, viewDelivery(delivery))
  }
}

function viewWebhook(webhook: Webhook): WebhookBody {
  return {
    id: webhook.id,
    url: webhook.url,
    description: webhook.description,
    types: webhook.types && [...webhook.types],
    enabled: webhook.enabled,
    disabled_reason: webhook.disabledReason,
    failing_since: webhook.failingSince?.toISOString() ?? null,
    created_at: webhook.createdAt.toISOString(),
    updated_at: webhook.updatedAt.toISOString(),
  }
}

function viewWithSecret(webhook: Webhook): WebhookWithSecretBody {
  return { ...viewWebhook(webhook), secret: webhook.secret }
}

function viewDelivery(delivery: WebhookDelivery): DeliveryBody {
  return {
    id: delivery.id,
    event_id: delivery.eventId,
    type: delivery.type,
    image_id: delivery.imageId,
    state: delivery.state,
    attempts: delivery.attempts,
    status: delivery.status,
    answer: delivery.answer,
    failure: delivery.failure,
    duration_ms: delivery.durationMs,
    created_at: delivery.createdAt.toISOString(),
    attempted_at: delivery.attemptedAt?.toISOString() ?? null,
    next_attempt_at: delivery.state === 'waiting' ? delivery.dueAt.toISOString() : null,
  }
}
