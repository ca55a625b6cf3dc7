import type { Actor } from '../actor.ts'

/**
 * Says who a token speaks for. The promises below are tests in `@vitrine/conformance`.
 */
export interface Identity {
  /**
   * Who the token speaks for at this moment: its user, its project and the roles held there now.
   *
   * A role that was revoked, a user or project that was disabled or deleted, and a token that was
   * revoked count from the next call on.
   *
   * @returns undefined when the token is unknown, malformed, expired or revoked.
   * @throws {UnavailableError} when the identity service cannot be asked.
   */
  actorOf(token: string): Promise<Actor | undefined>
}
