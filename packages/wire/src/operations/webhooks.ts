/** The operations of the sharing API about webhooks. */
import {
  ChangeWebhookBody,
  DeliveriesBody,
  DeliveryBody,
  DeliveryWithEventBody,
  deliveryStates,
  NewWebhookBody,
  WebhookBody,
  WebhooksBody,
  WebhookWithSecretBody,
} from '../webhooks.ts'
import { json, type Operation, oneOf, paging } from './operation.ts'

const root = '/sharing/v1/webhooks'
const one = `${root}/{webhook_id}`
const webhooks = { tag: 'Events' } as const

export const webhookOperations: readonly Operation[] = [
  {
    ...webhooks,
    method: 'GET',
    path: root,
    summary: 'Lists the webhooks of the project',
    success: { status: 200, description: 'All of them', ...json(WebhooksBody) },
  },
  {
    ...webhooks,
    method: 'POST',
    path: root,
    summary: 'Adds a webhook: an address to which events are posted as CloudEvents',
    body: json(NewWebhookBody),
    success: {
      status: 201,
      description: 'The webhook, with its secret',
      ...json(WebhookWithSecretBody),
    },
    refusals: [409],
  },
  {
    ...webhooks,
    method: 'GET',
    path: one,
    summary: 'Shows a webhook',
    success: { status: 200, description: 'The webhook', ...json(WebhookBody) },
  },
  {
    ...webhooks,
    method: 'PATCH',
    path: one,
    summary: 'Changes a webhook, or switches it off or on',
    body: json(ChangeWebhookBody),
    success: { status: 200, description: 'The webhook', ...json(WebhookBody) },
  },
  {
    ...webhooks,
    method: 'DELETE',
    path: one,
    summary: 'Deletes a webhook, and the log of its deliveries',
    success: { status: 204, description: 'Done' },
  },
  {
    ...webhooks,
    method: 'POST',
    path: `${one}/secret`,
    summary: 'Gives a webhook a new secret; for a day the old one signs as well',
    success: {
      status: 200,
      description: 'The webhook, with its secret',
      ...json(WebhookWithSecretBody),
    },
  },
  {
    ...webhooks,
    method: 'GET',
    path: `${one}/deliveries`,
    summary: 'Lists what was, and is to be, delivered to a webhook',
    query: [
      {
        name: 'state',
        description: 'How far they have come',
        schema: oneOf(...deliveryStates),
      },
      ...paging,
    ],
    success: { status: 200, description: 'One page, newest first', ...json(DeliveriesBody) },
  },
  {
    ...webhooks,
    method: 'GET',
    path: `${one}/deliveries/{delivery_id}`,
    summary: 'Shows a delivery, and what it delivers',
    success: {
      status: 200,
      description: 'The delivery',
      ...json(DeliveryWithEventBody),
    },
  },
  {
    ...webhooks,
    method: 'POST',
    path: `${one}/deliveries/{delivery_id}/redeliver`,
    summary: 'Delivers once more what has ended, or at once what waits to be tried again',
    success: { status: 202, description: 'The delivery', ...json(DeliveryBody) },
    refusals: [409],
  },
]
