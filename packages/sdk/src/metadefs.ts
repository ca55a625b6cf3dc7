/** Metadata definitions: the catalogue of what properties of images and other resources mean. */
import {
  MetadefNamespace,
  type MetadefVisibility,
  type NewMetadefNamespace,
  namespacePath,
  newNamespaceBody,
  parseNamespace,
} from './metadef-namespace.ts'
import { listAll } from './pages.ts'
import { Fields } from './parsing.ts'
import type { CallOptions, Transport } from './transport.ts'

const sortColumns = {
  name: 'namespace',
  displayName: 'display_name',
  visibility: 'visibility',
  owner: 'owner',
  createdAt: 'created_at',
  updatedAt: 'updated_at',
} as const

export type MetadefSort = `${keyof typeof sortColumns}:${'asc' | 'desc'}`

/** Filters narrow the list together. */
export type MetadefListOptions = CallOptions & {
  readonly visibility?: MetadefVisibility | undefined
  /** Namespaces that are about any of these, such as `OS::Glance::Image`. */
  readonly resourceTypes?: readonly string[] | undefined
  /** Default: newest first. */
  readonly sort?: MetadefSort | undefined
  /** How many namespaces the service sends at a time. */
  readonly pageSize?: number | undefined
  /** Ends the list after so many. */
  readonly maxItems?: number | undefined
}

/** A type of resource that some namespace is, or was, about. */
export type MetadefResourceType = {
  readonly name: string
  readonly createdAt: Date
  readonly updatedAt: Date
}

export class Metadefs {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /**
   * The namespaces that the caller may see: public ones and those of its project; for admins all.
   *
   * Lazy: pages are fetched as they are needed. Iterating the list again asks again.
   */
  list(options: MetadefListOptions = {}): AsyncIterable<MetadefNamespace> {
    const { signal, maxItems } = options
    return listAll(this.#transport, {
      path: 'v2/metadefs/namespaces',
      query: listQuery(options),
      key: 'namespaces',
      parse: (item) => this.#namespace(item),
      maxItems,
      signal,
    })
  }

  /** @throws {NotFoundError} when there is no such namespace, or none that the caller may see. */
  async get(name: string, { signal }: CallOptions = {}): Promise<MetadefNamespace> {
    const path = namespacePath(name)
    const call = { method: 'GET', path, repeat: 'safe', signal } as const
    return this.#namespace(await this.#transport.json(call))
  }

  /**
   * Makes a namespace with all that stands in it; for admins.
   *
   * @throws {ConflictError} when the name is taken, and nothing is made.
   */
  async create(
    namespace: NewMetadefNamespace,
    { signal }: CallOptions = {},
  ): Promise<MetadefNamespace> {
    const json = newNamespaceBody(namespace)
    const path = 'v2/metadefs/namespaces'
    const call = { method: 'POST', path, json, repeat: 'after-401', signal } as const
    return this.#namespace(await this.#transport.json(call))
  }

  /** All types of resources that a namespace was ever about. */
  resourceTypes({ signal }: CallOptions = {}): AsyncIterable<MetadefResourceType> {
    return listAll(this.#transport, {
      path: 'v2/metadefs/resource_types',
      query: new URLSearchParams(),
      key: 'resource_types',
      parse: parseResourceType,
      signal,
    })
  }

  #namespace(body: unknown): MetadefNamespace {
    return new MetadefNamespace(this.#transport, parseNamespace(body))
  }
}

function listQuery({ visibility, resourceTypes, sort, pageSize, maxItems }: MetadefListOptions) {
  const query = new URLSearchParams()
  const limit = pageSize ?? maxItems
  if (limit !== undefined) query.set('limit', String(limit))
  if (visibility !== undefined) query.set('visibility', visibility)
  if (resourceTypes !== undefined) query.set('resource_types', resourceTypes.join(','))
  const [column, direction] = sort?.split(':') ?? []
  const key = Object.entries(sortColumns).find(([name]) => name === column)?.[1]
  if (key !== undefined && direction !== undefined) {
    query.set('sort_key', key)
    query.set('sort_dir', direction)
  }
  return query
}

function parseResourceType(body: unknown): MetadefResourceType {
  const fields = new Fields<'name' | 'created_at' | 'updated_at'>('resource type', body)
  return {
    name: fields.text('name'),
    createdAt: fields.date('created_at'),
    updatedAt: fields.date('updated_at'),
  }
}
