/** Payloads about metadata definitions. What a definition does not say is null. */
import type { MetadefItemFacts, NamespaceFacts } from '@vitrine/core'
import { deletion, toTime } from './payload-time.ts'

type NamespaceChange = {
  readonly namespace: NamespaceFacts
  /** The name by which it was known before. */
  readonly previousName?: string
  readonly deletedAt?: string
}

type ItemChange = NamespaceChange & { readonly item: MetadefItemFacts }

export function namespacePayload({ namespace, previousName, deletedAt }: NamespaceChange) {
  return {
    namespace: namespace.name,
    namespace_old: previousName ?? namespace.name,
    display_name: namespace.displayName,
    protected: namespace.protected,
    visibility: namespace.visibility,
    owner: namespace.owner,
    description: namespace.description,
    ...times(namespace),
    ...deletion(deletedAt),
  }
}

export function objectPayload(change: ItemChange) {
  const { properties, required = [], description = null } = change.item.body
  return {
    ...names(change),
    properties: Object.entries(Object(properties)).map(([name, body]) => ({
      name,
      ...definition(Object(body)),
    })),
    required,
    description,
    ...times(change.item),
    ...deletion(change.deletedAt),
  }
}

export function propertyPayload(change: ItemChange) {
  return { ...names(change), ...definition(change.item.body), ...deletion(change.deletedAt) }
}

export function associationPayload(change: ItemChange) {
  const { prefix = null, properties_target = null } = change.item.body
  return {
    ...names(change),
    prefix,
    properties_target,
    ...times(change.item),
    ...deletion(change.deletedAt),
  }
}

export function tagPayload(change: ItemChange) {
  return { ...names(change), ...times(change.item), ...deletion(change.deletedAt) }
}

function names({ namespace, item: { name }, previousName }: ItemChange) {
  return { namespace: namespace.name, name, name_old: previousName ?? name }
}

function times({
  createdAt,
  updatedAt,
}: {
  readonly createdAt: string
  readonly updatedAt: string
}) {
  return { created_at: toTime(createdAt), updated_at: toTime(updatedAt) }
}

const fields = [
  'type',
  'title',
  'description',
  'default',
  'minimum',
  'maximum',
  'enum',
  'pattern',
  'minLength',
  'maxLength',
  'confidential',
  'items',
  'uniqueItems',
  'minItems',
  'maxItems',
  'additionalItems',
]

function definition(body: Readonly<Record<string, unknown>>) {
  return Object.fromEntries(
    fields.map((field) => {
      const value = body[field] ?? null
      // As clients read it: a default is text, whatever its type.
      const isText = field !== 'default' || value === null || typeof value === 'string'
      return [field, isText ? value : JSON.stringify(value)]
    }),
  )
}
