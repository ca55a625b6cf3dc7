/**
 * Our own token for asking Keystone: had by password, renewed before it expires, and renewed once
 * for all who wait when Keystone does not take it any more.
 */
import { type Clock, UnavailableError } from '@vitrine/core'
import { type IssuedToken, LogInRefusedError } from './keystone-requests.ts'

/** Before it expires, so that it is still good when it arrives: a minute, or less of a short life. */
const mostMarginMs = 60_000
/** A wrong password is not tried more often: Keystone may lock the account, and hashing costs it. */
const refusalHoldsMs = 10_000

export type KeystoneLogInOptions = {
  readonly logIn: () => Promise<IssuedToken>
  readonly clock: Clock
}

export class KeystoneLogIn {
  readonly #logIn: () => Promise<IssuedToken>
  readonly #clock: Clock
  #current: { readonly token: string; readonly renewAtMs: number } | undefined
  #underWay: Promise<string> | undefined
  #refusal: { readonly error: unknown; readonly untilMs: number } | undefined

  constructor({ logIn, clock }: KeystoneLogInOptions) {
    this.#logIn = logIn
    this.#clock = clock
  }

  /** @throws {UnavailableError} when there is no token to be had. */
  async token(): Promise<string> {
    const nowMs = this.#nowMs()
    if (this.#current && nowMs < this.#current.renewAtMs) return this.#current.token
    if (this.#refusal && nowMs < this.#refusal.untilMs) throw this.#refusal.error
    this.#underWay ??= this.#renew().finally(() => {
      this.#underWay = undefined
    })
    return this.#underWay
  }

  /** Keystone did not take this token. One that has been renewed meanwhile stays. */
  forget(refused: string): void {
    if (this.#current?.token === refused) this.#current = undefined
  }

  async #renew(): Promise<string> {
    try {
      const { token, expiresAt } = await this.#logIn()
      const lifeMs = expiresAt.getTime() - this.#nowMs()
      const renewAtMs = expiresAt.getTime() - Math.min(mostMarginMs, lifeMs / 4)
      this.#current = { token, renewAtMs }
      return token
    } catch (error) {
      if (isRefusal(error)) this.#refusal = { error, untilMs: this.#nowMs() + refusalHoldsMs }
      throw error
    }
  }

  #nowMs(): number {
    return this.#clock.now().getTime()
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof UnavailableError && error.cause instanceof LogInRefusedError
}
