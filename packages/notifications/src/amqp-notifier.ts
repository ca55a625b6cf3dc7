/**
 * Notifications to a message broker that speaks AMQP 0-9-1, such as RabbitMQ, as oslo.messaging
 * sends them: to a topic exchange, with a queue for each priority that keeps them until somebody
 * listens, in the envelope of version 2.0.
 *
 *   exchange "glance" ──notifications.info───► queue "notifications.info"
 *                     └─notifications.error──► queue "notifications.error"
 */
import { randomUUID } from 'node:crypto'
import { Connection, type Publisher } from 'rabbitmq-client'
import type { Notification } from './notification.ts'
import type { Notifier } from './notifier.ts'

export type AmqpOptions = {
  /** `amqp://user:password@host:port/vhost`, or `amqps`. */
  readonly url: string
  readonly exchange: string
  readonly topic: string
  /** Whether exchange and queues outlive the broker, as listeners must have it set up too. */
  readonly durable: boolean
  readonly publisherId: string
  readonly onError: (error: unknown) => void
}

/** How long to wait for the broker before the notifications are tried again from the outbox. */
const answerTimeoutMs = 20_000
/** Between tries to connect; the first come sooner. */
const longestRetryMs = 10_000

export class AmqpNotifier implements Notifier {
  readonly #options: AmqpOptions
  readonly #connection: Connection
  readonly #publisher: Publisher

  constructor(options: AmqpOptions) {
    const { url, exchange, topic, durable } = options
    this.#options = options
    this.#connection = new Connection({
      url,
      acquireTimeout: answerTimeoutMs,
      retryHigh: longestRetryMs,
    })
    this.#connection.on('error', options.onError)
    const queues = ['info', 'error'].map((priority) => `${topic}.${priority}`)
    this.#publisher = this.#connection.createPublisher({
      // A message counts as sent when the broker has it.
      confirm: true,
      exchanges: [{ exchange, type: 'topic', durable, autoDelete: false }],
      queues: queues.map((queue) => ({ queue, durable, autoDelete: false })),
      queueBindings: queues.map((queue) => ({ exchange, queue, routingKey: queue })),
    })
  }

  async send(notifications: readonly Notification[], signal: AbortSignal): Promise<void> {
    const { promise: stopped, reject } = Promise.withResolvers<never>()
    const stop = () => reject(signal.reason)
    signal.addEventListener('abort', stop)
    try {
      // All at once, and in order: the broker keeps the order of one channel.
      await Promise.race([stopped, Promise.all(notifications.map((one) => this.#publish(one)))])
    } finally {
      signal.removeEventListener('abort', stop)
      stopped.catch(() => {})
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // What was not confirmed is still in the outbox, so nothing is worth waiting for.
    this.#connection.unsafeDestroy()
  }

  async #publish(notification: Notification): Promise<void> {
    const { exchange, topic, durable } = this.#options
    await this.#publisher.send(
      {
        exchange,
        routingKey: `${topic}.${notification.priority.toLowerCase()}`,
        contentType: 'application/json',
        contentEncoding: 'utf-8',
        durable,
      },
      Buffer.from(JSON.stringify(this.#envelope(notification))),
    )
  }

  #envelope({ messageId, eventType, priority, payload, at }: Notification) {
    const message = {
      message_id: messageId,
      publisher_id: this.#options.publisherId,
      event_type: eventType,
      priority,
      payload,
      timestamp: at.toISOString().replace('T', ' ').replace('Z', '000'),
      // By this listeners know what they have had; a message that is sent again is had again.
      _unique_id: randomUUID().replaceAll('-', ''),
    }
    return { 'oslo.version': '2.0', 'oslo.message': JSON.stringify(message) }
  }
}
