/**
 * By which a receiver knows that a delivery is ours, unchanged, and new.
 *
 * Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
import { createHmac, randomBytes } from 'node:crypto'
import type { Webhook } from './webhook.ts'

const prefix = 'whsec_'

export function drawWebhookSecret(): string {
  return `${prefix}${randomBytes(32).toString('base64')}`
}

/** The headers of one try. @param id the same at every try, by which a receiver drops what it has. */
export function signatureHeaders(
  { secret, oldSecret }: Pick<Webhook, 'secret' | 'oldSecret'>,
  id: string,
  body: string,
  now: Date,
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(now.getTime() / 1000))
  const secrets =
    oldSecret !== null && now < oldSecret.until ? [secret, oldSecret.secret] : [secret]
  const signatures = secrets.map((one) => {
    const key = Buffer.from(one.slice(prefix.length), 'base64')
    const code = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`)
    return `v1,${code.digest('base64')}`
  })
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  }
}
