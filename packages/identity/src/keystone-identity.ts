/**
 * Identity by Keystone: who a token speaks for is asked there, and the answer counts for a while.
 *
 *   actorOf ──► can it be a token? ──► known? ──► asked just now? ──► our own token ──► Keystone
 *                   no: nobody         yes: done    yes: wait           log in if need be
 *
 * A token that Keystone does not know, and that comes with the token of a service, goes this way once
 * more, with the question whether it was good before it expired.
 *
 * Tokens are remembered by their SHA-256: whoever reads our memory finds none to use. An answer
 * counts for `cacheSeconds` and never beyond the token's own end, so what is revoked in Keystone is
 * refused here within that time. While Keystone is down, remembered answers go on counting for as
 * long as they would have, and no longer: a revocation must not wait for the end of an outage.
 *
 * Design: ../../../docs/design/keystone.md
 */
import { hash } from 'node:crypto'
import {
  type Actor,
  type Clock,
  type Identity,
  type PasswordLogIn,
  systemClock,
  type TypedLogIn,
} from '@vitrine/core'
import { LRUCache } from 'lru-cache'
import { KeystoneLogIn } from './keystone-log-in.ts'
import {
  KeystoneRequests,
  type KeystoneRequestsOptions,
  type TokenAnswer,
  unavailable,
  type Wanted,
} from './keystone-requests.ts'
import { canBeTyped } from './text.ts'

export type KeystoneIdentityOptions = KeystoneRequestsOptions & {
  /** How long an answer of Keystone counts. */
  readonly cacheSeconds: number
  readonly clock?: Clock
}

/** What can stand in a header, and is no longer than 8 KiB. Anything else is not worth asking. */
const possibleToken = /^[\x21-\x7e]{1,8192}$/

const mostRemembered = 10_000
/** That a token is unknown counts only for a moment: Keystone's nodes may not agree on it yet. */
const mostUnknownMs = 5000
/** Tokens being asked about. More would only wait in Keystone's queue, and in our memory. */
const mostAtOnce = 256

type Remembered = { readonly actor: Actor; readonly untilMs: number }

export class KeystoneIdentity implements Identity, PasswordLogIn {
  readonly #requests: KeystoneRequests
  readonly #logIn: KeystoneLogIn
  readonly #clock: Clock
  readonly #cacheMs: number
  /** By what was wanted, and the token's hash. */
  readonly #known = new LRUCache<string, Remembered>({ max: mostRemembered })
  /** Until when, in milliseconds. Apart, so that a flood of bad tokens does not drive out good ones. */
  readonly #unknown = new LRUCache<string, number>({ max: mostRemembered })
  readonly #asking = new Map<string, Promise<Actor | undefined>>()

  constructor({ cacheSeconds, clock = systemClock, ...options }: KeystoneIdentityOptions) {
    const requests = new KeystoneRequests(options)
    this.#requests = requests
    this.#logIn = new KeystoneLogIn({ logIn: () => requests.logIn(), clock })
    this.#clock = clock
    this.#cacheMs = cacheSeconds * 1000
  }

  async actorOf(token: string, serviceToken?: string): Promise<Actor | undefined> {
    const actor = await this.#actorOf(token, 'good')
    if (actor !== undefined || serviceToken === undefined) return actor
    const service = await this.#actorOf(serviceToken, 'good')
    return service?.roles.has('service') ? this.#actorOf(token, 'good-or-expired') : undefined
  }

  async #actorOf(token: string, wanted: Wanted): Promise<Actor | undefined> {
    if (!possibleToken.test(token)) return undefined
    const key = `${wanted} ${hash('sha256', token, 'base64')}`
    const nowMs = this.#nowMs()
    const known = this.#known.get(key)
    if (known !== undefined && nowMs < known.untilMs) return known.actor
    if (nowMs < (this.#unknown.get(key) ?? 0)) return undefined
    return this.#asking.get(key) ?? this.#askOnce(key, token, wanted)
  }

  async logIn(typed: TypedLogIn): Promise<Actor | undefined> {
    return canBeTyped(typed) ? this.#requests.logInAs(typed) : undefined
  }

  /**
   * Logs us in to Keystone, if that is not done yet, so that a mistake shows before the first caller.
   *
   * @throws {UnavailableError} when that fails; its cause says why.
   */
  async begin(): Promise<void> {
    await this.#logIn.token()
  }

  #askOnce(key: string, token: string, wanted: Wanted): Promise<Actor | undefined> {
    if (this.#asking.size >= mostAtOnce) {
      throw unavailable(new Error(`${mostAtOnce} tokens are being asked about already`))
    }
    const asking = this.#ask(key, token, wanted).finally(() => this.#asking.delete(key))
    this.#asking.set(key, asking)
    return asking
  }

  async #ask(key: string, token: string, wanted: Wanted): Promise<Actor | undefined> {
    // Counted from here, since what changes while Keystone answers may not be in the answer.
    const askedAtMs = this.#nowMs()
    const answer = await this.#show(token, wanted)
    if (answer.kind !== 'known') {
      this.#known.delete(key)
      this.#unknown.set(key, askedAtMs + Math.min(this.#cacheMs, mostUnknownMs))
      return undefined
    }
    const { actor, expiresAt } = answer
    // Where our clock is ahead this may lie in the past. Keystone's word counts, and is asked anew.
    const endMs = wanted === 'good' ? expiresAt.getTime() : Number.POSITIVE_INFINITY
    const untilMs = Math.min(askedAtMs + this.#cacheMs, endMs)
    this.#known.set(key, { actor, untilMs })
    return actor
  }

  /** Asks under our own token; with a new one, once, when Keystone does not take that. */
  async #show(
    token: string,
    wanted: Wanted,
  ): Promise<Exclude<TokenAnswer, { kind: 'we-are-unknown' }>> {
    const ourToken = await this.#logIn.token()
    const answer = await this.#requests.showToken(ourToken, token, wanted)
    if (answer.kind !== 'we-are-unknown') return answer
    this.#logIn.forget(ourToken)
    const second = await this.#requests.showToken(await this.#logIn.token(), token, wanted)
    if (second.kind !== 'we-are-unknown') return second
    throw unavailable(new Error('Keystone does not take the token that it has just given to us'))
  }

  #nowMs(): number {
    return this.#clock.now().getTime()
  }
}
