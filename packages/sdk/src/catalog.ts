/** Finds the image service in Identity's catalog. */
import { EndpointNotFoundError } from './errors.ts'
import { Fields } from './parsing.ts'
import type { Catalog, CatalogEntry } from './session.ts'

/**
 * The public endpoint of the image service.
 *
 * @param region when given, only endpoints of that region count; otherwise the first is taken.
 * @throws {EndpointNotFoundError} when there is none.
 */
export function imageEndpoint(catalog: Catalog | undefined, region: string | undefined): string {
  const found = catalog?.find(
    (entry) =>
      entry.serviceType === 'image' &&
      entry.interface === 'public' &&
      (region === undefined || entry.region === region),
  )
  if (found !== undefined) return found.url
  const where = region === undefined ? '' : ` in region "${region}"`
  const why =
    catalog === undefined
      ? 'the token came without a catalog'
      : `the catalog has no public endpoint of type "image"${where}`
  throw new EndpointNotFoundError(`Cannot find the image service: ${why}; give "endpoint"`)
}

/** Reads `token.catalog` of an Identity v3 answer. */
export function parseCatalog(services: readonly unknown[]): Catalog {
  return services.flatMap((value) => {
    const service = new Fields<'type' | 'endpoints'>('service', value)
    const serviceType = service.text('type')
    return service.list('endpoints').map((endpoint) => parseEndpoint(serviceType, endpoint))
  })
}

function parseEndpoint(serviceType: string, value: unknown): CatalogEntry {
  const fields = new Fields<'interface' | 'region' | 'region_id' | 'url'>('endpoint', value)
  return {
    serviceType,
    interface: fields.text('interface'),
    region: fields.textOrNull('region_id') ?? fields.textOrNull('region'),
    url: fields.text('url'),
  }
}
