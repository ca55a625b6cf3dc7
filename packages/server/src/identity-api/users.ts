/**
 * /v3/users: an admin's to manage; a user's to see itself, its projects, and to change its password.
 *
 * Spec: Identity API v3, "Users".
 */
import { NotFoundError, quote, type User } from '@vitrine/core'
import type { UserFields } from '@vitrine/identity'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { requireAdmin, requireSelfOrAdmin } from './caller.ts'
import { type Context, linkTo, listLinks } from './context.ts'
import { domain, isInDomainAsked, requireDomainIn } from './domains.ts'
import { projectBody } from './projects.ts'
import {
  bodyOf,
  type Fields,
  flagIn,
  pathPart,
  queryFlag,
  queryText,
  requiredTextIn,
  secretIn,
  textIn,
  textOrNullIn,
} from './request-fields.ts'

export function userRoutes(app: FastifyInstance, context: Context): void {
  const { accounts } = context

  app.post('/v3/users', async (request, reply) => {
    requireAdmin(request)
    const fields = bodyOf(request, 'user')
    const name = requiredTextIn(fields, 'name')
    const user = await accounts.createUser({ ...readChanges(fields), name })
    return reply.code(201).send({ user: userBody(context, request, user) })
  })

  app.get('/v3/users', async (request) => {
    requireAdmin(request)
    const filter = { name: queryText(request, 'name'), enabled: queryFlag(request, 'enabled') }
    const users = isInDomainAsked(request) ? await accounts.records.listUsers(filter) : []
    return {
      users: users.map((user) => userBody(context, request, user)),
      links: listLinks(context, request),
    }
  })

  app.get('/v3/users/:userId', async (request) => {
    const id = pathPart(request, 'userId')
    requireSelfOrAdmin(request, id)
    return { user: userBody(context, request, await findUser(context, id)) }
  })

  app.patch('/v3/users/:userId', async (request) => {
    requireAdmin(request)
    const id = pathPart(request, 'userId')
    const user = await accounts.changeUser(id, readChanges(bodyOf(request, 'user')))
    return { user: userBody(context, request, user) }
  })

  app.delete('/v3/users/:userId', async (request, reply) => {
    requireAdmin(request)
    const id = pathPart(request, 'userId')
    if (!(await accounts.records.deleteUser(id))) throw noUser(id)
    return reply.code(204).send()
  })

  // An admin sets passwords with PATCH; here the old one must be known.
  app.post('/v3/users/:userId/password', async (request, reply) => {
    const id = pathPart(request, 'userId')
    requireSelfOrAdmin(request, id)
    const fields = bodyOf(request, 'user')
    const [original, password] = [
      secretIn(fields, 'original_password'),
      secretIn(fields, 'password'),
    ]
    await accounts.changePassword(id, original, password)
    return reply.code(204).send()
  })

  app.get('/v3/users/:userId/projects', async (request) => {
    const id = pathPart(request, 'userId')
    requireSelfOrAdmin(request, id)
    await findUser(context, id)
    const projects = await accounts.records.listProjectsOf(id)
    return {
      projects: projects.map((project) => projectBody(context, request, project)),
      links: listLinks(context, request),
    }
  })
}

/** @throws {NotFoundError} when there is no such user. */
export async function findUser({ accounts }: Context, id: string): Promise<User> {
  const user = await accounts.records.findUser({ id })
  if (user === undefined) throw noUser(id)
  return user
}

/** What was never given is left out, as Keystone does. */
function userBody(context: Context, request: FastifyRequest, user: User) {
  const { id, name, email, description, enabled, defaultProjectId } = user
  return {
    id,
    name,
    domain_id: domain.id,
    enabled,
    password_expires_at: null,
    options: {},
    ...(email !== null && { email }),
    ...(description !== null && { description }),
    ...(defaultProjectId !== null && { default_project_id: defaultProjectId }),
    links: linkTo(context, request, `/users/${id}`),
  }
}

function readChanges(fields: Fields): Partial<UserFields> {
  requireDomainIn(fields)
  const name = textIn(fields, 'name')
  const email = textOrNullIn(fields, 'email')
  const description = textOrNullIn(fields, 'description')
  const enabled = flagIn(fields, 'enabled')
  const defaultProjectId = textOrNullIn(fields, 'default_project_id')
  const password = passwordIn(fields)
  return {
    ...(name !== undefined && { name }),
    ...(email !== undefined && { email }),
    ...(description !== undefined && { description }),
    ...(enabled !== undefined && { enabled }),
    ...(defaultProjectId !== undefined && { defaultProjectId }),
    ...(password !== undefined && { password }),
  }
}

/** Null takes the password away: the user can no longer log in by one. */
function passwordIn(fields: Fields): string | null | undefined {
  const { password } = fields
  return password === undefined || password === null ? password : secretIn(fields, 'password')
}

function noUser(id: string): NotFoundError {
  return new NotFoundError(`Cannot find user ${quote(id)}: there is no user with this id`)
}
