/**
 * Ways through a list: which rows are gone through, in which order they lie, and what is asked of each.
 *
 * What a scope names becomes one or more walks, and no image lies on two of them. A walk goes along
 * the entries of a list, along what is shared with a project, or by the ids that were asked for.
 */
import type { ImageListQuery, ListPart } from '@vitrine/core'
import type { Queries } from './database.ts'
import { type Audience, listKey, type Trait } from './list-entries.ts'
import { type Condition, isOneOf, type SortedFilters, sortFilters } from './list-filters.ts'
import { type Sql, sql } from './plain-sql.ts'

export type Walk = {
  readonly from: Sql
  /** Whether `from` says all that is asked of an image, `images` not among it. */
  readonly withoutImages: boolean
  readonly conditions: readonly Condition[]
  /** Where the walked rows keep what lists are mostly sorted by. */
  readonly columns: { readonly id: Column; readonly createdAt: Column; readonly name: Column }
}

type Column = Sql

const entry = {
  id: sql.raw('entry.image_id'),
  createdAt: sql.raw('entry.created_at'),
  name: sql.raw('entry.name'),
}
const share = {
  id: sql.raw('share.image_id'),
  createdAt: sql.raw('share.image_created_at'),
  name: sql.raw('share.image_name'),
}
const image = {
  id: sql.raw('images.id'),
  createdAt: sql.raw('images.created_at'),
  name: sql`coalesce(images.name, '')`,
}

export async function walksOf(queries: Queries, query: ImageListQuery): Promise<readonly Walk[]> {
  const filters = sortFilters(query.filters)
  const walks = query.scope.map((part) => {
    const { visibility, owner, sharedWith } = part
    const audience: Audience = { hidden: query.hidden, visibility, owner }
    if (filters.ids !== undefined) return [walkByIds(part, audience, filters, filters.ids)]
    if (sharedWith !== undefined) return walksAlongShares(queries, sharedWith, audience, filters)
    return audiencesOf(audience, filters).flatMap((one) => walksAlongEntries(one, filters))
  })
  return (await Promise.all(walks)).flat()
}

/** A filter by owner names other lists, rather than something to ask of each image. */
function audiencesOf(audience: Audience, { owners }: SortedFilters): readonly Audience[] {
  const { owner } = audience
  if (owners === undefined) return [audience]
  if (owner !== undefined) return owners.includes(owner) ? [audience] : []
  return owners.map((one) => ({ ...audience, owner: one }))
}

function walksAlongEntries(audience: Audience, filters: SortedFilters): readonly Walk[] {
  const withoutImages = filters.conditions.length === 0
  return keysToWalk(audience, filters).map((key) => ({
    from: withoutImages ? sql`list_entries as entry` : sql`list_entries as entry cross join images`,
    withoutImages,
    columns: entry,
    conditions: [
      sql`entry.key = ${key}`,
      ...(withoutImages ? [] : [sql`images.id = entry.image_id`]),
      ...hasAll(entry, audience, filters.others),
      ...filters.conditions,
    ],
  }))
}

function keysToWalk(audience: Audience, { leading }: SortedFilters): readonly string[] {
  if (leading.length === 0) return [listKey(audience)]
  return leading.map((trait) => listKey(audience, trait))
}

type SharedWith = NonNullable<ListPart['sharedWith']>

/**
 * Shares are sorted by name as well, so those of one name are in a row. Where few shared images have
 * what is asked for, they are looked for among the shares; else the shares are gone through, of
 * which every so many will have it.
 */
async function walksAlongShares(
  queries: Queries,
  sharedWith: SharedWith,
  audience: Audience,
  filters: SortedFilters,
): Promise<readonly Walk[]> {
  const keys = filters.leading.map((trait) => listKey(audience, trait))
  const conditions = [
    ...isShare(sharedWith),
    ...owns(filters.owners),
    sql`images.id = share.image_id`,
    sql`images.visibility = ${audience.visibility}`,
    sql`images.hidden = ${audience.hidden ? 1 : 0}`,
    sql`images.owner is distinct from ${sharedWith.projectId}`,
    ...filters.conditions,
  ]
  const names = filters.leading.filter(([kind]) => kind === 'name').map(([, name]) => name)
  if (names.length > 0) {
    return names.map((name) => ({
      from: sql`members as share cross join images`,
      withoutImages: false,
      columns: share,
      conditions: [
        sql`share.image_name = ${name}`,
        // An image without a name has none that could be asked for.
        sql`images.name is not null`,
        ...conditions,
        ...hasAll(share, audience, filters.others),
      ],
    }))
  }
  if (keys.length > 0 && (await areRare(queries, keys))) {
    return keys.map((key) => ({
      from: sql`list_entries as entry cross join members as share cross join images`,
      withoutImages: false,
      columns: entry,
      conditions: [
        sql`entry.key = ${key}`,
        sql`share.image_id = entry.image_id`,
        ...hasAll(entry, audience, filters.others),
        ...conditions,
      ],
    }))
  }
  return [
    {
      from: sql`members as share cross join images`,
      withoutImages: false,
      columns: share,
      conditions: [
        ...conditions,
        ...hasAny(share, audience, filters.leading),
        ...hasAll(share, audience, filters.others),
      ],
    },
  ]
}

const rare = 1000

async function areRare(queries: Queries, keys: readonly string[]): Promise<boolean> {
  const counting = sql`select count(*) as count from (
    select 1 from list_entries where key in (${sql.join(keys)}) limit ${sql.raw(rare)}
  ) as found`
  const rows = await counting.rows<{ count: number }>(queries)
  return Number(rows[0]?.count) < rare
}

function walkByIds(
  { owner, sharedWith }: ListPart,
  audience: Audience,
  filters: SortedFilters,
  ids: readonly string[],
): Walk {
  return {
    from: sharedWith === undefined ? sql`images` : sql`images cross join members as share`,
    withoutImages: false,
    columns: image,
    conditions: [
      isOneOf('id', ids),
      sql`images.deleted = 0`,
      sql`images.visibility = ${audience.visibility}`,
      sql`images.hidden = ${audience.hidden ? 1 : 0}`,
      ...(owner === undefined ? [] : owns([owner])),
      ...owns(filters.owners),
      ...(sharedWith === undefined
        ? []
        : [
            sql`share.image_id = images.id`,
            sql`images.owner is distinct from ${sharedWith.projectId}`,
            ...isShare(sharedWith),
          ]),
      ...hasAny(image, audience, filters.leading),
      ...hasAll(image, audience, filters.others),
      ...filters.conditions,
    ],
  }
}

function isShare({ projectId, status }: SharedWith): Condition[] {
  return [
    sql`share.project_id = ${projectId}`,
    sql`share.status = ${status}`,
    sql`share.deleted = 0`,
  ]
}

function owns(owners: readonly string[] | undefined): Condition[] {
  return owners === undefined ? [] : [isOneOf('owner', owners)]
}

function hasAny(row: Walk['columns'], audience: Audience, traits: readonly Trait[]): Condition[] {
  if (traits.length === 0) return []
  return [sql`${entriesAmong(row, audience, traits)} > 0`]
}

function hasAll(row: Walk['columns'], audience: Audience, traits: readonly Trait[]): Condition[] {
  if (traits.length === 0) return []
  const keys = new Set(traits.map((trait) => listKey(audience, trait)))
  return [sql`${entriesAmong(row, audience, traits)} = ${sql.raw(keys.size)}`]
}

/**
 * Counted, and not joined or asked for by `exists`: a planner would take that for a reason to begin
 * with the other list, and to go through all of it.
 */
function entriesAmong(row: Walk['columns'], audience: Audience, traits: readonly Trait[]) {
  const keys = traits.map((trait) => listKey(audience, trait))
  return sql`(
    select count(*) from list_entries as other where other.key in (${sql.join(keys)})
      and other.created_at = ${row.createdAt} and other.image_id = ${row.id}
  )`
}
