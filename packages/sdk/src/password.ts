/**
 * Logging in with a password: `POST /v3/auth/tokens`.
 *
 * Source: Identity API v3, "Password authentication with scoped authorization".
 */
import { parseCatalog } from './catalog.ts'
import { UnexpectedResponseError } from './errors.ts'
import { connected, exchange, type HttpRequest, sendWith } from './http.ts'
import { Fields, parseJson } from './parsing.ts'
import { withRetries } from './retry.ts'
import type { Auth, AuthContext, Session } from './session.ts'

/**
 * Names are unique only within a domain: `userDomain` and `projectDomain` give it by name,
 * `userDomainId` and `projectDomainId` by id. Without them it is the domain with the id `default`.
 */
export type PasswordOptions = {
  /** Where Identity lives, with or without `/v3`. */
  readonly authUrl: string | URL
  readonly password: string
} & (
  | { readonly username: string; readonly userDomain?: string; readonly userDomainId?: string }
  | { readonly userId: string }
) &
  (
    | {
        readonly project: string
        readonly projectDomain?: string
        readonly projectDomainId?: string
      }
    | { readonly projectId: string }
  )

/**
 * Logs in at Identity with a password, for one project.
 *
 * A wrong password rejects the first call with `UnauthorizedError`. Asking for a token changes
 * nothing, so it is repeated like any safe call.
 */
export function password(options: PasswordOptions): Auth {
  const url = tokensUrl(options.authUrl)
  const body = JSON.stringify({ auth: { identity: identityOf(options), scope: scopeOf(options) } })
  return {
    authenticate: (context) =>
      withRetries(() => logIn(url, body, context), context.retry, context.signal),
  }
}

export function tokensUrl(authUrl: string | URL): URL {
  const url = new URL(authUrl)
  url.pathname = `${url.pathname.replace(/\/+$/, '').replace(/\/v3$/, '')}/v3/auth/tokens`
  return url
}

function identityOf(options: PasswordOptions) {
  const { password } = options
  const user =
    'userId' in options
      ? { id: options.userId, password }
      : {
          name: options.username,
          domain: domainOf(options.userDomain, options.userDomainId),
          password,
        }
  return { methods: ['password'], password: { user } }
}

function scopeOf(options: PasswordOptions) {
  const project =
    'projectId' in options
      ? { id: options.projectId }
      : {
          name: options.project,
          domain: domainOf(options.projectDomain, options.projectDomainId),
        }
  return { project }
}

function domainOf(name: string | undefined, id: string | undefined) {
  return name === undefined ? { id: id ?? 'default' } : { name }
}

async function logIn(url: URL, body: string, context: AuthContext): Promise<Session> {
  const headers = new Headers({ accept: 'application/json', 'content-type': 'application/json' })
  const request: HttpRequest = { method: 'POST', url, headers, body, signal: context.signal }
  const response = await exchange(request, sendWith(context.fetch))
  const text = await connected(request, () => response.text())
  return sessionOf(response.headers.get('x-subject-token'), parseJson(text), Date.now())
}

/** @param nowMs the time of the answer, by this machine's clock. */
export function sessionOf(token: string | null, body: unknown, nowMs: number): Session {
  if (token === null) {
    throw new UnexpectedResponseError('Cannot log in: the answer has no X-Subject-Token header')
  }
  const answer = new Fields<'token'>('answer', body)
  const fields = new Fields<'expires_at' | 'issued_at' | 'catalog'>('token', answer.get('token'))
  const catalog =
    fields.get('catalog') === undefined ? undefined : parseCatalog(fields.list('catalog'))
  return { token, expiresAt: expiry(fields, nowMs), catalog }
}

/** Reckoned from the token's length of life, so that the two clocks need not agree. */
function expiry(fields: Fields<'expires_at' | 'issued_at'>, nowMs: number): Date | undefined {
  if (fields.textOrNull('expires_at') === null) return undefined
  const expiresAt = fields.date('expires_at')
  if (fields.textOrNull('issued_at') === null) return expiresAt
  return new Date(nowMs + expiresAt.getTime() - fields.date('issued_at').getTime())
}
