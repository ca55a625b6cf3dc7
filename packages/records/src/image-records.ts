/** The core's record port on a database: images, members, and objects that no image owns. */
import type { AbandonedObject, Member, Records, RecordsTransaction } from '@vitrine/core'
import { type Selectable, sql } from 'kysely'
import { contentReader, contentWriter } from './content-records.ts'
import { type Database, endedAmong, type Queries } from './database.ts'
import { EventListeners, eventOutbox, eventWriter } from './event-records.ts'
import { imageReader, usageOf } from './image-reader.ts'
import { insertNewImages, toImageRow, toMember } from './image-rows.ts'
import { changeEntries } from './list-entries.ts'
import { deleteListing, keepListingUp, listingReader, listingWriter } from './listing-records.ts'
import { linkKey } from './mail-records.ts'
import { prepared } from './prepared.ts'
import { forgetExpired } from './rate-records.ts'
import { RecentImages } from './recent-images.ts'
import { sharingReader, sharingWriter } from './sharing-records.ts'
import type { LooseObjectRow } from './tables.ts'
import { taskQueue, taskReader, taskWriter } from './task-records.ts'
import { webhookLog, webhookReader, webhookWriter } from './webhook-records.ts'

/** @param listeners told of the events that changes have written. */
export function imageRecords(
  database: Database,
  listeners: EventListeners = new EventListeners(),
): Records {
  const transactionOn = transactions(database)
  return {
    ...imageReader(database.read, { recent: new RecentImages() }),
    ...taskReader(database.read),
    ...sharingReader(database.read),
    ...listingReader(database.read, database.dialect, false),
    ...webhookReader(database.read),
    ...contentReader(database.read),

    async write(work) {
      let events = 0
      const result = await database.write((queries) =>
        work({
          ...transactionOn(queries),
          insertEvents(written) {
            events += written.length
            return eventWriter(queries).insertEvents(written)
          },
        }),
      )
      if (events > 0) listeners.tell()
      return result
    },

    linkKey: () => linkKey(database),

    forgetExpired: forgetExpired(database),

    async abandonedObjects(now, limit, after) {
      const loose = database.read.selectFrom('loose_objects')
      const writers = await loose.select('process_id').distinct().execute()
      const ended = await endedAmong(
        database,
        writers.map((row) => row.process_id).filter((id) => id !== nobody),
      )
      const rows = await loose
        .selectAll()
        .where('process_id', 'in', [nobody, ...ended])
        .where('due_at', '<=', now.getTime())
        .$if(after !== undefined, (query) =>
          query.where(sql<boolean>`(key, store) > (${after?.key}, ${after?.storeId})`),
        )
        .orderBy('key')
        .orderBy('store')
        .limit(limit)
        .execute()
      return rows.map(toAbandoned)
    },

    ...taskQueue(database, listeners),
    ...eventOutbox(database, listeners),
    ...webhookLog(database),
  }
}

/** All that works do with queries, made once where all works have the same, as on SQLite. */
function transactions(
  database: Database,
): (queries: Queries) => Omit<RecordsTransaction, 'insertEvents'> {
  const { dialect, processId } = database
  const lockImages = dialect === 'postgres'
  const made = new WeakMap<Queries, Omit<RecordsTransaction, 'insertEvents'>>()
  const make = (queries: Queries): Omit<RecordsTransaction, 'insertEvents'> => ({
    ...imageReader(queries, { lockImages }),
    ...imageWriter(queries, dialect),
    lockProject: (projectId) => lockProject(queries, dialect, projectId),
    lockUsage: (projectId) => lockUsage(queries, dialect, projectId),
    ...memberWriter(queries),
    ...looseObjectWriter(queries, processId),
    ...taskReader(queries),
    ...taskWriter(queries, processId),
    ...sharingReader(queries),
    ...sharingWriter(queries),
    ...listingReader(queries, dialect, true),
    ...listingWriter(queries, dialect),
    ...webhookReader(queries),
    ...webhookWriter(queries, dialect),
    ...contentReader(queries),
    ...contentWriter(queries),
  })
  return (queries) => {
    const known = made.get(queries)
    if (known !== undefined) return known
    const fresh = make(queries)
    made.set(queries, fresh)
    return fresh
  }
}

/** For PostgreSQL a lock of its own: there may be no row yet that could be locked. */
async function lockProject(queries: Queries, dialect: Database['dialect'], projectId: string) {
  // An embedded database has one writer at a time.
  if (dialect === 'sqlite') return
  await sql`select pg_advisory_xact_lock(hashtextextended(${projectId}, 0))`.execute(queries)
}

async function lockUsage(queries: Queries, dialect: Database['dialect'], projectId: string) {
  await lockProject(queries, dialect, projectId)
  return usageOf(queries, projectId)
}

type Writer<Methods extends keyof RecordsTransaction> = Pick<RecordsTransaction, Methods>

/** So that nobody takes what was read before for what the row is now; see recent-images.ts. */
const nextVersion = sql<number>`version + 1`

function imageWriter(
  queries: Queries,
  dialect: Database['dialect'],
): Writer<'insertImage' | 'saveImage' | 'deleteImage'> {
  const { findImage } = imageReader(queries)

  return {
    async insertImage(image) {
      const { count } = await insertNewImages(queries, [toImageRow(image)])
      if (count === 0) return false
      await changeEntries(queries, undefined, image)
      return true
    },

    async saveImage(image) {
      const before = await findImage(image.id)
      await queries
        .updateTable('images')
        .set({ ...toImageRow(image), version: nextVersion })
        .where('id', '=', image.id)
        .execute()
      await changeEntries(queries, before, image)
      await keepListingUp(queries, before, image)
    },

    async deleteImage(id, deletedAt) {
      const before = await findImage(id)
      // The row stays, so that its id can never be used again.
      await queries
        .updateTable('images')
        .set({
          deleted: 1,
          status: 'deleted',
          tags: '[]',
          properties: '[]',
          locations: '[]',
          copies: 0,
          incoming_store: null,
          incoming_key: null,
          import_state: null,
          remaining_stores: 0,
          updated_at: deletedAt.getTime(),
          version: nextVersion,
        })
        .where('id', '=', id)
        .execute()
      await changeEntries(queries, before, undefined)
      await queries.deleteFrom('members').where('image_id', '=', id).execute()
      for (const table of [
        'invitations',
        'invitation_links',
        'reminders',
        'access_requests',
        'approval_rules',
      ] as const) {
        await queries.deleteFrom(table).where('image_id', '=', id).execute()
      }
      await deleteListing(queries, dialect, id)
    },
  }
}

function memberWriter(
  queries: Queries,
): Writer<'countMembers' | 'insertMember' | 'saveMember' | 'deleteMember'> {
  return {
    async countMembers(imageId) {
      const [row] = (await memberCount(queries, { imageId })).rows
      return Number(row?.count)
    },

    async insertMember(member) {
      const [row] = (await addMember(queries, toMemberValues(member))).rows
      return row && toMember(row)
    },

    async saveMember(member) {
      await changeMember(queries, toMemberValues(member))
    },

    async deleteMember(imageId, projectId, deletedAt) {
      const { numUpdatedRows } = await queries
        .updateTable('members')
        .set({ deleted: 1, updated_at: deletedAt.getTime() })
        .where('image_id', '=', imageId)
        .where('project_id', '=', projectId)
        .where('deleted', '=', 0)
        .executeTakeFirst()
      // What was written with a share goes with it; how often it was reminded does not.
      for (const table of ['invitations', 'invitation_links'] as const) {
        await queries
          .deleteFrom(table)
          .where('image_id', '=', imageId)
          .where('project_id', '=', projectId)
          .execute()
      }
      return numUpdatedRows > 0n
    },
  }
}

const memberCount = prepared<{ imageId: string }>()((queries, slot) =>
  queries
    .selectFrom('members')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('image_id', '=', slot('imageId'))
    .where('deleted', '=', 0),
)

const addMember = prepared<ReturnType<typeof toMemberValues>>()((queries, slot) => {
  const change = { status: slot('status'), updated_at: slot('updatedAt'), deleted: 0 }
  return queries
    .insertInto('members')
    .values({
      image_id: slot('imageId'),
      project_id: slot('projectId'),
      created_at: slot('createdAt'),
      image_created_at: sql<number>`(select created_at from images where id = ${slot('imageId')})`,
      image_name: sql<string>`(select coalesce(name, '') from images where id = ${slot('imageId')})`,
      ...change,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['image_id', 'project_id'])
        .doUpdateSet(change)
        .where('members.deleted', '=', 1),
    )
    .returningAll()
})

const changeMember = prepared<ReturnType<typeof toMemberValues>>()((queries, slot) =>
  queries
    .updateTable('members')
    .set({ status: slot('status'), updated_at: slot('updatedAt') })
    .where('image_id', '=', slot('imageId'))
    .where('project_id', '=', slot('projectId')),
)

function toMemberValues({ imageId, projectId, status, createdAt, updatedAt }: Member) {
  return {
    imageId,
    projectId,
    status,
    createdAt: createdAt.getTime(),
    updatedAt: updatedAt.getTime(),
  }
}

/** Writes what is doomed. No process has this number. */
const nobody = 0

function looseObjectWriter(
  queries: Queries,
  processId: number,
): Writer<
  | 'insertLooseObject'
  | 'takeLooseObject'
  | 'doomObject'
  | 'doomUnlessWritten'
  | 'doomLooseObject'
  | 'forgetObject'
> {
  return {
    async insertLooseObject({ storeId, key, imageId }) {
      await queries
        .insertInto('loose_objects')
        .values({ store: storeId, key, image_id: imageId, process_id: processId })
        .execute()
    },

    async takeLooseObject({ storeId, key }) {
      const { numDeletedRows } = await queries
        .deleteFrom('loose_objects')
        .where('key', '=', key)
        .where('store', '=', storeId)
        .where('process_id', '=', processId)
        .executeTakeFirst()
      return numDeletedRows > 0n
    },

    async doomObject({ storeId, key, imageId, isUnsettled = false }, from) {
      const fate = {
        process_id: nobody,
        unsettled: isUnsettled ? 1 : 0,
        due_at: from?.getTime() ?? 0,
      }
      await queries
        .insertInto('loose_objects')
        .values({ store: storeId, key, image_id: imageId, ...fate })
        .onConflict((conflict) => conflict.columns(['key', 'store']).doUpdateSet(fate))
        .execute()
    },

    async doomUnlessWritten({ storeId, key, imageId }) {
      const { numInsertedOrUpdatedRows = 0n } = await queries
        .insertInto('loose_objects')
        .values({ store: storeId, key, image_id: imageId, process_id: nobody })
        .onConflict((conflict) =>
          conflict
            .columns(['key', 'store'])
            .doUpdateSet({ process_id: nobody })
            .where('loose_objects.process_id', '=', nobody),
        )
        .executeTakeFirst()
      return numInsertedOrUpdatedRows > 0n
    },

    async doomLooseObject({ storeId, key, isUnsettled = false }) {
      const { numUpdatedRows } = await queries
        .updateTable('loose_objects')
        .set({ process_id: nobody, unsettled: isUnsettled ? 1 : 0 })
        .where('key', '=', key)
        .where('store', '=', storeId)
        .executeTakeFirst()
      return numUpdatedRows > 0n
    },

    async forgetObject({ storeId, key }) {
      await queries
        .deleteFrom('loose_objects')
        .where('key', '=', key)
        .where('store', '=', storeId)
        .execute()
    },
  }
}

function toAbandoned(row: Selectable<LooseObjectRow>): AbandonedObject {
  return {
    storeId: row.store,
    key: row.key,
    imageId: row.image_id,
    isUnsettled: row.unsettled === 1,
    isDoomed: row.process_id === nobody,
  }
}
