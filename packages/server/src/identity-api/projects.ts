/**
 * /v3/projects: an admin's to manage, and a user's to see where it holds a role.
 *
 * Spec: Identity API v3, "Projects".
 */
import {
  InvalidError,
  NotFoundError,
  type Project,
  type ProjectChanges,
  quote,
} from '@vitrine/core'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { requireAdmin, requireRoleOn } from './caller.ts'
import { type Context, linkTo, listLinks } from './context.ts'
import { domain, isInDomainAsked, requireDomainIn } from './domains.ts'
import {
  bodyOf,
  type Fields,
  flagIn,
  pathPart,
  queryFlag,
  queryText,
  requiredTextIn,
  textIn,
  textOrNullIn,
} from './request-fields.ts'

export function projectRoutes(app: FastifyInstance, context: Context): void {
  const { accounts } = context

  app.post('/v3/projects', async (request, reply) => {
    requireAdmin(request)
    const fields = bodyOf(request, 'project')
    const name = requiredTextIn(fields, 'name')
    const project = await accounts.createProject({ ...readChanges(fields), name })
    return reply.code(201).send({ project: projectBody(context, request, project) })
  })

  app.get('/v3/projects', async (request) => {
    requireAdmin(request)
    const filter = { name: queryText(request, 'name'), enabled: queryFlag(request, 'enabled') }
    const isEmpty = !isInDomainAsked(request) || queryFlag(request, 'is_domain') === true
    const projects = isEmpty ? [] : await accounts.records.listProjects(filter)
    return {
      projects: projects.map((project) => projectBody(context, request, project)),
      links: listLinks(context, request),
    }
  })

  app.get('/v3/projects/:projectId', async (request) => {
    const id = pathPart(request, 'projectId')
    await requireRoleOn(context, request, id)
    return { project: projectBody(context, request, await findProject(context, id)) }
  })

  app.patch('/v3/projects/:projectId', async (request) => {
    requireAdmin(request)
    const id = pathPart(request, 'projectId')
    const project = await accounts.changeProject(id, readChanges(bodyOf(request, 'project')))
    return { project: projectBody(context, request, project) }
  })

  app.delete('/v3/projects/:projectId', async (request, reply) => {
    requireAdmin(request)
    const id = pathPart(request, 'projectId')
    if (!(await accounts.records.deleteProject(id))) throw noProject(id)
    return reply.code(204).send()
  })
}

/** @throws {NotFoundError} when there is no such project. */
export async function findProject({ accounts }: Context, id: string): Promise<Project> {
  const project = await accounts.records.findProject({ id })
  if (project === undefined) throw noProject(id)
  return project
}

export function projectBody(context: Context, request: FastifyRequest, project: Project) {
  return {
    ...project,
    domain_id: domain.id,
    parent_id: domain.id,
    is_domain: false,
    tags: [],
    options: {},
    links: linkTo(context, request, `/projects/${project.id}`),
  }
}

function readChanges(fields: Fields): ProjectChanges {
  requireDomainIn(fields)
  requireFlat(fields)
  const name = textIn(fields, 'name')
  const description = textOrNullIn(fields, 'description')
  const enabled = flagIn(fields, 'enabled')
  return {
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description: description ?? '' }),
    ...(enabled !== undefined && { enabled }),
  }
}

/** @throws {InvalidError} when the project is to be a domain, or below another project. */
function requireFlat(fields: Fields): void {
  const parentId = textOrNullIn(fields, 'parent_id') ?? domain.id
  if (flagIn(fields, 'is_domain') === true || parentId !== domain.id) {
    throw new InvalidError(
      `Cannot keep the project: it must be no domain, and its parent must be ${quote(domain.id)}`,
    )
  }
}

function noProject(id: string): NotFoundError {
  return new NotFoundError(`Cannot find project ${quote(id)}: there is no project with this id`)
}
