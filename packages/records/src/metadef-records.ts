/** Metadata definitions on SQLite or PostgreSQL. */
import {
  type MetadefItem,
  type MetadefNamespace,
  type MetadefReader,
  type MetadefRecords,
  type MetadefTransaction,
  metadefKinds,
  type NamespaceListQuery,
  type NamespaceSortField,
} from '@vitrine/core'
import { type Selectable, sql } from 'kysely'
import { brokenConstraint } from './broken-constraint.ts'
import type { Database, Queries } from './database.ts'
import { EventListeners, eventWriter } from './event-records.ts'
import { oneOf } from './image-rows.ts'
import { findDefinition } from './metadef-definitions.ts'
import type { MetadefItemRow, MetadefNamespaceRow } from './tables.ts'

/** @param listeners told of the events that changes have written. */
export function metadefRecords(
  database: Database,
  listeners: EventListeners = new EventListeners(),
): MetadefRecords {
  const lock = database.dialect === 'postgres'
  return {
    ...metadefReader(database.read, false),
    async write(work) {
      let events = 0
      const result = await database.write((queries) =>
        work({
          ...metadefReader(queries, lock),
          ...metadefWriter(queries),
          insertEvents(written) {
            events += written.length
            return eventWriter(queries).insertEvents(written)
          },
        }),
      )
      if (events > 0) listeners.tell()
      return result
    },
  }
}

/** @param lock whether a namespace that is read stays locked until the transaction ends. */
function metadefReader(queries: Queries, lock: boolean): MetadefReader {
  return {
    async findNamespace(name) {
      const row = await queries
        .selectFrom('metadef_namespaces')
        .selectAll()
        .where('name', '=', name)
        .$if(lock, (query) => query.forUpdate())
        .executeTakeFirst()
      return row && toNamespace(row)
    },

    listNamespaces: (query) => listNamespaces(queries, query),

    async findItem(namespaceId, kind, name) {
      const row = await queries
        .selectFrom('metadef_items')
        .selectAll()
        .where('namespace_id', '=', namespaceId)
        .where('kind', '=', kind)
        .where('name', '=', name)
        .executeTakeFirst()
      return row && toItem(row)
    },

    async listItems(namespaceIds, kinds) {
      if (namespaceIds.length === 0 || kinds.length === 0) return new Map()
      const rows = await queries
        .selectFrom('metadef_items')
        .selectAll()
        .where('namespace_id', 'in', namespaceIds)
        .where('kind', 'in', kinds)
        .orderBy('number')
        .execute()
      const byNamespace = Map.groupBy(rows, (row) => row.namespace_id)
      return new Map([...byNamespace].map(([id, some]) => [id, some.map(toItem)]))
    },

    async listResourceTypes() {
      const rows = await queries
        .selectFrom('metadef_resource_types')
        .selectAll()
        .orderBy('name')
        .execute()
      return rows.map((row) => ({
        name: row.name,
        createdAt: new Date(row.created_at),
        updatedAt: new Date(row.updated_at),
      }))
    },

    findDefinition: (projectId, resourceType, property) =>
      findDefinition(queries, projectId, resourceType, property),
  }
}

const sortColumns: Record<NamespaceSortField, keyof MetadefNamespaceRow> = {
  id: 'id',
  name: 'name',
  displayName: 'display_name',
  description: 'description',
  visibility: 'visibility',
  protected: 'protected',
  owner: 'owner',
  createdAt: 'created_at',
  updatedAt: 'updated_at',
}

async function listNamespaces(queries: Queries, query: NamespaceListQuery) {
  const { projectId, visibility, resourceTypes, sort, after, limit } = query
  const column = sql.ref(sortColumns[sort.field])
  const isText = !['protected', 'createdAt', 'updatedAt'].includes(sort.field)
  const key = isText ? sql`coalesce(${column}, '')` : column
  const beyond = sort.direction === 'asc' ? sql`>` : sql`<`
  const rows = await queries
    .selectFrom('metadef_namespaces')
    .selectAll()
    .$if(projectId !== undefined, (some) =>
      some.where((where) =>
        where.or([where('visibility', '=', 'public'), where('owner', '=', projectId ?? null)]),
      ),
    )
    .$if(visibility !== undefined, (some) => some.where('visibility', '=', visibility ?? ''))
    .$if(resourceTypes !== undefined, (some) =>
      some.where('id', 'in', (items) =>
        items
          .selectFrom('metadef_items')
          .select('namespace_id')
          .where('kind', '=', 'association')
          .where('name', 'in', [...(resourceTypes ?? [])]),
      ),
    )
    .$if(after !== undefined, (some) =>
      some.where(
        sql<boolean>`(${key}, id) ${beyond} (${after && sortValue(after, sort.field)}, ${after?.id})`,
      ),
    )
    .orderBy(key, sort.direction)
    .orderBy('id', sort.direction)
    .limit(limit)
    .execute()
  return rows.map(toNamespace)
}

function sortValue(namespace: MetadefNamespace, field: NamespaceSortField): string | number {
  const value = namespace[field]
  if (value instanceof Date) return value.getTime()
  return typeof value === 'boolean' ? Number(value) : (value ?? '')
}

/** A statement takes only so many parameters. */
const mostPerInsert = 1000

type Writer = Omit<MetadefTransaction, keyof MetadefReader | 'insertEvents'>

function metadefWriter(queries: Queries): Writer {
  return {
    async insertNamespace(namespace) {
      const { numInsertedOrUpdatedRows = 0n } = await queries
        .insertInto('metadef_namespaces')
        .values(toNamespaceRow(namespace))
        .onConflict((conflict) => conflict.column('name').doNothing())
        .executeTakeFirst()
      return numInsertedOrUpdatedRows > 0n
    },

    async saveNamespace(namespace) {
      const update = queries
        .updateTable('metadef_namespaces')
        .set(toNamespaceRow(namespace))
        .where('id', '=', namespace.id)
        .execute()
      return update.then(
        () => true,
        (error: unknown) => {
          if (brokenConstraint(error) === 'unique') return false
          throw error
        },
      )
    },

    async deleteNamespace(id) {
      await queries.deleteFrom('metadef_namespaces').where('id', '=', id).execute()
    },

    async insertItems(namespaceId, items) {
      for (let start = 0; start < items.length; start += mostPerInsert) {
        const some = items.slice(start, start + mostPerInsert)
        const rows = await queries
          .insertInto('metadef_items')
          .values(some.map((item) => toItemRow(namespaceId, item)))
          .onConflict((conflict) => conflict.columns(['namespace_id', 'kind', 'name']).doNothing())
          .returning(['kind', 'name'])
          .execute()
        if (rows.length < some.length) return firstMissing(some, rows)
        await learnResourceTypes(queries, some)
      }
      return undefined
    },

    async saveItem(namespaceId, name, item) {
      const mine = queries
        .updateTable('metadef_items')
        .set(toItemRow(namespaceId, item))
        .where('namespace_id', '=', namespaceId)
        .where('kind', '=', item.kind)
        .where('name', '=', name)
      if (item.name === name) {
        await mine.execute()
        return true
      }
      // Nobody else can take the name meanwhile: the namespace is locked.
      const { numUpdatedRows } = await mine
        .where((where) =>
          where.not(
            where.exists(
              where
                .selectFrom('metadef_items as other')
                .select('other.number')
                .where('other.namespace_id', '=', namespaceId)
                .where('other.kind', '=', item.kind)
                .where('other.name', '=', item.name),
            ),
          ),
        )
        .executeTakeFirst()
      return numUpdatedRows > 0n
    },

    async deleteItem(namespaceId, kind, name) {
      await queries
        .deleteFrom('metadef_items')
        .where('namespace_id', '=', namespaceId)
        .where('kind', '=', kind)
        .where('name', '=', name)
        .execute()
    },

    async deleteItems(namespaceId, kind) {
      await queries
        .deleteFrom('metadef_items')
        .where('namespace_id', '=', namespaceId)
        .where('kind', '=', kind)
        .execute()
    },
  }
}

async function learnResourceTypes(queries: Queries, items: readonly MetadefItem[]): Promise<void> {
  const types = items.filter(({ kind }) => kind === 'association')
  if (types.length === 0) return
  await queries
    .insertInto('metadef_resource_types')
    .values(
      types.map(({ name, createdAt }) => ({
        name,
        created_at: createdAt.getTime(),
        updated_at: createdAt.getTime(),
      })),
    )
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute()
}

/** The first item of which no row was made, since one of its name was there before it. */
function firstMissing(
  items: readonly MetadefItem[],
  rows: readonly { readonly kind: string; readonly name: string }[],
): string | undefined {
  const made = new Set(rows.map(({ kind, name }) => `${kind} ${name}`))
  return items.find(({ kind, name }) => !made.delete(`${kind} ${name}`))?.name
}

function toNamespace(row: Selectable<MetadefNamespaceRow>): MetadefNamespace {
  return {
    id: row.id,
    name: row.name,
    displayName: row.display_name,
    description: row.description,
    visibility: row.visibility === 'public' ? 'public' : 'private',
    protected: row.protected === 1,
    owner: row.owner,
    createdAt: new Date(row.created_at),
    updatedAt: new Date(row.updated_at),
  }
}

function toNamespaceRow(namespace: MetadefNamespace): MetadefNamespaceRow {
  return {
    id: namespace.id,
    name: namespace.name,
    display_name: namespace.displayName,
    description: namespace.description,
    visibility: namespace.visibility,
    protected: namespace.protected ? 1 : 0,
    owner: namespace.owner,
    created_at: namespace.createdAt.getTime(),
    updated_at: namespace.updatedAt.getTime(),
  }
}

function toItem(row: Selectable<MetadefItemRow>): MetadefItem {
  return {
    kind: oneOf(metadefKinds, row.kind),
    name: row.name,
    body: JSON.parse(row.body),
    createdAt: new Date(row.created_at),
    updatedAt: new Date(row.updated_at),
  }
}

function toItemRow(namespaceId: string, item: MetadefItem) {
  return {
    namespace_id: namespaceId,
    kind: item.kind,
    name: item.name,
    body: JSON.stringify(item.body),
    created_at: item.createdAt.getTime(),
    updated_at: item.updatedAt.getTime(),
  }
}
