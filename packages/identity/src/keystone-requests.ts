/**
 * What Keystone is asked: to log us in, to say who a token speaks for, and whether what somebody
 * typed on a page of ours is right.
 *
 *   POST <auth_url>/v3/auth/tokens             our password ──► our own token
 *                                              what was typed ──► who, where, roles; and a token,
 *                                              which is given back at once
 *   GET  <auth_url>/v3/auth/tokens?nocatalog   our token, the caller's token ──► who, where, roles
 *                                              with &allow_expired=1 also when it has expired
 *
 * Whatever else comes back (no answer, a 5xx, a redirect, a page of some proxy) means that we know
 * nothing: `UnavailableError`. Its cause tells the operator what came back, and never holds a token
 * or the password.
 *
 * No `OpenStack-Identity-Access-Rules` header is sent, since we do not enforce such rules: Keystone
 * then does not vouch for tokens of application credentials that are restricted by them.
 */
import { type Actor, quote, type TypedLogIn, UnavailableError } from '@vitrine/core'
import { type KnownToken, readError, readExpiry, readKnownToken } from './keystone-token.ts'

/** The account under which we ask. */
export type ServiceAccount = {
  readonly username: string
  readonly password: string
  readonly projectName: string
  readonly userDomainName: string
  readonly projectDomainName: string
}

export type KeystoneRequestsOptions = ServiceAccount & {
  /** With or without `/v3` at its end. */
  readonly authUrl: string
  /** How long one answer may take, from asking to its last byte. */
  readonly timeoutMs: number
}

export type IssuedToken = { readonly token: string; readonly expiresAt: Date }

export type TokenAnswer =
  | ({ readonly kind: 'known' } & KnownToken)
  /** It was never issued, has expired or was revoked, or its user or project is gone. */
  | { readonly kind: 'unknown' }
  /** Keystone does not take our own token any more. */
  | { readonly kind: 'we-are-unknown' }

export type Wanted = 'good' | 'good-or-expired'

/** Keystone answers, and will not log us in: asking again soon would change nothing. */
export class LogInRefusedError extends Error {
  override readonly name = 'LogInRefusedError'
}

/**
 * What the server in front of Keystone says of a header that is too long for it. The token is all
 * that differs from one request to the next, so it is the token that cannot be good.
 */
const unreadable = new Set([400, 413, 414, 431])

type Answer = { readonly status: number; readonly headers: Headers; readonly body: unknown }

export class KeystoneRequests {
  readonly #account: ServiceAccount
  readonly #tokensUrl: string
  readonly #timeoutMs: number

  constructor({ authUrl, timeoutMs, ...account }: KeystoneRequestsOptions) {
    this.#account = account
    this.#tokensUrl = `${authUrl.replace(/\/*(\/v3)?\/*$/, '')}/v3/auth/tokens`
    this.#timeoutMs = timeoutMs
  }

  /** @throws {UnavailableError} when there is no token to be had; its cause says why. */
  async logIn(): Promise<IssuedToken> {
    const answer = await this.#request(this.#tokensUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(logInBody(this.#account)),
    })
    const token = answer.headers.get('x-subject-token')
    const expiresAt = readExpiry(answer.body)
    if (answer.status === 201 && token && expiresAt) return { token, expiresAt }
    const refused = answer.status < 500 && readError(answer.body) !== undefined
    if (!refused) throw unavailable(this.#unexpected('POST', answer))
    throw unavailable(
      new LogInRefusedError(
        `Keystone refuses the log-in of ${accountName(this.#account)}: ${told(answer)}`,
      ),
    )
  }

  /**
   * @returns undefined when Keystone does not take what was typed.
   * @throws {UnavailableError} when Keystone says neither yes nor no.
   */
  async logInAs({
    userName,
    domainName,
    password,
    projectId,
  }: TypedLogIn): Promise<Actor | undefined> {
    const user = { name: userName, password, domain: { name: domainName } }
    const identity = { methods: ['password'], password: { user } }
    const answer = await this.#request(this.#tokensUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ auth: { identity, scope: { project: { id: projectId } } } }),
    })
    const token = answer.headers.get('x-subject-token')
    const known = answer.status === 201 ? readKnownToken(answer.body) : undefined
    if (known !== undefined && token !== null) {
      await this.#giveBack(token)
      return known.actor
    }
    // 401 says no; 400 and 403 that such a user could never log in so.
    const isRefused = [400, 401, 403].includes(answer.status)
    if (isRefused && readError(answer.body) !== undefined) return undefined
    throw unavailable(this.#unexpected('POST', answer))
  }

  /** Nobody has it but us. Should it live on, it expires as any. */
  async #giveBack(token: string): Promise<void> {
    const headers = { 'x-auth-token': token, 'x-subject-token': token }
    await this.#request(this.#tokensUrl, { method: 'DELETE', headers }).catch(() => {})
  }

  /**
   * @param token free of characters that cannot stand in a header.
   * @param wanted whether Keystone is to vouch for a token that has expired, too. How long after its
   *   end it does so is Keystone's to say: two days, unless its operator sets `allow_expired_window`.
   * @throws {UnavailableError} when Keystone says neither yes nor no.
   */
  async showToken(ourToken: string, token: string, wanted: Wanted = 'good'): Promise<TokenAnswer> {
    const query = wanted === 'good' ? 'nocatalog' : 'nocatalog&allow_expired=1'
    const answer = await this.#request(`${this.#tokensUrl}?${query}`, {
      headers: { 'x-auth-token': ourToken, 'x-subject-token': token },
    })
    const known = answer.status === 200 ? readKnownToken(answer.body) : undefined
    if (known !== undefined) return { kind: 'known', ...known }
    if (answer.status === 401) return { kind: 'we-are-unknown' }
    if (unreadable.has(answer.status)) return { kind: 'unknown' }
    // Some proxy's 404 says nothing about the token.
    if (answer.status === 404 && readError(answer.body)?.code === 404) return { kind: 'unknown' }
    const mayNotAsk = answer.status === 403 && readError(answer.body) !== undefined
    throw unavailable(mayNotAsk ? this.#withoutRole(answer) : this.#unexpected('GET', answer))
  }

  async #request(url: string, init: RequestInit): Promise<Answer> {
    const signal = AbortSignal.timeout(this.#timeoutMs)
    // Tokens are shown to the configured address and to no other.
    const ask = () => fetch(url, { ...init, redirect: 'manual', signal })
    try {
      const response = await ask().catch((error: unknown) => {
        // Both requests may be made twice. An idle connection may just have been closed on us.
        if (signal.aborted) throw error
        return ask()
      })
      const { status, headers } = response
      return { status, headers, body: parse(await response.text()) }
    } catch (error) {
      const seconds = this.#timeoutMs / 1000
      const what = signal.aborted ? `did not answer within ${seconds} s` : 'cannot be reached'
      throw unavailable(new Error(`Keystone at ${this.#tokensUrl} ${what}`, { cause: error }))
    }
  }

  #withoutRole(answer: Answer): Error {
    return new Error(
      `Keystone does not let ${accountName(this.#account)} check tokens, which takes the role service or admin there: ${told(answer)}`,
    )
  }

  #unexpected(method: string, answer: Answer): Error {
    return new Error(
      `Keystone answered ${method} ${this.#tokensUrl} with ${told(answer)}, which is not how Keystone answers`,
    )
  }
}

export function unavailable(cause: Error): UnavailableError {
  return new UnavailableError(
    'Cannot find out who this is: the identity service does not answer as it should; try again later',
    { cause },
  )
}

function accountName({ username, projectName }: ServiceAccount): string {
  return `${quote(username)} (identity.username) in project ${quote(projectName)} (identity.project_name)`
}

function told({ status, body }: Answer): string {
  const error = readError(body)
  return error === undefined ? `status ${status}` : `status ${status}, ${quote(error.message)}`
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function logInBody(account: ServiceAccount) {
  const { username, password, projectName, userDomainName, projectDomainName } = account
  const user = { name: username, password, domain: { name: userDomainName } }
  return {
    auth: {
      identity: { methods: ['password'], password: { user } },
      scope: { project: { name: projectName, domain: { name: projectDomainName } } },
    },
  }
}
