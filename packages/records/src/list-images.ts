/**
 * A list of images as one SQL query.
 *
 *   select images.* from (walk 1, in order, at most n ids  union all  walk 2, …  in order, limit n)
 *
 * Each walk goes along one index in the order of the list and stops after a page, so a page costs
 * the same however many images there are; see list-walks.ts. SQLite needs no limit for that, and
 * takes half as long without. The page after a marker begins with a comparison of sort keys, never
 * with an offset. A limit is written out: with one that is bound, SQLite plans the statement anew
 * each time.
 */
import type { Image, ImageListQuery, SortDirection, SortField, SortKey } from '@vitrine/core'
import { type Selectable, SqliteAdapter } from 'kysely'
import type { Queries } from './database.ts'
import { toImage } from './image-rows.ts'
import type { Condition } from './list-filters.ts'
import { type Walk, walksOf } from './list-walks.ts'
import { type Sql, sql } from './plain-sql.ts'
import type { ImageVersion, RecentImages } from './recent-images.ts'
import type { ImageRow } from './tables.ts'

/** @param recent has most of what the page will show, where the same was asked for before. */
export async function listImages(
  queries: Queries,
  query: ImageListQuery,
  recent?: RecentImages,
): Promise<Image[]> {
  const page = await pageStatement(queries, query)
  if (page === undefined) return []
  const wholeRows = () => page('images.*').rows<Selectable<ImageRow>>(queries)
  if (recent === undefined) return (await wholeRows()).map(toImage)
  const versions = await page('images.id, images.version').rows<ImageVersion>(queries)
  const known = versions.map((one) => recent.find(one)).filter((image) => image !== undefined)
  if (known.length === versions.length) return known
  // All of them anew: between two statements an image may change, and no longer be for the caller.
  return (await wholeRows()).map((row) => recent.imageOf(row))
}

/** @returns undefined when no list could have an image that is asked for. */
export async function pageStatement(
  queries: Queries,
  query: ImageListQuery,
): Promise<((columns: string) => Sql) | undefined> {
  const walks = await walksOf(queries, query)
  if (walks.length === 0) return undefined
  const pages = walks.map((walk) =>
    takesTurns(queries) ? rowsOf(walk, query) : pageOf(walk, query),
  )
  const order = sql.join(
    query.sort.map(({ direction }, i) => sql`page.${sortColumn(i)} ${directions[direction]}`),
  )
  return (columns) => sql`
    select ${sql.raw(columns)} from (
      select * from (${sql.join(pages, ' union all ')}) as page
      order by ${order} limit ${sql.raw(query.limit)}
    ) as page ${takesTurns(queries) ? eachImage : eachImageLaterally}
    order by ${order}`
}

const eachImage = sql`cross join images where images.id = page.image_id`
/** With an offset it can only be done as it is said; else all images are read to join a page of them. */
const eachImageLaterally = sql`cross join lateral (
    select * from images where images.id = page.image_id offset 0
  ) as images`

/**
 * Whether the database goes along all walks at once, as far as the page needs, however they are
 * written. PostgreSQL may go through one to its end, unless the walk itself says where to stop.
 */
function takesTurns(queries: Queries): boolean {
  return queries.getExecutor().adapter instanceof SqliteAdapter
}

/** The first images along one walk. Wrapped, since only so may a branch of a union have an order. */
function pageOf(walk: Walk, query: ImageListQuery) {
  const order = query.sort.map(
    ({ field, direction }) => sql`${sortBy(walk, field)} ${directions[direction]}`,
  )
  return sql`select * from (
    ${rowsOf(walk, query)} order by ${sql.join(order)} limit ${sql.raw(query.limit)}
  ) as walk`
}

/** The images along one walk: their ids, and what they are sorted by. */
function rowsOf(walk: Walk, { sort, after }: ImageListQuery) {
  const keys = sort.map(({ field }) => sortBy(walk, field))
  const needsImages = walk.withoutImages && sort.some(({ field }) => !(field in walk.columns))
  const conditions = [
    ...walk.conditions,
    ...(needsImages ? [sql`images.id = ${walk.columns.id}`] : []),
    ...(after === undefined ? [] : [isAfter(walk, sort, after)]),
  ]
  return sql`
    select ${walk.columns.id} as image_id,
      ${sql.join(keys.map((key, i) => sql`${key} as ${sortColumn(i)}`))}
    from ${walk.from} ${needsImages ? sql`cross join images` : sql``}
    where ${sql.join(conditions, ' and ')}`
}

const sortColumn = (index: number) => sql.raw(`sort_${index}`)
const directions = { asc: sql`asc`, desc: sql`desc` } satisfies Record<SortDirection, Sql>

/** What fields sort by that the walked rows do not have. A missing value sorts first. */
const imageColumns = {
  status: sql`images.status`,
  containerFormat: sql`coalesce(images.container_format, '')`,
  diskFormat: sql`coalesce(images.disk_format, '')`,
  sizeBytes: sql`coalesce(images.size_bytes, -1)`,
  updatedAt: sql`images.updated_at`,
} satisfies Partial<Record<SortField, Sql>>

function sortBy({ columns }: Walk, field: SortField): Sql {
  if (field === 'name' || field === 'createdAt' || field === 'id') return columns[field]
  return imageColumns[field]
}

function sortValue(image: Image, field: SortField): string | number {
  const value = image[field]
  if (value instanceof Date) return value.getTime()
  return value ?? (field === 'sizeBytes' ? -1 : '')
}

/** Whether a row stands after the marker. One row comparison where all keys go the same way. */
function isAfter(walk: Walk, sort: readonly SortKey[], marker: Image): Condition {
  const [direction, another] = new Set(sort.map((key) => key.direction))
  if (direction !== undefined && another === undefined) {
    const left = sql.join(sort.map(({ field }) => sortBy(walk, field)))
    const right = sql.join(sort.map(({ field }) => sortValue(marker, field)))
    return sql`(${left}) ${beyond(direction)} (${right})`
  }
  const compare = (operator: Sql, { field }: SortKey) =>
    sql`${sortBy(walk, field)} ${operator} ${sortValue(marker, field)}`
  const steps = sort.map((key, index) =>
    sql.join(
      [
        ...sort.slice(0, index).map((same) => compare(sql`=`, same)),
        compare(beyond(key.direction), key),
      ],
      ' and ',
    ),
  )
  return sql`(${sql.join(
    steps.map((step) => sql`(${step})`),
    ' or ',
  )})`
}

function beyond(direction: SortKey['direction']) {
  return direction === 'asc' ? sql`>` : sql`<`
}
