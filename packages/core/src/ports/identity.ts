import type { Actor } from '../actor.ts'

/**
 * Says who a token speaks for. The promises below are tests in `@vitrine/conformance`.
 */
export interface Identity {
  /**
   * Who the token speaks for: its user, its project and the roles held there.
   *
   * A role that was granted or revoked, a user or project that was disabled or deleted, and a token
   * that was revoked count within the adapter's *staleness*: a time of its own that the operator
   * can look up. For the built-in accounts it is zero, so that they count from the next call on;
   * whoever asks another service and remembers its answers has a few seconds or minutes.
   *
   * A token without a project, such as one for a domain or for the system, gives an actor without
   * roles: roles count on the project that they are held on.
   *
   * @param serviceToken of another service that acts for the user. Where it is good and has the role
   *   `service`, an adapter may take a token that was good and has expired: the user's work may last
   *   longer than the token. Whatever the service token is worth, it gives no rights of its own.
   * @returns undefined when the token is unknown, malformed, expired or revoked.
   * @throws {UnavailableError} when the identity service cannot be asked.
   */
  actorOf(token: string, serviceToken?: string): Promise<Actor | undefined>
}

/** Knows people by what they type, for a page of ours whose visitors have no token. */
export interface PasswordLogIn {
  /**
   * Whoever these belong to, in that project alone. Gives nobody a token.
   *
   * @returns undefined when the user name, its domain or the password is wrong, or the user may not
   *   log in, or has no role in the project: which of these, is not told.
   * @throws {UnavailableError} when the identity service cannot be asked.
   */
  logIn(typed: TypedLogIn): Promise<Actor | undefined>
}

export type TypedLogIn = {
  readonly userName: string
  /** Of the user. */
  readonly domainName: string
  readonly password: string
  readonly projectId: string
}
