/** /v3/groups: clients look for groups where they look for users; there are none. */
import { NotFoundError, quote } from '@vitrine/core'
import type { FastifyInstance } from 'fastify'
import { requireAdmin, requireSelfOrAdmin } from './caller.ts'
import { type Context, listLinks } from './context.ts'
import { pathPart } from './request-fields.ts'
import { findUser } from './users.ts'

export function groupRoutes(app: FastifyInstance, context: Context): void {
  app.get('/v3/groups', (request) => {
    requireAdmin(request)
    return { groups: [], links: listLinks(context, request) }
  })

  app.get('/v3/groups/:groupId', (request) => {
    requireAdmin(request)
    const id = pathPart(request, 'groupId')
    throw new NotFoundError(`Cannot find group ${quote(id)}: there are no groups here`)
  })

  app.get('/v3/users/:userId/groups', async (request) => {
    const id = pathPart(request, 'userId')
    requireSelfOrAdmin(request, id)
    await findUser(context, id)
    return { groups: [], links: listLinks(context, request) }
  })
}
