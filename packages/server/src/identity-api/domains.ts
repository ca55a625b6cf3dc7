/** Domains: there is one, which no request can change, and every account is in it. */
import { InvalidError, NotFoundError, quote } from '@vitrine/core'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { requireAdmin } from './caller.ts'
import { type Context, linkTo, listLinks } from './context.ts'
import { type Fields, pathPart, queryFlag, queryText, textOrNullIn } from './request-fields.ts'

/** As it stands inside users and projects. */
export const domain = { id: 'default', name: 'Default' } as const

export function isDomainName(name: string): boolean {
  return name.toLowerCase() === domain.name.toLowerCase()
}

/** @throws {InvalidError} when an account is to be in another domain. */
export function requireDomainIn(fields: Fields): void {
  const id = textOrNullIn(fields, 'domain_id') ?? domain.id
  if (id !== domain.id) {
    throw new InvalidError(
      `Cannot use domain ${quote(id)}: the only domain has the id ${quote(domain.id)}`,
    )
  }
}

/** Whether a list's `domain_id` filter leaves anything. */
export function isInDomainAsked(request: FastifyRequest): boolean {
  return (queryText(request, 'domain_id') ?? domain.id) === domain.id
}

export function domainRoutes(app: FastifyInstance, context: Context): void {
  const body = (request: FastifyRequest) => ({
    ...domain,
    description: 'The domain of all accounts',
    enabled: true,
    options: {},
    tags: [],
    links: linkTo(context, request, `/domains/${domain.id}`),
  })

  app.get('/v3/domains', (request) => {
    requireAdmin(request)
    const isNamed = isDomainName(queryText(request, 'name') ?? domain.name)
    const isAsked = isNamed && queryFlag(request, 'enabled') !== false
    return { domains: isAsked ? [body(request)] : [], links: listLinks(context, request) }
  })

  // Everyone's account is in it, so everyone may know it.
  app.get('/v3/domains/:domainId', (request) => {
    const id = pathPart(request, 'domainId')
    if (id === domain.id) return { domain: body(request) }
    throw new NotFoundError(`Cannot find domain ${quote(id)}: the only domain is "${domain.id}"`)
  })
}
