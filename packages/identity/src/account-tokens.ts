/**
 * Tokens of the built-in accounts: issued for a password or another token, read, and revoked.
 *
 * Reading one costs a look into memory and one indexed query. The query's answer is never kept, so
 * a role or token that was revoked counts at once, in every process.
 */
import { randomBytes } from 'node:crypto'
import {
  type AccountRecords,
  type Actor,
  type Clock,
  type Identity,
  type IdOrName,
  quote,
  UnauthorizedError,
  withImpliedRoles,
} from '@vitrine/core'
import type { Passwords } from './password.ts'
import type { TokenClaims, TokenSigner } from './token-signer.ts'

/** What a token is asked for: a project, none, or the user's default project if that can be. */
export type Scope =
  | { readonly kind: 'project'; readonly project: IdOrName }
  | { readonly kind: 'unscoped' }
  | { readonly kind: 'default' }

/** A token that is good now, and who it speaks for. */
export type GoodToken = {
  readonly token: string
  readonly claims: TokenClaims
  readonly actor: Actor
}

/** What was proven, from which a token can be issued. */
type Proof = Omit<TokenClaims, 'tokenId' | 'projectId'>

export type AccountTokensOptions = {
  readonly records: AccountRecords
  readonly signer: TokenSigner
  readonly passwords: Passwords
  readonly clock: Clock
  readonly lifetimeSeconds: number
}

export class AccountTokens implements Identity {
  readonly #records: AccountRecords
  readonly #signer: TokenSigner
  readonly #passwords: Passwords
  readonly #clock: Clock
  readonly #lifetimeSeconds: number

  constructor({ records, signer, passwords, clock, lifetimeSeconds }: AccountTokensOptions) {
    this.#records = records
    this.#signer = signer
    this.#passwords = passwords
    this.#clock = clock
    this.#lifetimeSeconds = lifetimeSeconds
  }

  async actorOf(token: string): Promise<Actor | undefined> {
    return (await this.read(token))?.actor
  }

  /**
   * Like Keystone, a token whose user has lost its last role on the project is worth nothing.
   *
   * @returns undefined when the token is unknown, malformed, expired or revoked.
   */
  async read(token: string): Promise<GoodToken | undefined> {
    const claims = await this.#signer.read(token)
    if (claims === undefined) return undefined
    const actor = await this.#actor(claims)
    return actor && { token, claims, actor }
  }

  /** @throws {UnauthorizedError} in the same time and words for a wrong user and a wrong password. */
  async issueForPassword(user: IdOrName, password: string, scope: Scope): Promise<GoodToken> {
    const credentials = await this.#records.findCredentials(user)
    const matches = await this.#passwords.matches(password, credentials?.passwordHash ?? null)
    if (!matches || !credentials?.user.enabled) {
      throw new UnauthorizedError(
        'Cannot log in: there is no such user, the password is wrong, or the account is disabled',
      )
    }
    const issuedAt = this.#clock.now()
    const proof: Proof = {
      userId: credentials.user.id,
      epoch: credentials.tokenEpoch,
      methods: ['password'],
      parentId: undefined,
      issuedAt,
      expiresAt: new Date(issuedAt.getTime() + this.#lifetimeSeconds * 1000),
    }
    return this.#issue(proof, scope, credentials.user.defaultProjectId)
  }

  /**
   * Exchanges a token for one with another scope, which expires when the first would have.
   *
   * @throws {UnauthorizedError} when the token is not good, or the user has no role in the scope.
   */
  async issueForToken(token: string, scope: Scope): Promise<GoodToken> {
    const parent = await this.read(token)
    if (parent === undefined) {
      throw new UnauthorizedError('Cannot exchange the token: it is unknown, expired or revoked')
    }
    const { userId, epoch, methods, tokenId, expiresAt } = parent.claims
    const user = scope.kind === 'default' ? await this.#records.findUser({ id: userId }) : undefined
    const proof: Proof = {
      userId,
      epoch,
      methods: [...new Set(['token', ...methods])],
      parentId: tokenId,
      issuedAt: this.#clock.now(),
      expiresAt,
    }
    return this.#issue(proof, scope, user?.defaultProjectId ?? null)
  }

  async revoke({ tokenId, expiresAt }: TokenClaims): Promise<void> {
    await this.#records.revokeToken({ id: tokenId, expiresAt }, this.#clock.now())
  }

  async #issue(proof: Proof, scope: Scope, defaultProjectId: string | null): Promise<GoodToken> {
    const unscoped: TokenClaims = {
      ...proof,
      tokenId: randomBytes(16).toString('base64url'),
      projectId: undefined,
    }
    if (scope.kind === 'project') {
      const project = await this.#records.findProject(scope.project)
      const good = project && (await this.#sign({ ...unscoped, projectId: project.id }))
      if (good) return good
      const name = 'id' in scope.project ? scope.project.id : scope.project.name
      throw new UnauthorizedError(
        `Cannot log in to project ${quote(name)}: it does not exist, is disabled, or gives the user no role`,
      )
    }
    if (scope.kind === 'default' && defaultProjectId !== null) {
      const good = await this.#sign({ ...unscoped, projectId: defaultProjectId })
      if (good) return good
    }
    const good = await this.#sign(unscoped)
    if (good) return good
    throw new UnauthorizedError('Cannot log in: the account has just changed; try again')
  }

  async #sign(claims: TokenClaims): Promise<GoodToken | undefined> {
    const actor = await this.#actor(claims)
    return actor && { token: await this.#signer.sign(claims), claims, actor }
  }

  async #actor(claims: TokenClaims): Promise<Actor | undefined> {
    const { userId, projectId, epoch } = claims
    const standing = await this.#records.findStanding(claims)
    if (standing === undefined || standing.tokenRevoked || standing.tokenEpoch !== epoch) return
    if (projectId !== undefined && standing.roles.length === 0) return
    return { userId, projectId, roles: withImpliedRoles(standing.roles) }
  }
}
