/** The webhooks of a project, as its members manage them. Nobody else's project knows of them. */
import { randomUUID } from 'node:crypto'
import { type Actor, hasRole } from '../actor.ts'
import { ConflictError, ForbiddenError, NotFoundError, quote } from '../errors.ts'
import type { Clock } from '../ports/clock.ts'
import type { WebhookCarrier } from '../ports/webhook-carrier.ts'
import type { DeliveryQuery } from '../ports/webhook-records.ts'
import type { RecordsWithEvents } from '../records-with-events.ts'
import { hasEndedDelivery, type Webhook, type WebhookDelivery } from './webhook.ts'
import { drawWebhookSecret } from './webhook-signature.ts'

export type WebhookDraft = {
  readonly url: string
  readonly description?: string | undefined
  readonly types?: Webhook['types'] | undefined
}

export type WebhookChanges = Partial<Pick<Webhook, 'url' | 'description' | 'types' | 'enabled'>>

export type WebhooksParts = {
  readonly records: RecordsWithEvents
  readonly carrier: WebhookCarrier
  readonly clock: Clock
  /** Called when there may be something to deliver. */
  readonly wake: () => void
}

const mostPerProject = 10
const oldSecretMs = 24 * 60 * 60_000

export class Webhooks {
  readonly #parts: WebhooksParts

  constructor(parts: WebhooksParts) {
    this.#parts = parts
  }

  async list(actor: Actor): Promise<readonly Webhook[]> {
    return this.#parts.records.listWebhooks(projectOf(actor, 'reader'))
  }

  async find(actor: Actor, id: string): Promise<Webhook> {
    return requireOwn(projectOf(actor, 'reader'), id, await this.#parts.records.findWebhook(id))
  }

  async add(actor: Actor, { url, description = '', types = null }: WebhookDraft): Promise<Webhook> {
    const { records, carrier, clock } = this.#parts
    const projectId = projectOf(actor, 'member')
    await carrier.checkHost(url)
    const now = clock.now()
    const webhook: Webhook = {
      id: randomUUID(),
      projectId,
      url,
      description,
      types,
      secret: drawWebhookSecret(),
      oldSecret: null,
      enabled: true,
      disabledReason: '',
      failingSince: null,
      createdAt: now,
      updatedAt: now,
    }
    await records.by(actor).write(async (transaction) => {
      // So that those who come at once do not each find the last place.
      await transaction.lockProject(projectId)
      const { length } = await transaction.listWebhooks(projectId)
      if (length >= mostPerProject) {
        throw new ConflictError(
          `Cannot add a webhook: the project has ${length}, and that is the most; delete one first`,
        )
      }
      await transaction.saveWebhook(webhook)
    })
    return webhook
  }

  /** Switching one on again delivers what still waits. */
  async change(actor: Actor, id: string, changes: WebhookChanges): Promise<Webhook> {
    const { clock, carrier, wake } = this.#parts
    if (changes.url !== undefined) {
      await this.find(actor, id)
      await carrier.checkHost(changes.url)
    }
    const changed = await this.#edit(actor, id, (webhook) => ({
      ...webhook,
      ...changes,
      ...(changes.enabled !== undefined && { disabledReason: '', failingSince: null }),
      updatedAt: clock.now(),
    }))
    wake()
    return changed
  }

  /** Deliveries are signed by the old one as well for a day, so that receivers can change over. */
  async changeSecret(actor: Actor, id: string): Promise<Webhook> {
    const now = this.#parts.clock.now()
    return this.#edit(actor, id, (webhook) => ({
      ...webhook,
      secret: drawWebhookSecret(),
      oldSecret: { secret: webhook.secret, until: new Date(now.getTime() + oldSecretMs) },
      updatedAt: now,
    }))
  }

  async delete(actor: Actor, id: string): Promise<void> {
    const projectId = projectOf(actor, 'member')
    await this.#parts.records.by(actor).write(async (transaction) => {
      requireOwn(projectId, id, await transaction.lockWebhook(id))
      await transaction.deleteWebhook(id)
    })
  }

  async deliveries(
    actor: Actor,
    id: string,
    page: Omit<DeliveryQuery, 'webhookId'>,
  ): Promise<readonly WebhookDelivery[]> {
    await this.find(actor, id)
    if (page.after !== undefined) {
      requireOfWebhook(id, page.after, await this.#parts.records.findDelivery(page.after))
    }
    return this.#parts.records.listDeliveries({ ...page, webhookId: id })
  }

  async delivery(actor: Actor, id: string, deliveryId: string): Promise<WebhookDelivery> {
    await this.find(actor, id)
    return requireOfWebhook(id, deliveryId, await this.#parts.records.findDelivery(deliveryId))
  }

  /** Delivers once more what has ended, or at once what waits to be tried again. */
  async redeliver(actor: Actor, id: string, deliveryId: string): Promise<WebhookDelivery> {
    const { records, clock, wake } = this.#parts
    const projectId = projectOf(actor, 'member')
    const due = await records.by(actor).write(async (transaction) => {
      const webhook = requireOwn(projectId, id, await transaction.lockWebhook(id))
      const found = await transaction.findDelivery(deliveryId)
      const delivery = requireOfWebhook(id, deliveryId, found)
      if (!webhook.enabled) {
        throw new ConflictError(
          `Cannot deliver ${quote(deliveryId)}: its webhook is switched off; switch it on first`,
        )
      }
      if (delivery.state === 'queued') {
        throw new ConflictError(
          `Cannot deliver ${quote(deliveryId)}: it waits for an earlier one of image ${quote(delivery.imageId)}`,
        )
      }
      const dueAt = clock.now()
      if (hasEndedDelivery(delivery)) {
        await transaction.reviveDelivery({ ...delivery, since: dueAt, dueAt })
      } else {
        await transaction.saveDelivery({ ...delivery, dueAt })
      }
      return requireOfWebhook(id, deliveryId, await transaction.findDelivery(deliveryId))
    })
    wake()
    return due
  }

  async #edit(actor: Actor, id: string, edit: (webhook: Webhook) => Webhook): Promise<Webhook> {
    const projectId = projectOf(actor, 'member')
    return this.#parts.records.by(actor).write(async (transaction) => {
      const webhook = edit(requireOwn(projectId, id, await transaction.lockWebhook(id)))
      await transaction.saveWebhook(webhook)
      return webhook
    })
  }
}

function requireOwn(projectId: string, id: string, webhook: Webhook | undefined): Webhook {
  if (webhook?.projectId === projectId) return webhook
  throw new NotFoundError(`The project has no webhook ${quote(id)}`)
}

function requireOfWebhook(
  id: string,
  deliveryId: string,
  delivery: WebhookDelivery | undefined,
): WebhookDelivery {
  if (delivery?.webhookId === id) return delivery
  throw new NotFoundError(`Webhook ${quote(id)} has no delivery ${quote(deliveryId)}`)
}

function projectOf(actor: Actor, role: 'reader' | 'member'): string {
  if (actor.projectId !== undefined && hasRole(actor, role)) return actor.projectId
  throw new ForbiddenError(
    `Webhooks belong to a project: this takes a token of one, with the role "${role}"`,
  )
}
