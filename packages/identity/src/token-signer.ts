/**
 * Tokens as text: JSON Web Tokens signed with the secret that all processes share.
 *
 * The text says what was true when the token was issued, and nobody else can write it. What it is
 * worth now is for `account-tokens.ts` to say. A signature is checked once per token and process.
 */
import type { Clock } from '@vitrine/core'
import { type JWTPayload, jwtVerify, SignJWT } from 'jose'
import { LRUCache } from 'lru-cache'

export type TokenClaims = {
  /** Also the token's audit id. */
  readonly tokenId: string
  /** The token that this one was exchanged for. */
  readonly parentId: string | undefined
  readonly userId: string
  /** Undefined for an unscoped token. */
  readonly projectId: string | undefined
  /** The user's token epoch when it was issued. */
  readonly epoch: number
  /** How the user proved who it is, in Identity's words: `password`, `token`. */
  readonly methods: readonly string[]
  readonly issuedAt: Date
  readonly expiresAt: Date
}

const algorithm = 'HS256'
/** So that no other kind of token, signed with the same secret one day, passes as one of these. */
const type = 'vitrine-token'

/** Longer than any token we sign. A longer one is not worth hashing, nor remembering. */
const mostCharacters = 1024
const mostRemembered = 10_000

export class TokenSigner {
  readonly #key: CryptoKey
  readonly #clock: Clock
  readonly #known = new LRUCache<string, TokenClaims>({ max: mostRemembered })

  private constructor(key: CryptoKey, clock: Clock) {
    this.#key = key
    this.#clock = clock
  }

  /** @param secret 32 bytes or more, in base64url. */
  static async open(secret: string, clock: Clock): Promise<TokenSigner> {
    const bytes = Buffer.from(secret, 'base64url')
    const hmac = { name: 'HMAC', hash: 'SHA-256' }
    const key = await crypto.subtle.importKey('raw', bytes, hmac, false, ['sign', 'verify'])
    return new TokenSigner(key, clock)
  }

  async sign(claims: TokenClaims): Promise<string> {
    return new SignJWT({
      jti: claims.tokenId,
      sub: claims.userId,
      epoch: claims.epoch,
      methods: claims.methods,
      ...(claims.projectId !== undefined && { project: claims.projectId }),
      ...(claims.parentId !== undefined && { parent: claims.parentId }),
    })
      .setProtectedHeader({ alg: algorithm, typ: type })
      .setIssuedAt(claims.issuedAt.getTime() / 1000)
      .setExpirationTime(claims.expiresAt.getTime() / 1000)
      .sign(this.#key)
  }

  /** @returns undefined when we did not sign it, or it has expired. */
  async read(token: string): Promise<TokenClaims | undefined> {
    const known = this.#known.get(token)
    const claims = known ?? (await this.#verify(token))
    if (claims === undefined || claims.expiresAt <= this.#clock.now()) return undefined
    if (known === undefined) this.#known.set(token, claims)
    return claims
  }

  async #verify(token: string): Promise<TokenClaims | undefined> {
    if (token.length > mostCharacters) return undefined
    const options = { algorithms: [algorithm], typ: type, currentDate: this.#clock.now() }
    const verified = await jwtVerify(token, this.#key, options).catch(() => undefined)
    return verified && toClaims(verified.payload)
  }
}

/** @returns undefined for what another version of Vitrine may have signed. */
function toClaims(payload: JWTPayload): TokenClaims | undefined {
  const { jti, sub, iat, exp, epoch, methods, project, parent } = payload
  if (jti === undefined || sub === undefined || iat === undefined || exp === undefined) return
  if (typeof epoch !== 'number' || !isStrings(methods)) return
  if (!isOptionalString(project) || !isOptionalString(parent)) return
  return {
    tokenId: jti,
    parentId: parent,
    userId: sub,
    projectId: project,
    epoch,
    methods,
    issuedAt: new Date(Math.round(iat * 1000)),
    expiresAt: new Date(Math.round(exp * 1000)),
  }
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}

function isOptionalString(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string'
}
