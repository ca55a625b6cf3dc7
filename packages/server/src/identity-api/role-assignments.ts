/**
 * /v3/role_assignments: who holds which role where.
 *
 * Spec: Identity API v3, "List role assignments".
 */
import { type NamedRoleAssignment, withImpliedRoles } from '@vitrine/core'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { requireAdmin } from './caller.ts'
import { type Context, linkTo, listLinks } from './context.ts'
import { domain } from './domains.ts'
import { queryFlag, queryText } from './request-fields.ts'
import { roleNamed } from './roles.ts'

/** Holders and places of roles that do not exist here: nothing is assigned to or on them. */
const foreignFilters = [
  'group.id',
  'scope.domain.id',
  'scope.system',
  'scope.OS-INHERIT:inherited_to',
]

export function roleAssignmentRoutes(app: FastifyInstance, context: Context): void {
  app.get('/v3/role_assignments', async (request) => {
    requireAdmin(request)
    const isForeign = foreignFilters.some((name) => queryText(request, name) !== undefined)
    const assignments = isForeign ? [] : await find(context, request)
    return {
      role_assignments: assignments.map((each) => assignmentBody(context, request, each)),
      links: listLinks(context, request),
    }
  })
}

/** With `effective`, the roles that are held because another implies them are listed too. */
async function find({ accounts }: Context, request: FastifyRequest) {
  const userId = queryText(request, 'user.id')
  const projectId = queryText(request, 'scope.project.id')
  const roleId = queryText(request, 'role.id')
  const assigned = await accounts.records.listRoleAssignments({
    ...(userId !== undefined && { userId }),
    ...(projectId !== undefined && { projectId }),
  })
  const listed = queryFlag(request, 'effective') === true ? withImplied(assigned) : assigned
  return listed.filter(({ role }) => (roleId ?? roleNamed(role).id) === roleNamed(role).id)
}

function withImplied(assigned: readonly NamedRoleAssignment[]): readonly NamedRoleAssignment[] {
  const places = Map.groupBy(assigned, ({ userId, projectId }) => `${userId} ${projectId}`)
  return [...places.values()].flatMap((held) => {
    const roles = withImpliedRoles(held.map(({ role }) => role))
    return held.slice(0, 1).flatMap((one) => [...roles].map((role) => ({ ...one, role })))
  })
}

function assignmentBody(context: Context, request: FastifyRequest, held: NamedRoleAssignment) {
  const { userId, userName, projectId, projectName } = held
  const { id: roleId, name: role } = roleNamed(held.role)
  const path = `/projects/${projectId}/users/${userId}/roles/${roleId}`
  const links = { assignment: linkTo(context, request, path).self }
  if (queryFlag(request, 'include_names') !== true) {
    const scope = { project: { id: projectId } }
    return { role: { id: roleId }, user: { id: userId }, scope, links }
  }
  return {
    role: { id: roleId, name: role },
    user: { id: userId, name: userName, domain },
    scope: { project: { id: projectId, name: projectName, domain } },
    links,
  }
}
