/**
 * The web by HTTP and HTTPS, held to the operator's rules at every step:
 *
 *   URI ──filter──► host ──look up once──► addresses ──rules──► connect ──► answer ──► bytes
 *    ▲                                                                        │
 *    └───────────────────────── redirect, a few times ────────────────────────┘
 *
 * Until a server answers, every trouble with it reads the same to the caller: a refused connection,
 * one that is never taken, a certificate that is not trusted. Strangers do not get a port scanner.
 */
import type { IncomingMessage } from 'node:http'
import {
  InvalidError,
  UnavailableError,
  VitrineError,
  type WebContent,
  type WebRequest,
  type WebSource,
} from '@vitrine/core'
import { AddressRules } from './address-rules.ts'
import { allowedAddresses, type Resolve, resolveBySystem } from './allowed-addresses.ts'
import { readBody } from './read-body.ts'
import { isRedirect, redirectTarget, requireNoDowngrade } from './redirect.ts'
import { requestOnce } from './request-once.ts'
import { defaultTimeLimits, Stopwatch, type TimeLimits } from './stopwatch.ts'
import { defaultUriRules, UriFilter, type UriRules } from './uri-filter.ts'
import { hostOf } from './web-uri.ts'
import { requireWholeAnswer } from './whole-answer.ts'

export type HttpWebSourceOptions = {
  readonly rules?: Partial<UriRules>
  /** Addresses that may be reached besides public ones, as networks: `10.0.0.0/8`, `::1/128`. */
  readonly allowedNetworks?: readonly string[]
  readonly timeLimits?: Partial<TimeLimits>
  /** Certificates to trust, in PEM, instead of those that Node does. */
  readonly trustedCertificates?: readonly string[]
  readonly resolve?: Resolve
}

const mostRedirects = 5
/** For `checkHost`: a look-up holds one of the few threads that also read and write files. */
const mostLookups = 2
const longestLookupMs = 2000

type RequestHeaders = Readonly<Record<string, string>>

export class HttpWebSource implements WebSource {
  readonly #filter: UriFilter
  readonly #addresses: AddressRules
  readonly #limits: TimeLimits
  readonly #resolve: Resolve
  readonly #trustedCertificates: readonly string[] | undefined
  #lookups = 0

  /** @throws {TypeError} when the rules name what is no host or no network. */
  constructor(options: HttpWebSourceOptions = {}) {
    this.#addresses = new AddressRules(options.allowedNetworks ?? [])
    this.#filter = new UriFilter({ ...defaultUriRules, ...options.rules }, this.#addresses)
    this.#limits = { ...defaultTimeLimits, ...options.timeLimits }
    this.#resolve = options.resolve ?? resolveBySystem
    this.#trustedCertificates = options.trustedCertificates
  }

  check(uri: string): void {
    this.#filter.check(uri)
  }

  async checkHost(uri: string): Promise<void> {
    const host = hostOf(this.#filter.check(uri))
    if (this.#lookups >= mostLookups) return
    this.#lookups += 1
    const lookup = allowedAddresses(host, this.#addresses, this.#resolve).finally(() => {
      this.#lookups -= 1
    })
    try {
      await unlessAborted(AbortSignal.timeout(longestLookupMs), lookup)
    } catch (error) {
      if (error instanceof InvalidError) throw error
    }
  }

  async open(uri: string, request: WebRequest): Promise<WebContent> {
    const { signal, headers = {}, largestBytes } = request
    signal.throwIfAborted()
    const stopwatch = new Stopwatch(signal, this.#limits.totalMs)
    try {
      const { host, answer } = await this.#follow(uri, headers, stopwatch)
      const sizeBytes = acceptOrClose(answer, () => requireWholeAnswer(host, answer, largestBytes))
      stopwatch.pause()
      const { idleMs } = this.#limits
      return { sizeBytes, bytes: readBody({ host, answer, sizeBytes, stopwatch, idleMs }) }
    } catch (error) {
      stopwatch.stop()
      signal.throwIfAborted()
      throw error
    }
  }

  /** @returns the first answer that does not redirect, and who gave it. */
  async #follow(uri: string, headers: RequestHeaders, stopwatch: Stopwatch): Promise<Answered> {
    let url = this.#filter.check(uri)
    let ownHeaders = headers
    for (let redirects = 0; redirects <= mostRedirects; redirects += 1) {
      const answer = await this.#ask(url, ownHeaders, stopwatch)
      if (!isRedirect(answer)) return { host: hostOf(url), answer }

      answer.destroy()
      const next = this.#filter.check(redirectTarget(url, answer))
      requireNoDowngrade(url, next)
      // They may hold a token. Once away they are not sent again, whoever redirects back.
      if (next.origin !== url.origin) ownHeaders = {}
      url = next
    }
    throw new InvalidError(
      `Cannot fetch from "${hostOf(url)}": it redirects more than ${mostRedirects} times`,
    )
  }

  async #ask(url: URL, headers: RequestHeaders, stopwatch: Stopwatch): Promise<IncomingMessage> {
    const { signal } = stopwatch
    try {
      stopwatch.limitStep(this.#limits.connectMs, 'it did not connect in time')
      const lookup = allowedAddresses(hostOf(url), this.#addresses, this.#resolve)
      return await requestOnce({
        url,
        addresses: await unlessAborted(signal, lookup),
        headers,
        trustedCertificates: this.#trustedCertificates,
        signal,
        onConnect: () => stopwatch.limitStep(this.#limits.answerMs, 'it did not answer in time'),
      })
    } catch (error) {
      if (error instanceof VitrineError) throw error
      throw new UnavailableError(`Cannot fetch from "${hostOf(url)}": it gave no proper answer`, {
        cause: signal.aborted ? signal.reason : error,
      })
    }
  }
}

type Answered = { readonly host: string; readonly answer: IncomingMessage }

/** The body of an answer that is refused is not read. */
function acceptOrClose<T>(answer: IncomingMessage, accept: () => T): T {
  try {
    return accept()
  } catch (error) {
    answer.destroy()
    throw error
  }
}

/** A look-up cannot be called off, but need not be waited for. */
export async function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const aborted = Promise.withResolvers<never>()
  const abort = () => aborted.reject(signal.reason)
  signal.addEventListener('abort', abort)
  if (signal.aborted) abort()
  try {
    return await Promise.race([work, aborted.promise])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
