/** Notifications as lines of the service's log. */
import type { Notifier } from './notifier.ts'

export type NotificationLog = {
  info(fields: object, message: string): void
  error(fields: object, message: string): void
}

export function logNotifier(log: NotificationLog, publisherId: string): Notifier {
  return {
    async send(notifications) {
      for (const { priority, messageId, eventType, payload } of notifications) {
        const fields = {
          message_id: messageId,
          publisher_id: publisherId,
          event_type: eventType,
          payload,
        }
        if (priority === 'ERROR') log.error(fields, 'notification')
        else log.info(fields, 'notification')
      }
    },
    async [Symbol.asyncDispose]() {},
  }
}
