/**
 * Posts over HTTP and HTTPS, held to the operator's rules as every fetch is: the same filter, one
 * look-up, and a connection to no other address. Of the answer little is read, and nothing followed.
 */
import type { IncomingMessage } from 'node:http'
import {
  InvalidError,
  UnavailableError,
  VitrineError,
  type WebAnswer,
  type WebhookCarrier,
  type WebMessage,
} from '@vitrine/core'
import { AddressRules } from './address-rules.ts'
import { allowedAddresses, type Resolve, resolveBySystem } from './allowed-addresses.ts'
import { HttpWebSource, type HttpWebSourceOptions, unlessAborted } from './http-web-source.ts'
import { requestOnce } from './request-once.ts'
import { TooSlowError } from './stopwatch.ts'
import { defaultUriRules, UriFilter } from './uri-filter.ts'
import { hostOf } from './web-uri.ts'

export type HttpWebhookCarrierOptions = Omit<HttpWebSourceOptions, 'timeLimits'> & {
  /** For all of a post: to look up, connect, send, and be answered. */
  readonly timeoutMs?: number
}

const defaultTimeoutMs = 10_000
const mostAnswerBytes = 1024
const mostAnswerCharacters = 200
const longestRetryAfterSeconds = 24 * 3600

export class HttpWebhookCarrier implements WebhookCarrier {
  readonly #source: HttpWebSource
  readonly #filter: UriFilter
  readonly #addresses: AddressRules
  readonly #resolve: Resolve
  readonly #timeoutMs: number
  readonly #trustedCertificates: readonly string[] | undefined

  /** @throws {TypeError} when the rules name what is no host or no network. */
  constructor(options: HttpWebhookCarrierOptions = {}) {
    this.#source = new HttpWebSource(options)
    this.#addresses = new AddressRules(options.allowedNetworks ?? [])
    this.#filter = new UriFilter({ ...defaultUriRules, ...options.rules }, this.#addresses)
    this.#resolve = options.resolve ?? resolveBySystem
    this.#timeoutMs = options.timeoutMs ?? defaultTimeoutMs
    this.#trustedCertificates = options.trustedCertificates
  }

  async checkHost(url: string): Promise<void> {
    await this.#source.checkHost(url).catch(throwAsDelivery)
  }

  async post(url: string, message: WebMessage, signal: AbortSignal): Promise<WebAnswer> {
    const tooSlow = AbortSignal.timeout(this.#timeoutMs)
    const ending = AbortSignal.any([signal, tooSlow])
    try {
      const answer = await this.#send(url, message, ending)
      try {
        return await read(answer)
      } finally {
        answer.destroy()
      }
    } catch (error) {
      signal.throwIfAborted()
      if (error instanceof VitrineError) return throwAsDelivery(error)
      throw new UnavailableError(
        `Cannot deliver to "${hostOf(new URL(url))}": it gave no proper answer in time`,
        { cause: tooSlow.aborted ? new TooSlowError('it took longer than allowed') : error },
      )
    }
  }

  async #send(url: string, message: WebMessage, signal: AbortSignal): Promise<IncomingMessage> {
    signal.throwIfAborted()
    const checked = this.#filter.check(url)
    const lookup = allowedAddresses(hostOf(checked), this.#addresses, this.#resolve)
    return requestOnce({
      url: checked,
      addresses: await unlessAborted(signal, lookup),
      headers: message.headers,
      body: message.body,
      trustedCertificates: this.#trustedCertificates,
      signal,
      onConnect: () => {},
    })
  }
}

/** The rules speak of fetching. */
function throwAsDelivery(error: unknown): never {
  if (!(error instanceof VitrineError)) throw error
  const message = error.message.replace(/^Cannot fetch (from|the URI)/, (_, words) =>
    words === 'from' ? 'Cannot deliver to' : 'Cannot deliver to the URL',
  )
  const options = { cause: error.cause }
  throw error instanceof InvalidError
    ? new InvalidError(message, options)
    : new UnavailableError(message, options)
}

/** How the answer begins. One that breaks off or drags on has been given all the same. */
async function read(answer: IncomingMessage): Promise<WebAnswer> {
  const pieces: Uint8Array[] = []
  let bytes = 0
  try {
    for await (const piece of answer) {
      pieces.push(piece)
      bytes += piece.length
      if (bytes >= mostAnswerBytes) break
    }
  } catch {
    // What came before is enough.
  }
  const text = Buffer.concat(pieces).subarray(0, mostAnswerBytes).toString()
  return {
    status: answer.statusCode ?? 0,
    beginning: text
      .replace(/[\p{C}\s]+/gu, ' ')
      .trim()
      .slice(0, mostAnswerCharacters),
    retryAfterSeconds: readRetryAfter(answer.headers['retry-after']),
  }
}

/** In seconds; a date is as good as nothing, since clocks differ. */
function readRetryAfter(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,9}$/.test(text)) return undefined
  return Math.min(Number(text), longestRetryAfterSeconds)
}
