/**
 * /v3/roles: the roles there are. They are fixed, so their ids are the same everywhere.
 *
 * Spec: Identity API v3, "Roles".
 */
import { accountRoles, NotFoundError, quote, type Role } from '@vitrine/core'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { requireAdmin } from './caller.ts'
import { type Context, linkTo, listLinks } from './context.ts'
import { pathPart, queryText } from './request-fields.ts'
import { stableId } from './service-catalog.ts'

const roles = accountRoles.map((name) => ({ id: stableId(`role ${name}`), name }))

/** A role as it stands inside tokens and assignments. */
export function roleNamed(name: string) {
  return { id: stableId(`role ${name}`), name }
}

/** @throws {NotFoundError} when no role has this id. */
export function findRole(id: string): { readonly id: string; readonly name: Role } {
  const role = roles.find((each) => each.id === id)
  if (role !== undefined) return role
  throw new NotFoundError(
    `Cannot find role ${quote(id)}: the roles are ${accountRoles.join(', ')}, each with an id of its own`,
  )
}

export function roleBody(context: Context, request: FastifyRequest, name: string) {
  const { id } = roleNamed(name)
  return {
    id,
    name,
    domain_id: null,
    description: null,
    options: {},
    links: linkTo(context, request, `/roles/${id}`),
  }
}

export function roleRoutes(app: FastifyInstance, context: Context): void {
  app.get('/v3/roles', (request) => {
    requireAdmin(request)
    const wanted = queryText(request, 'name')
    // With a domain, Identity means that domain's own roles; there are none.
    const isGlobal = queryText(request, 'domain_id') === undefined
    const asked = roles.filter(({ name }) => isGlobal && (wanted ?? name) === name)
    return {
      roles: asked.map(({ name }) => roleBody(context, request, name)),
      links: listLinks(context, request),
    }
  })

  app.get('/v3/roles/:roleId', (request) => {
    requireAdmin(request)
    const { name } = findRole(pathPart(request, 'roleId'))
    return { role: roleBody(context, request, name) }
  })
}
