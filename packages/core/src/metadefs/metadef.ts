/**
 * Metadata definitions: the catalogue of what image properties mean.
 *
 * A namespace has items of four kinds, each known by its name. What an item says besides is JSON of
 * its kind; the rules here need none of it.
 *
 * Spec: Images API v2, "Metadata definitions".
 */
export type MetadefVisibility = 'public' | 'private'

/** What people say of a namespace. */
export type NamespaceFields = {
  /** Unique among all projects. At most 80 characters, like every name here. */
  readonly name: string
  readonly displayName: string | null
  readonly description: string | null
  readonly visibility: MetadefVisibility
  /** Whether it and its items may be deleted. */
  readonly protected: boolean
  readonly owner: string | null
}

export type MetadefNamespace = NamespaceFields & {
  readonly id: string
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** An association says that a namespace is about a type of resource, such as `OS::Glance::Image`. */
export const metadefKinds = ['association', 'property', 'object', 'tag'] as const
export type MetadefKind = (typeof metadefKinds)[number]

export type MetadefItem = {
  readonly kind: MetadefKind
  readonly name: string
  /** What it says besides its name. */
  readonly body: Readonly<Record<string, unknown>>
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** An item before anybody keeps it. */
export type NewMetadefItem = Pick<MetadefItem, 'kind' | 'name' | 'body'>

/** What namespaces are about. Known from the first association on, and for ever. */
export type ResourceType = {
  readonly name: string
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** What a namespace says of one property, in itself or in one of its objects. */
export type FoundDefinition = {
  /** Its name. */
  readonly namespace: string
  readonly definition: Readonly<Record<string, unknown>>
}

export const namespaceSortFields = [
  'id',
  'name',
  'displayName',
  'description',
  'visibility',
  'protected',
  'owner',
  'createdAt',
  'updatedAt',
] as const
export type NamespaceSortField = (typeof namespaceSortFields)[number]

export type NamespaceListQuery = {
  /** Also shows the private namespaces of this project; of all projects when undefined. */
  readonly projectId: string | undefined
  readonly visibility?: MetadefVisibility | undefined
  /** Associated with any of these. */
  readonly resourceTypes?: readonly string[] | undefined
  readonly sort: { readonly field: NamespaceSortField; readonly direction: 'asc' | 'desc' }
  readonly after: MetadefNamespace | undefined
  readonly limit: number
}
