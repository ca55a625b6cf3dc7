/** Reads the body of a log-in: who it says to be, the proof, and the scope it asks for. */
import type { IdOrName } from '@vitrine/core'
import { InvalidError, quote, UnauthorizedError } from '@vitrine/core'
import type { Scope } from '@vitrine/identity'
import type { FastifyRequest } from 'fastify'
import { domain, isDomainName } from './domains.ts'
import {
  bodyOf,
  type Fields,
  fieldsOf,
  requiredTextIn,
  secretIn,
  textIn,
} from './request-fields.ts'

export type Proof =
  | { readonly method: 'password'; readonly user: IdOrName; readonly password: string }
  | { readonly method: 'token'; readonly token: string }

export type AuthRequest = { readonly proof: Proof; readonly scope: Scope }

/**
 * @throws {InvalidError} when it is not the body of a log-in.
 * @throws {UnauthorizedError} when it asks for a method, scope or domain that does not exist here.
 */
export function readAuthRequest(request: FastifyRequest): AuthRequest {
  const auth = bodyOf(request, 'auth')
  return { proof: readProof(fieldsOf(auth.identity, '"identity"')), scope: readScope(auth.scope) }
}

function readProof(identity: Fields): Proof {
  const { methods } = identity
  if (!Array.isArray(methods) || methods.length !== 1) {
    throw new InvalidError('Cannot log in: "methods" must be an array with one method')
  }
  const [method] = methods
  if (method === 'token') {
    return { method, token: secretIn(fieldsOf(identity.token, '"token"'), 'id') }
  }
  if (method === 'password') {
    const user = fieldsOf(fieldsOf(identity.password, '"password"').user, '"user"')
    return { method, user: readIdOrName(user, 'user'), password: secretIn(user, 'password') }
  }
  throw new UnauthorizedError(
    `Cannot log in by ${quote(method)}: the methods here are "password" and "token"`,
  )
}

function readScope(scope: unknown): Scope {
  if (scope === undefined || scope === null) return { kind: 'default' }
  if (scope === 'unscoped') return { kind: 'unscoped' }
  const { project, unscoped, ...others } = fieldsOf(scope, '"scope"')
  if (unscoped !== undefined) return { kind: 'unscoped' }
  if (project !== undefined) {
    return { kind: 'project', project: readIdOrName(fieldsOf(project, '"project"'), 'project') }
  }
  const [kind] = Object.keys(others)
  if (kind === undefined) throw new InvalidError('Cannot log in: "scope" is empty')
  throw new UnauthorizedError(
    `Cannot log in to the scope ${quote(kind)}: roles are held on projects here, so the scope must be a project or "unscoped"`,
  )
}

/** By id; or by name and domain, of which there is one, so that it may be left out. */
function readIdOrName(fields: Fields, what: string): IdOrName {
  const id = textIn(fields, 'id')
  if (id !== undefined) return { id }
  const name = requiredTextIn(fields, 'name')
  const { id: domainId = domain.id, name: domainName = domain.name } = readDomain(fields.domain)
  if (domainId === domain.id && isDomainName(domainName)) return { name }
  throw new UnauthorizedError(
    `Cannot log in: the domain of the ${what} does not exist; the only domain is "${domain.id}"`,
  )
}

function readDomain(value: unknown): { id?: string | undefined; name?: string | undefined } {
  if (value === undefined) return {}
  const fields = fieldsOf(value, '"domain"')
  return { id: textIn(fields, 'id'), name: textIn(fields, 'name') }
}
