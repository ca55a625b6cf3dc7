/**
 * Sees to it that deliveries go out.
 *
 * Of all processes one sends; another goes on when that one dies. What was on its way then is sent
 * again, with the id it had.
 *
 * No receiver holds back another: each webhook is served by itself, and those whose receivers fail
 * have places of their own, fewer, so that they cannot take up all there are.
 */
import { tellable } from '../errors.ts'
import type { Clock } from '../ports/clock.ts'
import type { WebAnswer, WebhookCarrier } from '../ports/webhook-carrier.ts'
import type { RecordsWithEvents } from '../records-with-events.ts'
import type { Webhook, WebhookDelivery } from './webhook.ts'
import { signatureHeaders } from './webhook-signature.ts'

export type WebhookSenderParts = {
  readonly records: RecordsWithEvents
  readonly carrier: WebhookCarrier
  readonly clock: Clock
  readonly onError: (error: unknown) => void
  readonly pauses?: Partial<SenderPauses>
}

export type SenderPauses = {
  /** Between looks for what other processes wrote, or what is to be tried again. */
  readonly lookMs: number
  /** After the first failure; then as long as it has failed already, up to `longestRetryMs`. */
  readonly retryMs: number
  readonly longestRetryMs: number
}

const defaultPauses: SenderPauses = { lookMs: 1000, retryMs: 10_000, longestRetryMs: 2 * 3_600_000 }

/** Under this name one process of all sends. */
const sender = 'webhook-sender'
const hour = 3_600_000
const triedForMs = 24 * hour
/** A webhook that fails for so long is switched off. */
const failingForMs = 72 * hour
/** A receiver that took nothing for so long was away. */
const awayForMs = 5 * 60_000
/** How many webhooks are served at the same time, by whether they fail. */
const places = { well: 32, failing: 16 }
/** How many deliveries of one webhook are on their way at once: of a failing one, a single one. */
const mostAtOnce = 4
/** Before the webhook makes room for others, and it is looked again whether this process sends. */
const mostRounds = 25

export class WebhookSender implements AsyncDisposable {
  readonly #parts: WebhookSenderParts
  readonly #pauses: SenderPauses
  readonly #stopping = new AbortController()
  /** By the webhook's id. */
  readonly #serving = new Map<string, { readonly failing: boolean; readonly done: Promise<void> }>()
  readonly #done: Promise<void>
  #news = true
  #wake: () => void = () => {}

  /** Begins at once. */
  constructor(parts: WebhookSenderParts) {
    this.#parts = parts
    this.#pauses = { ...defaultPauses, ...parts.pauses }
    this.#done = this.#run()
  }

  /** Looks at once for what is due. */
  wake(): void {
    this.#news = true
    this.#wake()
  }

  /** Breaks off what is on its way, to be sent again by whoever sends next. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort()
    this.#wake()
    await this.#done
    await Promise.all([...this.#serving.values()].map(({ done }) => done))
    await this.#parts.records.releaseConsumer(sender).catch(this.#parts.onError)
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      this.#news = false
      await this.#look().catch(this.#parts.onError)
      if (!this.#news) await this.#pause()
    }
  }

  async #pause(): Promise<void> {
    if (this.#stopping.signal.aborted) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, this.#pauses.lookMs)
    this.#wake = resolve
    await promise
    clearTimeout(timer)
  }

  async #look(): Promise<void> {
    const waiting = [...(await this.#waiting(false)), ...(await this.#waiting(true))]
    // Asked for where there is something to do: it is a write, which an idle service need not make.
    if (waiting.length === 0 || !(await this.#parts.records.claimConsumer(sender))) return
    for (const webhook of waiting) this.#begin(webhook)
  }

  /** As many as there are places for, that are due and not served yet. */
  async #waiting(failing: boolean): Promise<readonly Webhook[]> {
    const { records, clock } = this.#parts
    const served = [...this.#serving.values()].filter((one) => one.failing === failing).length
    const room = (failing ? places.failing : places.well) - served
    if (room <= 0) return []
    // Those that are being served may be due as well.
    const limit = room + this.#serving.size
    const due = await records.dueWebhooks({ now: clock.now(), failing, limit })
    return due.filter(({ id }) => !this.#serving.has(id)).slice(0, room)
  }

  #begin(webhook: Webhook): void {
    const failing = webhook.failingSince !== null
    const done = this.#serve(webhook)
      .finally(() => this.#serving.delete(webhook.id))
      // Its place is free. Not so soon after an error, which the next would meet as well.
      .then(() => this.wake(), this.#parts.onError)
    this.#serving.set(webhook.id, { failing, done })
  }

  async #serve(webhook: Webhook): Promise<void> {
    const { records, clock } = this.#parts
    const { signal } = this.#stopping
    let current: Webhook | undefined = webhook
    for (let round = 0; round < mostRounds && current?.enabled && !signal.aborted; round++) {
      const limit = current.failingSince === null ? mostAtOnce : 1
      const due = await records.dueDeliveries(current.id, clock.now(), limit)
      if (due.length === 0) return
      const { id } = current
      const held = current
      await Promise.all(due.map((delivery) => this.#deliver(held, delivery, signal)))
      current = await records.findWebhook(id)
    }
  }

  async #deliver(webhook: Webhook, delivery: WebhookDelivery, signal: AbortSignal): Promise<void> {
    const { clock } = this.#parts
    const startedAt = clock.now()
    const outcome = await this.#try(webhook, delivery, startedAt, signal)
    if (signal.aborted && outcome.status === null) return
    const now = clock.now()
    const after = {
      ...delivery,
      attempts: delivery.attempts + 1,
      attemptedAt: startedAt,
      durationMs: now.getTime() - startedAt.getTime(),
      status: outcome.status,
      answer: outcome.answer,
      failure: outcome.failure,
    }
    if (outcome.failure === '') return this.#succeed({ ...after, state: 'delivered' })
    const triedMs = now.getTime() - delivery.since.getTime()
    const { retryMs, longestRetryMs } = this.#pauses
    const pauseMs = Math.min(Math.max(retryMs, triedMs, outcome.retryAfterMs), longestRetryMs)
    const dueAt = new Date(now.getTime() + pauseMs)
    const isOver = triedMs >= triedForMs || outcome.status === gone
    await this.#fail({ ...after, state: isOver ? 'failed' : 'waiting', dueAt }, now)
  }

  async #try(
    webhook: Webhook,
    { eventId, body }: WebhookDelivery,
    now: Date,
    signal: AbortSignal,
  ): Promise<Outcome> {
    const headers = {
      'content-type': 'application/cloudevents+json',
      ...signatureHeaders(webhook, eventId, body, now),
    }
    try {
      return toOutcome(await this.#parts.carrier.post(webhook.url, { headers, body }, signal))
    } catch (error) {
      return { status: null, answer: '', failure: tellable(error), retryAfterMs: 0 }
    }
  }

  async #succeed(delivery: WebhookDelivery): Promise<void> {
    const { records, clock } = this.#parts
    await records.write(async (transaction) => {
      const webhook = await transaction.lockWebhook(delivery.webhookId)
      if (webhook === undefined) return
      await transaction.saveDelivery(delivery)
      if (webhook.failingSince === null) return
      await transaction.saveWebhook({ ...webhook, failingSince: null })
      const now = clock.now()
      // It was away, and is back: what has failed meanwhile need not wait its time. One that takes
      // some deliveries and refuses others was not away.
      if (now.getTime() - webhook.failingSince.getTime() < awayForMs) return
      await transaction.hastenDeliveries(webhook.id, now)
    })
  }

  async #fail(delivery: WebhookDelivery, now: Date): Promise<void> {
    await this.#parts.records.write(async (transaction) => {
      const webhook = await transaction.lockWebhook(delivery.webhookId)
      if (webhook === undefined) return
      await transaction.saveDelivery(delivery)
      const failingSince = webhook.failingSince ?? now
      const disabledReason = reasonToDisable(delivery, failingSince, now)
      if (disabledReason !== undefined) {
        await transaction.saveWebhook({ ...webhook, failingSince, enabled: false, disabledReason })
      } else if (webhook.failingSince === null) {
        await transaction.saveWebhook({ ...webhook, failingSince })
      }
    })
  }
}

type Outcome = {
  readonly status: number | null
  readonly answer: string
  /** Empty when it was taken. */
  readonly failure: string
  readonly retryAfterMs: number
}

/** By which a receiver says that it wants no more. */
const gone = 410

function toOutcome({ status, beginning, retryAfterSeconds = 0 }: WebAnswer): Outcome {
  const isTaken = status >= 200 && status < 300
  const failure = isTaken ? '' : `The receiver answered with status ${status}; it should be 2xx`
  return { status, answer: beginning, failure, retryAfterMs: retryAfterSeconds * 1000 }
}

function reasonToDisable(
  { status }: WebhookDelivery,
  failingSince: Date,
  now: Date,
): string | undefined {
  if (status === gone) return 'The receiver answered with status 410: it wants no more'
  if (now.getTime() - failingSince.getTime() < failingForMs) return undefined
  return `Nothing could be delivered since ${failingSince.toISOString()}`
}
