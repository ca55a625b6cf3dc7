/**
 * /v3/auth/tokens: logging in, and checking and revoking tokens.
 *
 * Spec: Identity API v3, "Authentication and token management".
 */
import { InvalidError, NotFoundError } from '@vitrine/core'
import type { GoodToken } from '@vitrine/identity'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { readAuthRequest } from './auth-request.ts'
import { requireMayValidate, requireSelfOrAdmin } from './caller.ts'
import type { Context } from './context.ts'
import { headerText } from './request-fields.ts'
import { tokenBody } from './token-body.ts'

/** Without a token, since it is how one comes by a token. */
export function logInRoute(app: FastifyInstance, context: Context): void {
  const { tokens } = context.accounts

  app.post('/v3/auth/tokens', async (request, reply) => {
    const { proof, scope } = readAuthRequest(request)
    const good =
      proof.method === 'password'
        ? await tokens.issueForPassword(proof.user, proof.password, scope)
        : await tokens.issueForToken(proof.token, scope)
    const body = await tokenBody(context, request, good)
    return reply.code(201).header('x-subject-token', good.token).send(body)
  })
}

export function tokenRoutes(app: FastifyInstance, context: Context): void {
  app.route({
    method: ['GET', 'HEAD'],
    url: '/v3/auth/tokens',
    async handler(request, reply) {
      const subject = await subjectOf(context, request)
      requireMayValidate(request, subject)
      reply.header('x-subject-token', subject.token)
      return tokenBody(context, request, subject)
    },
  })

  app.delete('/v3/auth/tokens', async (request, reply) => {
    const { actor, claims } = await subjectOf(context, request)
    requireSelfOrAdmin(request, actor.userId)
    await context.accounts.tokens.revoke(claims)
    return reply.code(204).send()
  })
}

async function subjectOf({ accounts }: Context, request: FastifyRequest): Promise<GoodToken> {
  const token = headerText(request, 'x-subject-token')
  if (token === undefined) {
    throw new InvalidError('Cannot find the token: it must be in the header X-Subject-Token')
  }
  const subject = await accounts.tokens.read(token)
  if (subject !== undefined) return subject
  throw new NotFoundError('Cannot find the token in X-Subject-Token: it is unknown or expired')
}
