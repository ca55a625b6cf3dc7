/**
 * Who is asking, and what that lets them do: an admin of any project manages all accounts; everyone
 * else sees themselves and their own projects. Whatever is not allowed here is refused.
 */
import { ForbiddenError, hasRole, isAdmin, quote, UnauthorizedError } from '@vitrine/core'
import type { GoodToken } from '@vitrine/identity'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { rememberActor } from '../request-actors.ts'
import type { Context } from './context.ts'
import { headerText } from './request-fields.ts'

const decorator = 'identityCaller'

/** Lets nobody past without a good token: every route registered on `app` from now on needs one. */
export function requireTokens(app: FastifyInstance, { accounts, requestRate }: Context): void {
  app.decorateRequest(decorator, null)
  // Before the body is read: strangers cannot make us parse anything.
  app.addHook('onRequest', async (request) => {
    const token = headerText(request, 'x-auth-token')
    if (token === undefined) {
      throw new UnauthorizedError(
        'Cannot serve the request: it needs a token in the header X-Auth-Token',
      )
    }
    const caller = await accounts.tokens.read(token)
    if (caller === undefined) {
      throw new UnauthorizedError(
        'Cannot serve the request: the token in X-Auth-Token is unknown, expired or revoked',
      )
    }
    request.setDecorator(decorator, caller)
    rememberActor(request, caller.actor)
    requestRate?.take(caller.actor)
  })
}

/** Only on routes behind `requireTokens`. */
export function callerOf(request: FastifyRequest): GoodToken {
  return request.getDecorator<GoodToken>(decorator)
}

/** @throws {ForbiddenError} unless the caller is an admin. */
export function requireAdmin(request: FastifyRequest): void {
  if (!isAdmin(callerOf(request).actor)) throw forbidden(request, 'the role admin on a project')
}

/** @throws {ForbiddenError} unless the caller is this user, or an admin. */
export function requireSelfOrAdmin(request: FastifyRequest, userId: string): void {
  const { actor } = callerOf(request)
  if (actor.userId !== userId && !isAdmin(actor)) {
    throw forbidden(request, 'to be that user, or the role admin on a project')
  }
}

/** @throws {ForbiddenError} unless the caller holds a role on the project, or is an admin. */
export async function requireRoleOn(
  { accounts }: Context,
  request: FastifyRequest,
  projectId: string,
): Promise<void> {
  const { actor } = callerOf(request)
  if (isAdmin(actor) || actor.projectId === projectId) return
  const { userId } = actor
  const roles = await accounts.records.listRoleAssignments({ userId, projectId })
  if (roles.length === 0) throw forbidden(request, 'a role there, or the role admin on a project')
}

/** @throws {ForbiddenError} unless the token is the caller's, or the caller checks tokens for a living. */
export function requireMayValidate(request: FastifyRequest, subject: GoodToken): void {
  const { actor } = callerOf(request)
  const isOwn = actor.userId === subject.actor.userId
  if (!isOwn && !isAdmin(actor) && !hasRole(actor, 'service')) {
    throw forbidden(request, 'to be the token’s own user, or the role admin or service')
  }
}

function forbidden(request: FastifyRequest, needed: string): ForbiddenError {
  return new ForbiddenError(`Cannot ${request.method} ${quote(request.url)}: it needs ${needed}`)
}
