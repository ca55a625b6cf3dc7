/**
 * The Identity API v3 over the built-in accounts: enough of it to log in and to manage projects,
 * users and roles with the clients of OpenStack. Absent when Keystone does this.
 *
 *   app.register(identityApi({ accounts, publicUrl }), { prefix: '/identity' })
 *
 * Everything here is the plugin's own: how it reads bodies, how it answers errors, what it does not
 * find. Nothing reaches the Images API beside it.
 */
import type { FastifyInstance } from 'fastify'
import { varyBy } from '../cors.ts'
import { requireReadablePath } from '../readable-url.ts'
import { authListRoutes } from './auth-lists.ts'
import { logInRoute, tokenRoutes } from './auth-tokens.ts'
import { requireTokens } from './caller.ts'
import { catalogRoutes } from './catalog-routes.ts'
import { type Context, contextOf, type IdentityApiOptions } from './context.ts'
import { domainRoutes } from './domains.ts'
import { answerErrors } from './error-answers.ts'
import { groupRoutes } from './groups.ts'
import { parseJsonBodies } from './json-body.ts'
import { refuseOtherMethods } from './method-not-allowed.ts'
import { projectRoutes } from './projects.ts'
import { roleAssignmentRoutes } from './role-assignments.ts'
import { roleGrantRoutes } from './role-grants.ts'
import { roleRoutes } from './roles.ts'
import { userRoutes } from './users.ts'
import { versionRoutes } from './versions.ts'

export function identityApi(options: IdentityApiOptions) {
  return async (app: FastifyInstance): Promise<void> => {
    const context = contextOf(options, app.prefix)
    parseJsonBodies(app)
    answerErrors(app, context)
    app.addHook('onRequest', async (_request, reply) => {
      varyBy(reply, 'X-Auth-Token')
    })
    app.addHook('preValidation', async (request) => requireReadablePath(request))

    const refuseTheRest = refuseOtherMethods(app)
    versionRoutes(app, context)
    logInRoute(app, context)
    await app.register(async (guarded) => registerGuarded(guarded, context))
    refuseTheRest()
  }
}

function registerGuarded(app: FastifyInstance, context: Context): void {
  requireTokens(app, context)
  tokenRoutes(app, context)
  authListRoutes(app, context)
  projectRoutes(app, context)
  userRoutes(app, context)
  roleRoutes(app, context)
  roleGrantRoutes(app, context)
  roleAssignmentRoutes(app, context)
  domainRoutes(app, context)
  groupRoutes(app, context)
  catalogRoutes(app, context)
}
