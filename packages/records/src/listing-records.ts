/** Listings and their publishers, on SQLite or PostgreSQL. */
import {
  type Image,
  isShown,
  type Listing,
  type ListingReader,
  type ListingWriter,
  listingWords,
} from '@vitrine/core'
import { sql } from 'kysely'
import type { Database, Queries } from './database.ts'
import { countListings } from './listing-facets.ts'
import { toListing, toListingRow, toPublisher, toPublisherRow } from './listing-rows.ts'
import { listedRows, searchListings, toListed } from './listing-search.ts'
import { deleteWords, saveWords } from './listing-words.ts'

type Dialect = Database['dialect']

/** @param locked whether a publisher that is read stays as it is until the transaction ends. */
export function listingReader(queries: Queries, dialect: Dialect, locked: boolean): ListingReader {
  const lockPublishers = locked && dialect === 'postgres'
  return {
    async findListing(imageId) {
      const row = await queries
        .selectFrom('listings')
        .selectAll()
        .where('image_id', '=', imageId)
        .executeTakeFirst()
      return row && toListing(row)
    },

    async findListed(imageId) {
      const row = await listedRows(queries)
        .where('listings.image_id', '=', imageId)
        .executeTakeFirst()
      return row && toListed(row)
    },

    searchListings: (query) => searchListings(queries, dialect, query),

    countListings: (query) => countListings(queries, dialect, query),

    async listListingsOf({ projectId, after, limit }) {
      const rows = await queries
        .selectFrom('listings')
        .selectAll()
        .where('publisher_id', '=', projectId)
        .$if(after !== undefined, (some) => some.where('number', '<', after ?? 0))
        .orderBy('number', 'desc')
        .limit(limit)
        .execute()
      return rows.map((row) => ({ number: row.number, listing: toListing(row) }))
    },

    async walkListings({ after, limit }) {
      const rows = await queries
        .selectFrom('listings')
        .selectAll()
        .where('shown', '=', 1)
        .where('number', '>', after)
        .orderBy('number')
        .limit(limit)
        .execute()
      return rows.map((row) => ({ number: row.number, listing: toListing(row) }))
    },

    async listingMilestones(step) {
      const { rows } = await sql<{ number: number }>`
        select number from (
          select number, row_number() over (order by number) as nth from listings where shown = 1
        ) as walk where nth % ${sql.lit(step)} = 0 order by number
      `.execute(queries)
      return rows.map(({ number }) => number)
    },

    async findPublisher(projectId) {
      const row = await queries
        .selectFrom('publishers')
        .selectAll()
        .where('project_id', '=', projectId)
        .$if(lockPublishers, (query) => query.forUpdate())
        .executeTakeFirst()
      return row && toPublisher(row)
    },

    async findShownPublisher(slug) {
      const row = await queries
        .selectFrom('publishers')
        .selectAll()
        .where('slug', '=', slug)
        .where(({ exists, selectFrom }) =>
          exists(
            selectFrom('listings')
              .select('listings.number')
              .whereRef('listings.publisher_id', '=', 'publishers.project_id')
              .where('listings.shown', '=', 1),
          ),
        )
        .executeTakeFirst()
      return row && toPublisher(row)
    },

    async listPublishers({ after, limit }) {
      const rows = await queries
        .selectFrom('publishers')
        .selectAll()
        .$if(after !== undefined, (some) => some.where('slug', '>', after ?? ''))
        .orderBy('slug')
        .limit(limit)
        .execute()
      return rows.map(toPublisher)
    },
  }
}

export function listingWriter(queries: Queries, dialect: Dialect): ListingWriter {
  const reader = listingReader(queries, dialect, true)

  /** @param publisher whose name the listing is found by too. */
  async function saveWordsOf(number: number, listing: Listing, publisher: { name: string }) {
    await saveWords(queries, dialect, number, listingWords(listing, publisher))
  }

  return {
    async saveListing(listing) {
      const publisher = await reader.findPublisher(listing.publisherId)
      if (publisher === undefined) throw new Error('Cannot save a listing without its publisher')
      const row = toListingRow(listing)
      const { number } = await queries
        .insertInto('listings')
        .values(({ selectFrom }) => ({
          ...row,
          shown: selectFrom('images')
            .where('images.id', '=', listing.imageId)
            .select(
              sql<number>`case when status = 'active' and hidden = 0 then 1 else 0 end`.as('shown'),
            ),
          format: selectFrom('images')
            .where('images.id', '=', listing.imageId)
            .select('images.disk_format'),
        }))
        .onConflict((conflict) => conflict.column('image_id').doUpdateSet(row))
        .returning('number')
        .executeTakeFirstOrThrow()
      await saveWordsOf(number, listing, publisher)
    },

    deleteListing: (imageId) => deleteListing(queries, dialect, imageId),

    async savePublisher(publisher) {
      if (dialect === 'postgres') {
        // Two projects that take one slug at once wait for each other; there is no row to lock yet.
        const key = `publisher ${publisher.slug}`
        await sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`.execute(queries)
      }
      const other = await queries
        .selectFrom('publishers')
        .select('project_id')
        .where('slug', '=', publisher.slug)
        .where('project_id', '<>', publisher.projectId)
        .executeTakeFirst()
      if (other !== undefined) return false
      const before = await reader.findPublisher(publisher.projectId)
      const row = toPublisherRow(publisher)
      await queries
        .insertInto('publishers')
        .values(row)
        .onConflict((conflict) => conflict.column('project_id').doUpdateSet(row))
        .execute()
      if (before === undefined || before.name === publisher.name) return true
      for (const listed of await queries
        .selectFrom('listings')
        .selectAll()
        .where('publisher_id', '=', publisher.projectId)
        .execute()) {
        await saveWordsOf(listed.number, toListing(listed), publisher)
      }
      return true
    },

    async deletePublisher(projectId) {
      await reader.findPublisher(projectId)
      const { numDeletedRows } = await queries
        .deleteFrom('publishers')
        .where('project_id', '=', projectId)
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('listings')
                .select('listings.number')
                .where('listings.publisher_id', '=', projectId),
            ),
          ),
        )
        .executeTakeFirst()
      return numDeletedRows > 0n
    },
  }
}

export async function deleteListing(
  queries: Queries,
  dialect: Dialect,
  imageId: string,
): Promise<boolean> {
  const row = await queries
    .deleteFrom('listings')
    .where('image_id', '=', imageId)
    .returning('number')
    .executeTakeFirst()
  if (row === undefined) return false
  await deleteWords(queries, dialect, row.number)
  return true
}

/** Keeps up what a listing says of its image. */
export async function keepListingUp(
  queries: Queries,
  before: Image | undefined,
  image: Image,
): Promise<void> {
  const shown = isShown(image)
  if (before !== undefined && isShown(before) === shown && before.diskFormat === image.diskFormat) {
    return
  }
  await queries
    .updateTable('listings')
    .set({ shown: shown ? 1 : 0, format: image.diskFormat })
    .where('image_id', '=', image.id)
    .execute()
}
