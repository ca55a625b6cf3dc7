/** Metadata definitions as clients read them. Keys that say nothing are left out. */
import type { MetadefItem, MetadefKind, NamespaceView } from '@vitrine/core'
import { viewTime } from '../images-api/image-view.ts'

const root = '/v2/metadefs/namespaces'

/** @param prefix of an association: what properties begin with on its type of resource. */
export function viewNamespace({ namespace, items }: NamespaceView, prefix = '') {
  const of = (kind: MetadefKind) => items.filter((item) => item.kind === kind)
  const associations = of('association')
  const properties = of('property')
  const objects = of('object')
  const tags = of('tag')
  return {
    namespace: namespace.name,
    ...(namespace.displayName !== null && { display_name: namespace.displayName }),
    ...(namespace.description !== null && { description: namespace.description }),
    visibility: namespace.visibility,
    protected: namespace.protected,
    ...(namespace.owner !== null && { owner: namespace.owner }),
    created_at: viewTime(namespace.createdAt),
    updated_at: viewTime(namespace.updatedAt),
    ...(associations.length > 0 && {
      resource_type_associations: associations.map(({ name, body }) => ({ name, ...body })),
    }),
    ...(properties.length > 0 && { properties: viewProperties(properties, prefix) }),
    ...(objects.length > 0 && {
      objects: objects.map((item) => viewObject(namespace.name, item, prefix)),
    }),
    ...(tags.length > 0 && { tags: tags.map(({ name }) => ({ name })) }),
    self: `${root}/${namespace.name}`,
    schema: '/v2/schemas/metadefs/namespace',
  }
}

export function viewAssociation({ name, body, createdAt, updatedAt }: MetadefItem) {
  return { name, ...body, created_at: viewTime(createdAt), updated_at: viewTime(updatedAt) }
}

export function viewTag({ name, createdAt, updatedAt }: MetadefItem) {
  return { name, created_at: viewTime(createdAt), updated_at: viewTime(updatedAt) }
}

export function viewProperties(items: readonly MetadefItem[], prefix = '') {
  return Object.fromEntries(items.map((item) => [prefix + item.name, viewProperty(item, prefix)]))
}

export function viewProperty({ name, body }: MetadefItem, prefix = '') {
  return { name: prefix + name, ...viewFields(body) }
}

/** In the order in which clients know them. */
const fields = [
  'type',
  'title',
  'description',
  'operators',
  'default',
  'required',
  'readonly',
  'minimum',
  'maximum',
  'enum',
  'pattern',
  'minLength',
  'maxLength',
  'items',
  'uniqueItems',
  'minItems',
  'maxItems',
  'additionalItems',
]

function viewFields(body: MetadefItem['body']): Record<string, unknown> {
  const known = fields.filter((field) => body[field] !== undefined && body[field] !== null)
  return Object.fromEntries(
    known.map((field) => [field, field === 'default' ? asText(body[field]) : body[field]]),
  )
}

/** Clients expect a default to be text, whatever its type. */
function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** An object right after it was made says no more than its maker; later it says what it lacks. */
export function viewNewObject(namespace: string, item: MetadefItem, prefix = '') {
  const { name, body, createdAt, updatedAt } = item
  return {
    name,
    ...(body.required !== undefined && { required: body.required }),
    ...(typeof body.description === 'string' && { description: body.description }),
    ...(body.properties !== undefined && {
      properties: viewObjectProperties(body.properties, prefix),
    }),
    created_at: viewTime(createdAt),
    updated_at: viewTime(updatedAt),
    self: `${root}/${namespace}/objects/${name}`,
    schema: '/v2/schemas/metadefs/object',
  }
}

export function viewObject(namespace: string, item: MetadefItem, prefix = '') {
  const body = { required: [], properties: {}, ...item.body }
  return viewNewObject(namespace, { ...item, body }, prefix)
}

function viewObjectProperties(properties: unknown, prefix: string) {
  return Object.fromEntries(
    Object.entries(Object(properties)).map(([name, body]) => {
      const { name: own, ...rest }: Record<string, unknown> = { ...Object(body) }
      const named = own === undefined ? {} : { name: `${prefix}${own}` }
      return [prefix + name, { ...named, ...viewFields(rest) }]
    }),
  )
}
