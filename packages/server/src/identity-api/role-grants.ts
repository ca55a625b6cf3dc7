/**
 * /v3/projects/{project}/users/{user}/roles: giving, checking and taking away roles.
 *
 * Spec: Identity API v3, "Roles", "Assign role to user on project" and its neighbours.
 */
import { NotFoundError, quote, type RoleAssignment } from '@vitrine/core'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { requireAdmin } from './caller.ts'
import { type Context, listLinks } from './context.ts'
import { findProject } from './projects.ts'
import { pathPart } from './request-fields.ts'
import { findRole, roleBody } from './roles.ts'
import { findUser } from './users.ts'

const path = '/v3/projects/:projectId/users/:userId/roles'

export function roleGrantRoutes(app: FastifyInstance, context: Context): void {
  const { records } = context.accounts

  app.get(path, async (request) => {
    requireAdmin(request)
    const { userId, projectId } = await holderAndPlace(context, request)
    const held = await records.listRoleAssignments({ userId, projectId })
    return {
      roles: held.map(({ role }) => roleBody(context, request, role)),
      links: listLinks(context, request),
    }
  })

  app.put(`${path}/:roleId`, async (request, reply) => {
    requireAdmin(request)
    await records.assignRole(await readAssignment(context, request))
    return reply.code(204).send()
  })

  app.route({
    method: ['GET', 'HEAD'],
    url: `${path}/:roleId`,
    async handler(request, reply) {
      requireAdmin(request)
      const assignment = await readAssignment(context, request)
      const held = await records.listRoleAssignments(assignment)
      if (held.length === 0) throw notHeld(assignment)
      return reply.code(204).send()
    },
  })

  app.delete(`${path}/:roleId`, async (request, reply) => {
    requireAdmin(request)
    const assignment = await readAssignment(context, request)
    if (!(await records.removeRole(assignment))) throw notHeld(assignment)
    return reply.code(204).send()
  })
}

async function holderAndPlace(context: Context, request: FastifyRequest) {
  const project = await findProject(context, pathPart(request, 'projectId'))
  const user = await findUser(context, pathPart(request, 'userId'))
  return { userId: user.id, projectId: project.id }
}

async function readAssignment(context: Context, request: FastifyRequest): Promise<RoleAssignment> {
  const { name: role } = findRole(pathPart(request, 'roleId'))
  return { ...(await holderAndPlace(context, request)), role }
}

function notHeld({ userId, projectId, role }: RoleAssignment): NotFoundError {
  return new NotFoundError(
    `Cannot find the role ${quote(role)} of user ${quote(userId)} on project ${quote(projectId)}: it was not given`,
  )
}
