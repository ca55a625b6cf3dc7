/**
 * A list of images as one SQL query.
 *
 *   select … from (part 1, in order, at most n) union all (part 2, …) …
 *   order by … limit n
 *
 * Each part of the scope walks one index in the order of the list and stops after a page, so a
 * page costs the same however many images there are. The page after a marker begins with a
 * comparison of sort keys, never with an offset.
 */
import type {
  Image,
  ImageFilter,
  ImageListQuery,
  ListPart,
  SortDirection,
  SortField,
  SortKey,
  TextField,
} from '@vitrine/core'
import {
  type Expression,
  type ExpressionBuilder,
  type SelectQueryBuilder,
  type SqlBool,
  sql,
} from 'kysely'
import type { Queries } from './database.ts'
import { toImage, valueDigest } from './image-rows.ts'
import type { ImageRow, Tables } from './tables.ts'

type Builder = ExpressionBuilder<Tables, 'images'>

export async function listImages(queries: Queries, query: ImageListQuery): Promise<Image[]> {
  const [first, ...others] = query.scope.map((part) => pageOf(queries, part, query))
  if (first === undefined) return []
  const union = others.reduce((all, next) => all.unionAll(next), first)
  const rows = await inOrder(queries.selectFrom(union.as('images')).selectAll(), query.sort)
    .limit(query.limit)
    .execute()
  return rows.map(toImage)
}

/** The first images of one part. Wrapped, since only so may a branch of a union have an order. */
function pageOf(queries: Queries, part: ListPart, query: ImageListQuery) {
  const page = inOrder(
    queries
      .selectFrom('images')
      .selectAll('images')
      .where('images.deleted', '=', 0)
      .where('images.hidden', '=', query.hidden ? 1 : 0)
      .where((where) => where.and(conditionsOf(where, part)))
      .where((where) => where.and(matchesAll(where, query.filters)))
      .$if(query.after !== undefined, (page) =>
        page.where((where) => isAfter(where, query.sort, query.after)),
      ),
    query.sort,
  ).limit(query.limit)
  return queries.selectFrom(page.as('part')).selectAll()
}

function conditionsOf(where: Builder, part: ListPart): Expression<SqlBool>[] {
  const conditions = [where('images.visibility', 'in', part.visibilities)]
  if (part.owner !== undefined) conditions.push(where('images.owner', '=', part.owner))
  if (part.ownerOtherThan !== undefined) {
    conditions.push(where('images.owner', 'is distinct from', part.ownerOtherThan))
  }
  if (part.sharedWith !== undefined) conditions.push(isSharedWith(where, part.sharedWith))
  return conditions
}

function isSharedWith(where: Builder, shared: NonNullable<ListPart['sharedWith']>) {
  return where(
    'images.id',
    'in',
    where
      .selectFrom('members')
      .select('members.image_id')
      .where('members.project_id', '=', shared.projectId)
      .where('members.deleted', '=', 0)
      .where('members.status', 'in', shared.statuses),
  )
}

const sortColumns: Record<SortField, keyof ImageRow> = {
  name: 'name',
  status: 'status',
  containerFormat: 'container_format',
  diskFormat: 'disk_format',
  sizeBytes: 'size_bytes',
  id: 'id',
  createdAt: 'created_at',
  updatedAt: 'updated_at',
}

/** What a missing value sorts as. Fields that are never missing sort as they are. */
const standIns: Partial<Record<SortField, string | number>> = {
  name: '',
  containerFormat: '',
  diskFormat: '',
  sizeBytes: 0,
}

function sortExpression(field: SortField) {
  const column = sql.ref(sortColumns[field])
  const standIn = standIns[field]
  // Written out, not bound: an index on the expression is used only where the two texts agree.
  return standIn === undefined ? column : sql`coalesce(${column}, ${sql.lit(standIn)})`
}

function sortValue(image: Image, field: SortField): string | number {
  const value = image[field]
  return value instanceof Date ? value.getTime() : (value ?? standIns[field] ?? '')
}

function inOrder<O>(
  query: SelectQueryBuilder<Tables, 'images', O>,
  sort: readonly SortKey[],
): SelectQueryBuilder<Tables, 'images', O> {
  return sort.reduce(
    (ordered, { field, direction }) => ordered.orderBy(sortExpression(field), direction),
    query,
  )
}

/** Whether a row stands after the marker. One row comparison where all keys go the same way. */
function isAfter(where: Builder, sort: readonly SortKey[], marker: Image | undefined) {
  if (marker === undefined) return where.lit(true)
  const directions = new Set(sort.map((key) => key.direction))
  const [direction, another] = directions
  if (direction !== undefined && another === undefined) {
    const left = sql.join(sort.map(({ field }) => sortExpression(field)))
    const right = sql.join(sort.map(({ field }) => sql.val(sortValue(marker, field))))
    return sql<SqlBool>`(${left}) ${beyond(direction)} (${right})`
  }
  return where.or(
    sort.map(({ field, direction }, index) =>
      where.and([
        ...sort.slice(0, index).map((key) => compare(key.field, sql`=`, marker)),
        compare(field, beyond(direction), marker),
      ]),
    ),
  )
}

function beyond(direction: SortDirection) {
  return direction === 'asc' ? sql`>` : sql`<`
}

function compare(field: SortField, operator: ReturnType<typeof beyond>, marker: Image) {
  return sql<SqlBool>`${sortExpression(field)} ${operator} ${sql.val(sortValue(marker, field))}`
}

const textColumns = {
  id: 'images.id',
  name: 'images.name',
  status: 'images.status',
  owner: 'images.owner',
  containerFormat: 'images.container_format',
  diskFormat: 'images.disk_format',
  checksum: 'images.checksum',
  hashAlgorithm: 'images.hash_algorithm',
  hashValue: 'images.hash_value',
} as const satisfies Record<TextField, string>

const numberColumns = {
  sizeBytes: 'images.size_bytes',
  virtualSizeBytes: 'images.virtual_size_bytes',
  minDiskGib: 'images.min_disk_gib',
  minRamMib: 'images.min_ram_mib',
} as const

const numberOperators = { equal: '=', 'at-least': '>=', 'at-most': '<=' } as const

type Filter<Kind extends ImageFilter['kind']> = Extract<ImageFilter, { readonly kind: Kind }>
type FieldFilter = Exclude<ImageFilter, Filter<'tag' | 'property'>>

/**
 * Tags and properties are looked up all at once, however many a query names: a planner that joins
 * for each of some hundreds would think about it for minutes.
 */
function matchesAll(where: Builder, filters: readonly ImageFilter[]): Expression<SqlBool>[] {
  const conditions: Expression<SqlBool>[] = []
  const tags = new Set<string>()
  const properties = new Map<string, Filter<'property'>>()
  for (const filter of filters) {
    if (filter.kind === 'tag') tags.add(filter.tag)
    else if (filter.kind === 'property') {
      properties.set(JSON.stringify([filter.name, filter.value]), filter)
    } else conditions.push(matches(where, filter))
  }
  if (tags.size > 0) conditions.push(hasTags(where, [...tags]))
  if (properties.size > 0) conditions.push(hasProperties(where, [...properties.values()]))
  return conditions
}

function hasTags(where: Builder, tags: readonly string[]): Expression<SqlBool> {
  return where(
    'images.id',
    'in',
    where
      .selectFrom('image_tags')
      .select('image_id')
      .where('tag', 'in', tags)
      .groupBy('image_id')
      .having((having) => having.fn.countAll(), '=', tags.length),
  )
}

function hasProperties(
  where: Builder,
  properties: readonly Filter<'property'>[],
): Expression<SqlBool> {
  const rows = properties.map(({ name, value }) => sql`(${name}, ${valueDigest(value)})`)
  return where(
    'images.id',
    'in',
    where
      .selectFrom('image_properties')
      .select('image_id')
      .where(sql<SqlBool>`(name, value_digest) in (values ${sql.join(rows)})`)
      .groupBy('image_id')
      .having((having) => having.fn.countAll(), '=', properties.length),
  )
}

function matches(where: Builder, filter: FieldFilter): Expression<SqlBool> {
  switch (filter.kind) {
    case 'text':
      return where(textColumns[filter.field], 'in', filter.oneOf)
    case 'number':
      return where(
        numberColumns[filter.field],
        numberOperators[filter.is],
        // A client may ask for more than the column can hold, and is then told: none has that.
        sql<number>`cast(${filter.value} as bigint)`,
      )
    case 'time':
      return matchesTime(where, filter)
    case 'protected':
      return where('images.protected', '=', filter.value ? 1 : 0)
  }
}

/** Clients see times cut to whole seconds, so a time means all of its second. */
function matchesTime(where: Builder, filter: ImageFilter & { kind: 'time' }): Expression<SqlBool> {
  const column = filter.field === 'createdAt' ? 'images.created_at' : 'images.updated_at'
  const at = filter.value.getTime()
  const second = Math.floor(at / 1000) * 1000
  const next = second + 1000
  const isWholeSecond = at === second
  switch (filter.is) {
    case 'gt':
      return where(column, '>=', next)
    case 'gte':
      return where(column, '>=', isWholeSecond ? second : next)
    case 'lt':
      return where(column, '<', isWholeSecond ? second : next)
    case 'lte':
      return where(column, '<', next)
    case 'eq':
      return isWholeSecond
        ? where.and([where(column, '>=', second), where(column, '<', next)])
        : where.lit(false)
    case 'neq':
      return isWholeSecond
        ? where.or([where(column, '<', second), where(column, '>=', next)])
        : where.lit(true)
  }
}
