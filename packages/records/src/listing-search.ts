/** Finding listings: what has the words and the facets that were asked for. */
import type { ListingQuery, PlacedListing } from '@vitrine/core'
import { type RawBuilder, sql } from 'kysely'
import type { Database, Queries } from './database.ts'
import { toImage } from './image-rows.ts'
import { chosenIn } from './listing-facets.ts'
import { toListing, toPublisher } from './listing-rows.ts'
import { wordSearch } from './listing-words.ts'

/**
 * Two steps, so that no more rows are read whole than stand on the page: first which listings they
 * are, then all that is told of them.
 */
export async function searchListings(
  queries: Queries,
  dialect: Database['dialect'],
  { words, choice, after, limit }: ListingQuery,
): Promise<readonly PlacedListing[]> {
  if (words?.length === 0) return []
  const search = words && wordSearch(dialect, words)
  const inTitle = search?.inTitle ?? sql<number>`0`
  const conditions: RawBuilder<unknown>[] = [sql`listings.shown = 1`, ...chosenIn(choice)]
  // PostgreSQL goes through the whole array for each row that it finds by something else; so it finds
  // by the words first, which `offset 0` makes sure of, whatever it expects of the facets.
  const isFirst = search !== undefined && dialect === 'postgres'
  const listings = isFirst
    ? sql`(select * from listings where ${search.has} offset 0) as listings`
    : sql`listings`
  if (search !== undefined && !isFirst) conditions.push(search.has)
  if (after !== undefined) {
    const place = sql`(${inTitle}, published_at, number)`
    const { publishedAt, number } = after
    conditions.push(
      search === undefined
        ? sql`(published_at, number) < (${publishedAt.getTime()}, ${number})`
        : sql`${place} < (${after.inTitle ? 1 : 0}, ${publishedAt.getTime()}, ${number})`,
    )
  }
  // By its name: as an expression with values of its own it would be looked for once more.
  const order = search === undefined ? sql`` : sql`in_title desc,`
  const { rows: places } = await sql<{ number: number; in_title: number }>`
    select number, ${inTitle} as in_title from ${listings}
    where ${sql.join(conditions, sql` and `)}
    order by ${order} published_at desc, number desc limit ${sql.lit(limit)}
  `.execute(queries)
  const found = await listedByNumber(
    queries,
    places.map(({ number }) => number),
  )
  return places.flatMap(({ number, in_title }) => {
    const listed = found.get(number)
    if (listed === undefined) return []
    const { publishedAt } = listed.listing
    return [{ ...listed, place: { inTitle: in_title === 1, publishedAt, number } }]
  })
}

async function listedByNumber(queries: Queries, numbers: readonly number[]) {
  if (numbers.length === 0) return new Map<number, never>()
  const rows = await listedRows(queries).where('listings.number', 'in', numbers).execute()
  return new Map(rows.map((row) => [row.listing_number, toListed(row)]))
}

/** Everything of listings, their publishers and their images, under names that differ. */
export function listedRows(queries: Queries) {
  return queries
    .selectFrom('listings')
    .innerJoin('publishers', 'publishers.project_id', 'listings.publisher_id')
    .innerJoin('images', (join) =>
      join.onRef('images.id', '=', 'listings.image_id').on('images.deleted', '=', 0),
    )
    .selectAll('images')
    .select([
      'listings.number as listing_number',
      'listings.title',
      'listings.description as listing_description',
      'listings.operating_system',
      'listings.version',
      'listings.architecture',
      'listings.license',
      'listings.support',
      'listings.documentation',
      'listings.published_at',
      'listings.updated_at as listing_updated_at',
      'publishers.project_id',
      'publishers.slug',
      'publishers.name as publisher_name',
      'publishers.description as publisher_description',
      'publishers.contact',
      'publishers.verified',
      'publishers.created_at as publisher_created_at',
      'publishers.updated_at as publisher_updated_at',
    ])
}

type ListedRow = Awaited<ReturnType<ReturnType<typeof listedRows>['execute']>>[number]

export function toListed(row: ListedRow) {
  return {
    image: toImage(row),
    listing: toListing({
      ...row,
      image_id: row.id,
      publisher_id: row.project_id,
      description: row.listing_description,
      updated_at: row.listing_updated_at,
    }),
    publisher: toPublisher({
      ...row,
      name: row.publisher_name,
      description: row.publisher_description,
      created_at: row.publisher_created_at,
      updated_at: row.publisher_updated_at,
    }),
  }
}
