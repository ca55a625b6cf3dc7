/**
 * For receivers of webhooks: that a delivery is the service's, unchanged, and new.
 *
 * Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
import { InvalidSignatureError } from '../errors.ts'
import { parseJson } from '../parsing.ts'
import { parseEvent, type SharingEvent } from './event.ts'

export type ReceivedWebhook = {
  /** As it was told when the webhook was added: `whsec_…`. */
  readonly secret: string
  /** Of the request, whatever writes them: `Headers`, or the plain object of `node:http`. */
  readonly headers: Headers | Readonly<Record<string, string | readonly string[] | undefined>>
  /** Exactly as it came, before anything parses it. */
  readonly body: string | Uint8Array
  /** How old it may be, so that nobody can send a copy later. Default: five minutes. */
  readonly toleranceSeconds?: number | undefined
}

/**
 * The event, once it is certain that the service sent it just now. The same event may come again:
 * drop it when you have had its id.
 *
 * @throws {InvalidSignatureError} when it is not the service's, was changed, or is too old.
 */
export async function verifyWebhook(received: ReceivedWebhook): Promise<SharingEvent> {
  const { secret, headers, body, toleranceSeconds = 300 } = received
  const id = headerOf(headers, 'webhook-id')
  const timestamp = headerOf(headers, 'webhook-timestamp')
  const signatures = headerOf(headers, 'webhook-signature').split(' ')
  const ageSeconds = Math.abs(Date.now() / 1000 - Number(timestamp))
  // Not a number is no age either.
  if (!(ageSeconds <= toleranceSeconds)) {
    throw new InvalidSignatureError(
      `Cannot trust the webhook: its time is ${JSON.stringify(timestamp)}, and should be within ${toleranceSeconds} seconds of now`,
    )
  }
  const text = typeof body === 'string' ? body : new TextDecoder().decode(body)
  const signed = new TextEncoder().encode(`${id}.${timestamp}.${text}`)
  const key = await importKey(secret)
  for (const signature of signatures) {
    const code = signature.startsWith('v1,') ? fromBase64(signature.slice(3)) : undefined
    // Compared by the platform, in constant time.
    if (code && (await crypto.subtle.verify('HMAC', key, code, signed))) {
      return parseEvent(parseJson(text))
    }
  }
  throw new InvalidSignatureError('Cannot trust the webhook: its signature is not by this secret')
}

async function importKey(secret: string): Promise<CryptoKey> {
  const bytes = fromBase64(secret.replace(/^whsec_/, ''))
  if (bytes === undefined || bytes.length === 0) {
    throw new TypeError('Cannot verify webhooks: the secret should be "whsec_" and base64')
  }
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify'])
}

function headerOf(headers: ReceivedWebhook['headers'], name: string): string {
  const value = headers instanceof Headers ? headers.get(name) : headers[name]
  if (typeof value === 'string') return value
  throw new InvalidSignatureError(`Cannot trust the webhook: it has no header "${name}"`)
}

/** @returns undefined when it is none. */
function fromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
  } catch {
    return undefined
  }
}
