/** Tells listeners outside of what happened. */
import type { Notification } from './notification.ts'

export interface Notifier extends AsyncDisposable {
  /** Resolves when whoever passes them on has them all. */
  send(notifications: readonly Notification[], signal: AbortSignal): Promise<void>
}
