/**
 * Who the caller is: a token, how long it is good for, and how a new one is had.
 */
import type { Fetch } from './http.ts'
import type { RetryPolicy } from './retry.ts'

/** What proving who one is yields. */
export type Session = {
  readonly token: string
  /** By this machine's clock. Undefined when it never expires, or nobody knows. */
  readonly expiresAt?: Date | undefined
  /** The services that the token is good for. */
  readonly catalog?: Catalog | undefined
}

/** Identity's list of services and of where each is found. */
export type Catalog = readonly CatalogEntry[]

export type CatalogEntry = {
  readonly serviceType: string
  readonly interface: string
  readonly region: string | null
  readonly url: string
}

/** A way to prove who the caller is. `password()` and `token()` make one; so may you. */
export interface Auth {
  /**
   * Obtains a session. Called when the first call is made, and again whenever a new one is needed;
   * never twice at once.
   */
  authenticate(context: AuthContext): Promise<Session>
}

/** What an `Auth` may use: how requests are sent and repeated, and when to give up. */
export type AuthContext = {
  readonly fetch: Fetch
  readonly retry: RetryPolicy
  readonly signal: AbortSignal
}

/** A token that is there already. It cannot be renewed, so give `endpoint` to the client with it. */
export function token(value: string): Auth {
  return { authenticate: async () => ({ token: value }) }
}
