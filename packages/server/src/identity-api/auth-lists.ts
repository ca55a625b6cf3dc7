/** What the caller could log in to, and what it finds there. */
import { ForbiddenError } from '@vitrine/core'
import type { FastifyInstance } from 'fastify'
import { callerOf } from './caller.ts'
import { type Context, listLinks } from './context.ts'
import { projectBody } from './projects.ts'
import { serviceCatalog } from './service-catalog.ts'

export function authListRoutes(app: FastifyInstance, context: Context): void {
  app.get('/v3/auth/catalog', (request) => {
    if (callerOf(request).actor.projectId === undefined) {
      throw new ForbiddenError('Cannot show the catalog: it needs a token with a project')
    }
    return { catalog: serviceCatalog(context, request), links: listLinks(context, request) }
  })

  app.get('/v3/auth/projects', async (request) => {
    const { userId } = callerOf(request).actor
    const projects = await context.accounts.records.listProjectsOf(userId)
    return {
      projects: projects.map((project) => projectBody(context, request, project)),
      links: listLinks(context, request),
    }
  })

  // Roles are held on projects alone.
  app.get('/v3/auth/domains', (request) => ({ domains: [], links: listLinks(context, request) }))
  app.get('/v3/auth/system', (request) => ({ system: [], links: listLinks(context, request) }))
}
