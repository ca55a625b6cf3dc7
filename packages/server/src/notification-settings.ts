/** Whom the service tells what happened, besides those who asked. */
import { type Choices, ConfigError, choice, flag, list, type Setting, text } from './settings.ts'

export type NotificationSettings =
  | { readonly driver: 'none' }
  | { readonly driver: 'log'; readonly publisherId: string; readonly disabled: readonly string[] }
  | {
      readonly driver: 'amqp'
      readonly publisherId: string
      readonly disabled: readonly string[]
      readonly url: string
      readonly topic: string
      readonly exchange: string
      readonly durable: boolean
    }

type Driver = NotificationSettings['driver']

/** @throws {ConfigError} when a broker is chosen and its address is missing. */
export function takeNotifications(choices: Choices): NotificationSettings {
  const take = <T>(name: string, setting: Setting<T>) =>
    choices.take(`notifications.${name}`, setting)
  const driver = choices.take(
    'notifications.driver',
    choice<Driver>('none', ['none', 'log', 'amqp']),
  )
  const url = take('url', brokerUrl())
  const topic = take('topic', text('notifications', 'the beginning of the names of queues'))
  const exchange = take('exchange', text('glance', 'the name of an exchange'))
  const durable = take('durable', flag(false))
  const publisherId = take('publisher_id', text('image.localhost', 'a name for this service'))
  const disabled = take('disabled', list([], eventType, 'types of events, or groups of them'))
  if (driver === 'none') return { driver }
  if (driver === 'log') return { driver, publisherId, disabled }
  if (url !== undefined) return { driver, publisherId, disabled, url, topic, exchange, durable }
  throw new ConfigError(
    'Cannot start: notifications.driver is "amqp", and that needs notifications.url to be set too',
  )
}

function brokerUrl(): Setting<string | undefined> {
  return {
    expected: 'the address of a broker, "amqp://<user>:<password>@<host>:<port>/<virtual host>"',
    fallback: undefined,
    // It holds a password.
    secret: true,
    read: (value) =>
      typeof value === 'string' && /^amqps?:\/\/./.test(value) && URL.canParse(value)
        ? value
        : undefined,
  }
}

function eventType(value: unknown): string | undefined {
  return typeof value === 'string' && /^[a-z_]+(\.[a-z_]+)*$/.test(value) ? value : undefined
}
