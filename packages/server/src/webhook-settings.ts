/** Where webhooks may lead, and how they are delivered. */
import { type Choices, integer } from './settings.ts'
import { takeWebRules } from './web-settings.ts'

export function takeWebhooks(choices: Choices) {
  const seconds = (name: string, fallback: number) =>
    choices.take(`webhooks.${name}`, integer(fallback, 1, 3600, 'seconds')) * 1000
  return {
    web: { ...takeWebRules(choices, 'webhooks'), timeoutMs: seconds('timeout_seconds', 10) },
    /** Between the first try and the second. */
    retryMs: seconds('retry_seconds', 10),
  }
}
