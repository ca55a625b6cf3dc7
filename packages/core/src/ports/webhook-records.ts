import type { DeliveryState, Webhook, WebhookDelivery } from '../sharing/webhook.ts'

/** Reads webhooks and their deliveries. Part of the port `Records`. */
export interface WebhookReader {
  /** The oldest first. */
  listWebhooks(projectId: string): Promise<readonly Webhook[]>

  findWebhook(id: string): Promise<Webhook | undefined>

  /** Those of these projects that are switched on. */
  webhooksOf(projectIds: readonly string[]): Promise<readonly Webhook[]>

  /** Those that have a delivery to be tried by now, whoever waits longest first. */
  dueWebhooks(query: DueWebhooksQuery): Promise<readonly Webhook[]>

  /** What of the webhook is to be tried by now, whatever waits longest first; one of each image. */
  dueDeliveries(webhookId: string, now: Date, limit: number): Promise<readonly WebhookDelivery[]>

  /** How many of the webhook have not ended; counted no further than `most`. */
  countUnended(webhookId: string, most: number): Promise<number>

  findDelivery(id: string): Promise<WebhookDelivery | undefined>

  /** One page, newest first. */
  listDeliveries(query: DeliveryQuery): Promise<readonly WebhookDelivery[]>
}

/** Changes them in a transaction. Part of the port `RecordsTransaction`. */
export interface WebhookWriter {
  /** The webhook, which no other transaction that asks so gets before this one ends. */
  lockWebhook(id: string): Promise<Webhook | undefined>

  /** New, or in place of the one that has its id. */
  saveWebhook(webhook: Webhook): Promise<void>

  /** And all its deliveries. */
  deleteWebhook(id: string): Promise<void>

  /**
   * Waiting, or queued behind others of its image that have not ended. Quiet when there is one of this
   * id. The webhook is locked.
   */
  insertDelivery(delivery: Omit<WebhookDelivery, 'state'>): Promise<void>

  /** One that has ended waits again, or is queued again, as a new one would be. The webhook is locked. */
  reviveDelivery(delivery: WebhookDelivery): Promise<void>

  /** Keeps how far it has come. When it has ended, the next of its image waits. The webhook is locked. */
  saveDelivery(delivery: WebhookDelivery): Promise<void>

  /** All that wait to be tried again are due now. The webhook is locked. */
  hastenDeliveries(webhookId: string, now: Date): Promise<void>
}

/** The part of it that stands outside of transactions. Part of the port `Records`. */
export interface WebhookLog {
  /**
   * Removes deliveries that were first due before this time.
   *
   * @returns how many.
   */
  forgetDeliveries(before: Date): Promise<number>
}

export type DueWebhooksQuery = {
  readonly now: Date
  /** Only those whose last try failed, or only those where it did not. */
  readonly failing: boolean
  readonly limit: number
}

export type DeliveryQuery = {
  readonly webhookId: string
  readonly state?: DeliveryState | undefined
  /** The id of the last one of the page before. */
  readonly after: string | undefined
  readonly limit: number
}
