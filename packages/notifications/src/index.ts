export { logNotifier, type NotificationLog } from './log-notifier.ts'
export { type Notification, type NotificationRules, toNotification } from './notification.ts'
export type { Notifier } from './notifier.ts'
