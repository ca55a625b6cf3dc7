/**
 * What the stores keep, in the records: contents, and the images that carry them.
 *
 * Every change first updates the row of the content, which locks it on PostgreSQL; SQLite runs one
 * writing transaction at a time. Only then does it look at who carries it, and sees all that was
 * committed before.
 */
import type { Content, ContentReader, ContentWriter } from '@vitrine/core'
import { type Selectable, sql } from 'kysely'
import type { Queries } from './database.ts'
import { toLocations } from './image-rows.ts'
import type { ContentRow } from './tables.ts'

export function contentReader(queries: Queries): ContentReader {
  return {
    async findSharedContent(storeId, digest) {
      const row = await queries
        .selectFrom('contents')
        .select('key')
        .where('store', '=', storeId)
        .where('digest', '=', digest)
        .where('shared', '=', 1)
        .executeTakeFirst()
      return row && { storeId, key: row.key }
    },

    async findContent({ storeId, key }) {
      const row = await queries
        .selectFrom('contents')
        .selectAll()
        .where('store', '=', storeId)
        .where('key', '=', key)
        .executeTakeFirst()
      return row && toContent(row)
    },

    async listContents(limit, after) {
      const rows = await queries
        .selectFrom('contents')
        .selectAll()
        .$if(after !== undefined, (query) =>
          query.where(sql<boolean>`(store, key) > (${after?.storeId}, ${after?.key})`),
        )
        .orderBy('store')
        .orderBy('key')
        .limit(limit)
        .execute()
      return rows.map(toContent)
    },

    async sumContents() {
      const row = await queries
        .selectFrom('contents')
        .select((select) => [
          select.fn.countAll<number>().as('count'),
          sql<number | null>`sum(size_bytes)`.as('bytes'),
        ])
        .executeTakeFirstOrThrow()
      return { count: Number(row.count), bytes: Number(row.bytes ?? 0) }
    },

    async listStaged(limit, after = '') {
      const rows = await queries
        .selectFrom('images')
        .select(['id', 'incoming_store', 'incoming_key', 'size_bytes'])
        .where('incoming_key', '>', after)
        .where('size_bytes', 'is not', null)
        .orderBy('incoming_key')
        .limit(limit)
        .execute()
      return rows.map((row) => ({
        imageId: row.id,
        storeId: row.incoming_store ?? '',
        key: row.incoming_key ?? '',
        sizeBytes: row.size_bytes ?? 0,
      }))
    },

    async listImagesWithData(limit, after = '') {
      const rows = await queries
        .selectFrom('images')
        .select(['id', 'locations'])
        .where('id', '>', after)
        .where('deleted', '=', 0)
        .where('status', 'in', ['active', 'deactivated'])
        .orderBy('id')
        .limit(limit)
        .execute()
      return rows.map((row) => ({ id: row.id, locations: toLocations(row.locations) }))
    },

    async findKnownKeys(storeId, keys) {
      if (keys.length === 0) return new Set()
      // In the order in which an object goes from one to the next, so that none slips through.
      const loose = await queries
        .selectFrom('loose_objects')
        .select('key')
        .where('store', '=', storeId)
        .where('key', 'in', keys)
        .execute()
      const staged = await queries
        .selectFrom('images')
        .select('incoming_key as key')
        .where('incoming_store', '=', storeId)
        .where('incoming_key', 'in', keys)
        .execute()
      const kept = await queries
        .selectFrom('contents')
        .select('key')
        .where('store', '=', storeId)
        .where('key', 'in', keys)
        .execute()
      return new Set([...loose, ...staged, ...kept].map((row) => row.key ?? ''))
    },

    async listCarriers({ storeId, key }, limit) {
      const rows = await queries
        .selectFrom('carriers')
        .select('image_id')
        .where('store', '=', storeId)
        .where('key', '=', key)
        .orderBy('image_id')
        .limit(limit)
        .execute()
      return rows.map((row) => row.image_id)
    },
  }
}

export function contentWriter(queries: Queries): ContentWriter {
  return {
    async carryContent({ storeId, key, digest, sizeBytes }, imageId) {
      const row = { store: storeId, key, digest, size_bytes: sizeBytes, shared: 1 }
      const kept = await queries
        .insertInto('contents')
        .values(row)
        .onConflict((conflict) =>
          conflict
            .columns(['store', 'digest'])
            .where('shared', '=', sql.lit(1))
            // Changes nothing, and locks the row.
            .doUpdateSet({ shared: 1 }),
        )
        .returning('key')
        .executeTakeFirstOrThrow()
      await queries
        .insertInto('carriers')
        .values({ store: storeId, key: kept.key, image_id: imageId })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
      return { storeId, key: kept.key }
    },

    async dropContent(address, imageId) {
      const { numUpdatedRows } = await queries
        .updateTable('contents')
        .set((set) => ({ shared: set.ref('shared') }))
        .where('store', '=', address.storeId)
        .where('key', '=', address.key)
        .executeTakeFirst()
      if (numUpdatedRows === 0n) return true
      await queries
        .deleteFrom('carriers')
        .where('store', '=', address.storeId)
        .where('key', '=', address.key)
        .where('image_id', '=', imageId)
        .execute()
      const { numDeletedRows } = await queries
        .deleteFrom('contents')
        .where('store', '=', address.storeId)
        .where('key', '=', address.key)
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('carriers')
                .select('image_id')
                .whereRef('carriers.store', '=', 'contents.store')
                .whereRef('carriers.key', '=', 'contents.key'),
            ),
          ),
        )
        .executeTakeFirst()
      return numDeletedRows > 0n
    },

    async retireContent({ storeId, key }) {
      await queries
        .updateTable('contents')
        .set({ shared: 0 })
        .where('store', '=', storeId)
        .where('key', '=', key)
        .execute()
    },
  }
}

function toContent(row: Selectable<ContentRow>): Content {
  return { storeId: row.store, key: row.key, digest: row.digest, sizeBytes: row.size_bytes }
}
