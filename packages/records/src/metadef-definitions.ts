/** Looks up in metadata definitions what a property of a resource means. */
import type { FoundDefinition } from '@vitrine/core'
import { sql } from 'kysely'
import type { Queries } from './database.ts'

type Association = {
  readonly namespaceId: string
  readonly namespace: string
  /** What the property is called in the namespace. */
  readonly name: string
}

type Row = {
  readonly namespace_id: string
  readonly kind: string
  readonly name: string
  readonly body: string
}

/** See `MetadefReader.findDefinition`. */
export async function findDefinition(
  queries: Queries,
  projectId: string | undefined,
  resourceType: string,
  property: string,
): Promise<FoundDefinition | undefined> {
  const associations = await associationsOf(queries, projectId, resourceType, property)
  if (associations.length === 0) return undefined
  const rows: readonly Row[] = await queries
    .selectFrom('metadef_items')
    .select(['namespace_id', 'kind', 'name', 'body'])
    .where(
      'namespace_id',
      'in',
      associations.map(({ namespaceId }) => namespaceId),
    )
    .where((where) => {
      const names = [...new Set(associations.map(({ name }) => name))]
      return where.or([
        where.and([where('kind', '=', 'property'), where('name', 'in', names)]),
        where.and([where('kind', '=', 'object'), where.or(names.map(mentions))]),
      ])
    })
    .orderBy('number')
    .execute()
  for (const { namespaceId, namespace, name } of associations) {
    const mine = rows.filter((row) => row.namespace_id === namespaceId)
    const definition = ownDefinition(mine, name) ?? definitionInObjects(mine, name)
    if (definition !== undefined) return { namespace, definition }
  }
  return undefined
}

/** Those under whose prefix the property falls, the oldest namespace first. */
async function associationsOf(
  queries: Queries,
  projectId: string | undefined,
  resourceType: string,
  property: string,
): Promise<readonly Association[]> {
  const rows = await queries
    .selectFrom('metadef_items')
    .innerJoin('metadef_namespaces', 'metadef_namespaces.id', 'metadef_items.namespace_id')
    .select(['metadef_items.namespace_id', 'metadef_items.body', 'metadef_namespaces.name'])
    .where('metadef_items.kind', '=', 'association')
    .where('metadef_items.name', '=', resourceType)
    .where((where) =>
      where.or([
        where('metadef_namespaces.visibility', '=', 'public'),
        where('metadef_namespaces.owner', '=', projectId ?? null),
      ]),
    )
    .orderBy('metadef_namespaces.created_at')
    .orderBy('metadef_namespaces.id')
    .execute()
  return rows.flatMap(({ namespace_id: namespaceId, name: namespace, body }) => {
    const { prefix = '' }: { prefix?: string } = JSON.parse(body)
    if (!property.startsWith(prefix)) return []
    return [{ namespaceId, namespace, name: property.slice(prefix.length) }]
  })
}

/** Whether an object's JSON has the text; what it means there is seen when it is read. */
function mentions(name: string) {
  const text = JSON.stringify(name).replaceAll(/[\\%_]/g, (one) => `\\${one}`)
  return sql<boolean>`body like ${`%${text}%`} escape '\\'`
}

function ownDefinition(rows: readonly Row[], name: string) {
  const row = rows.find((one) => one.kind === 'property' && one.name === name)
  return row && parse(row)
}

function definitionInObjects(rows: readonly Row[], name: string) {
  const objects = rows.filter(({ kind }) => kind === 'object')
  const properties = objects.map((row) => Object(parse(row).properties))
  return properties.find((some) => Object.hasOwn(some, name))?.[name]
}

function parse({ body }: Row): Readonly<Record<string, unknown>> {
  return JSON.parse(body)
}
