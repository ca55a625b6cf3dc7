/** Passes events on as notifications, where the operator wants them. */
import { EventConsumer, type EventOutbox } from '@vitrine/core'
import { logNotifier, type Notifier, toNotification } from '@vitrine/notifications'
import type { FastifyBaseLogger } from 'fastify'
import type { NotificationSettings } from './notification-settings.ts'

/** The name under which the outbox knows them. */
export const notificationConsumer = 'notifications'

export type OpenNotificationsParts = {
  readonly outbox: EventOutbox
  readonly storesAreNamed: boolean
  readonly log: FastifyBaseLogger
}

/** Resolves when all that happens from now on will be told, be the receiver there or not. */
export async function openNotifications(
  settings: NotificationSettings,
  { outbox, storesAreNamed, log }: OpenNotificationsParts,
): Promise<AsyncDisposable> {
  const opened = new AsyncDisposableStack()
  if (settings.driver === 'none') return opened
  const notifier = opened.use(await notifierOf(settings, log))
  const rules = { disabled: settings.disabled, storesAreNamed }
  opened.use(
    await EventConsumer.start({
      outbox,
      name: notificationConsumer,
      deliver: (events, signal) =>
        notifier.send(
          events.flatMap((event) => toNotification(event, rules) ?? []),
          signal,
        ),
      onError: (error) => log.warn({ err: error }, 'notifications wait: they cannot be delivered'),
    }),
  )
  return opened
}

type Chosen = Exclude<NotificationSettings, { readonly driver: 'none' }>

async function notifierOf(settings: Chosen, log: FastifyBaseLogger): Promise<Notifier> {
  // Whoever wants notifications in the log gets them, though it has nothing else below warnings.
  const told = log.child({}, { level: 'info' })
  if (settings.driver === 'log') return logNotifier(told, settings.publisherId)
  // Loaded where it is needed: few have a broker, and everyone would pay in memory and at the start.
  const { AmqpNotifier } = await import('@vitrine/notifications/amqp')
  return new AmqpNotifier({
    ...settings,
    onError: (error) => log.warn({ err: error }, 'the message broker cannot be reached'),
  })
}
