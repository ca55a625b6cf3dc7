/** What events tell of metadata definitions: plain JSON, as it was at that moment. */
import type { MetadefItem, MetadefKind, MetadefNamespace, MetadefVisibility } from './metadef.ts'

/** Times are in ISO 8601. */
export type NamespaceFacts = {
  readonly name: string
  readonly displayName: string | null
  readonly description: string | null
  readonly visibility: MetadefVisibility
  readonly protected: boolean
  readonly owner: string | null
  readonly createdAt: string
  readonly updatedAt: string
}

export type MetadefItemFacts = {
  readonly name: string
  readonly body: MetadefItem['body']
  readonly createdAt: string
  readonly updatedAt: string
}

type Namespace = { readonly namespace: NamespaceFacts }
type Renamed = { readonly previousName: string }
type Deleted = { readonly deletedAt: string }
type Item = Namespace & { readonly item: MetadefItemFacts }

/** The words of operators for the kinds, and for all items of a kind. */
export const metadefEventWords = {
  association: { one: 'resource_type', all: undefined },
  property: { one: 'property', all: 'properties' },
  object: { one: 'object', all: 'objects' },
  tag: { one: 'tag', all: 'tags' },
} as const satisfies Record<MetadefKind, { one: string; all: string | undefined }>

export type MetadefItemWord = (typeof metadefEventWords)[MetadefKind]['one']

export type MetadefEventPayloads = {
  'metadef_namespace.create': Namespace
  'metadef_namespace.update': Namespace & Renamed
  'metadef_namespace.delete': Namespace & Deleted
  'metadef_namespace.delete_objects': Namespace & Deleted
  'metadef_namespace.delete_properties': Namespace & Deleted
  'metadef_namespace.delete_tags': Namespace & Deleted
} & { [Type in `metadef_${MetadefItemWord}.create`]: Item } & {
  [Type in `metadef_${Exclude<MetadefItemWord, 'resource_type'>}.update`]: Item & Renamed
} & { [Type in `metadef_${MetadefItemWord}.delete`]: Item & Deleted }

export function namespaceFacts(namespace: MetadefNamespace): NamespaceFacts {
  const { id: _, createdAt, updatedAt, ...rest } = namespace
  return { ...rest, createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() }
}

export function metadefItemFacts({ name, body, createdAt, updatedAt }: MetadefItem) {
  return {
    name,
    body,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  } satisfies MetadefItemFacts
}
