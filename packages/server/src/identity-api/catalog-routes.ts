/** Services, endpoints and regions: views of the catalog that no request can change. */
import { NotFoundError, quote } from '@vitrine/core'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { requireAdmin } from './caller.ts'
import { type Context, linkTo, listLinks } from './context.ts'
import { pathPart, queryText } from './request-fields.ts'
import { regionId, serviceCatalog } from './service-catalog.ts'

export function catalogRoutes(app: FastifyInstance, context: Context): void {
  list(app, context, { path: 'services', one: 'service', filters: ['type', 'name'] }, (request) =>
    serviceCatalog(context, request).map(({ id, type, name }) => ({
      id,
      type,
      name,
      enabled: true,
    })),
  )

  const endpointFilters = ['service_id', 'interface', 'region_id']
  list(app, context, { path: 'endpoints', one: 'endpoint', filters: endpointFilters }, (request) =>
    serviceCatalog(context, request).flatMap((service) =>
      service.endpoints.map((endpoint) => ({
        ...endpoint,
        service_id: service.id,
        enabled: true,
      })),
    ),
  )

  list(app, context, { path: 'regions', one: 'region', filters: [] }, () => [
    { id: regionId, description: '', parent_region_id: null },
  ])
}

type Names = { readonly path: string; readonly one: string; readonly filters: readonly string[] }
type Item = { readonly id: string } & Readonly<Record<string, unknown>>

/** A list and its items, read-only, for admins. */
function list(
  app: FastifyInstance,
  context: Context,
  { path, one, filters }: Names,
  items: (request: FastifyRequest) => readonly Item[],
): void {
  const linked = (request: FastifyRequest, item: Item) => ({
    ...item,
    links: linkTo(context, request, `/${path}/${item.id}`),
  })

  app.get(`/v3/${path}`, (request) => {
    requireAdmin(request)
    const asked = items(request).filter((item) =>
      filters.every((name) => (queryText(request, name) ?? item[name]) === item[name]),
    )
    return {
      [path]: asked.map((item) => linked(request, item)),
      links: listLinks(context, request),
    }
  })

  app.get(`/v3/${path}/:id`, (request) => {
    requireAdmin(request)
    const id = pathPart(request, 'id')
    const item = items(request).find((each) => each.id === id)
    if (item) return { [one]: linked(request, item) }
    throw new NotFoundError(`Cannot find ${one} ${quote(id)}: there is no such ${one}`)
  })
}
