/** What is known of sharing besides the members themselves, on SQLite or PostgreSQL. */
import {
  type ActivityEntry,
  type ActivityQuery,
  activityTypes,
  type InboxEntry,
  type InboxQuery,
  type Invitation,
  type SharingReader,
  type SharingWriter,
} from '@vitrine/core'
import { type Selectable, sql } from 'kysely'
import { accessRequestReader, accessRequestWriter } from './access-request-records.ts'
import type { Queries } from './database.ts'
import { digestReader, digestWriter } from './digest-records.ts'
import { oneOf, toImage, toMember } from './image-rows.ts'
import { invitationLinkReader, invitationLinkWriter } from './invitation-link-records.ts'
import { mailReader, mailWriter } from './mail-records.ts'
import { prepared, preparedInsert } from './prepared.ts'
import { rateWriter } from './rate-records.ts'
import type { ActivityRow, InvitationRow } from './tables.ts'

const invitationOf = prepared<{ imageId: string; projectId: string }>()((queries, slot) =>
  queries
    .selectFrom('invitations')
    .selectAll()
    .where('image_id', '=', slot('imageId'))
    .where('project_id', '=', slot('projectId')),
)

export function sharingReader(queries: Queries): SharingReader {
  return {
    ...accessRequestReader(queries),
    ...mailReader(queries),
    ...digestReader(queries),
    ...invitationLinkReader(queries),

    async findInvitation(imageId, projectId) {
      const [row] = (await invitationOf(queries, { imageId, projectId })).rows
      return row && toInvitation(row)
    },

    async findReminders(imageId, projectId) {
      const row = await queries
        .selectFrom('reminders')
        .selectAll()
        .where('image_id', '=', imageId)
        .where('project_id', '=', projectId)
        .executeTakeFirst()
      return row && { imageId, projectId, count: row.count, lastAt: new Date(row.last_at) }
    },

    async listShares({ imageId, status, after, limit }) {
      const rows = await queries
        .selectFrom('members')
        .leftJoin('invitations', (join) =>
          join
            .onRef('invitations.image_id', '=', 'members.image_id')
            .onRef('invitations.project_id', '=', 'members.project_id'),
        )
        .leftJoin('reminders', (join) =>
          join
            .onRef('reminders.image_id', '=', 'members.image_id')
            .onRef('reminders.project_id', '=', 'members.project_id'),
        )
        .selectAll('members')
        .select([
          'invitations.email',
          'invitations.note',
          'invitations.created_at as invited_at',
          'reminders.count',
          'reminders.last_at',
        ])
        .where('members.image_id', '=', imageId)
        .where('members.deleted', '=', 0)
        .$if(status !== undefined, (some) => some.where('members.status', '=', status ?? ''))
        .$if(after !== undefined, (some) => some.where('members.project_id', '>', after ?? ''))
        .orderBy('members.project_id')
        .limit(limit)
        .execute()
      return rows.map((row) => ({
        member: toMember(row),
        invitation: invitationIn(row),
        reminders:
          row.count === null || row.last_at === null
            ? undefined
            : {
                imageId,
                projectId: row.project_id,
                count: row.count,
                lastAt: new Date(row.last_at),
              },
      }))
    },

    listInbox: (query) => listInbox(queries, query),

    async listBlocks(projectId) {
      const rows = await queries
        .selectFrom('blocks')
        .selectAll()
        .where('project_id', '=', projectId)
        .orderBy('created_at')
        .orderBy('producer_id')
        .execute()
      return rows.map((row) => ({
        projectId,
        producerId: row.producer_id,
        createdAt: new Date(row.created_at),
      }))
    },

    async listActivity({ imageId, consumerId, producerId, after, limit }: ActivityQuery) {
      const rows = await queries
        .selectFrom('activity')
        .selectAll()
        .$if(imageId !== undefined, (some) => some.where('image_id', '=', imageId ?? ''))
        .$if(consumerId !== undefined, (some) => some.where('consumer_id', '=', consumerId ?? ''))
        .$if(producerId !== undefined, (some) => some.where('producer_id', '=', producerId ?? ''))
        .$if(after !== undefined, (some) => some.where('number', '<', after ?? 0))
        .orderBy('number', 'desc')
        .limit(limit)
        .execute()
      return rows.map((row) => ({ place: row.number, entry: toEntry(row) }))
    },
  }
}

export function sharingWriter(queries: Queries): SharingWriter {
  return {
    ...accessRequestWriter(queries),
    ...mailWriter(queries),
    ...digestWriter(queries),
    ...invitationLinkWriter(queries),
    ...rateWriter(queries),

    async saveInvitation({ imageId, projectId, email, note, createdAt }) {
      const change = { email, note, created_at: createdAt.getTime() }
      await queries
        .insertInto('invitations')
        .values({ image_id: imageId, project_id: projectId, ...change })
        .onConflict((conflict) => conflict.columns(['image_id', 'project_id']).doUpdateSet(change))
        .execute()
    },

    async saveReminders({ imageId, projectId, count, lastAt }) {
      const change = { count, last_at: lastAt.getTime() }
      await queries
        .insertInto('reminders')
        .values({ image_id: imageId, project_id: projectId, ...change })
        .onConflict((conflict) => conflict.columns(['image_id', 'project_id']).doUpdateSet(change))
        .execute()
    },

    async insertBlock({ projectId, producerId, createdAt }) {
      await queries
        .insertInto('blocks')
        .values({
          project_id: projectId,
          producer_id: producerId,
          created_at: createdAt.getTime(),
        })
        .onConflict((conflict) => conflict.columns(['project_id', 'producer_id']).doNothing())
        .execute()
    },

    async deleteBlock(projectId, producerId) {
      const { numDeletedRows } = await queries
        .deleteFrom('blocks')
        .where('project_id', '=', projectId)
        .where('producer_id', '=', producerId)
        .executeTakeFirst()
      return numDeletedRows > 0n
    },

    async insertActivity(entries) {
      await addActivity(queries, entries.map(toRow))
    },
  }
}

const addActivity = preparedInsert<keyof ReturnType<typeof toRow>>('activity', [
  'type',
  'happened_at',
  'actor_user_id',
  'actor_project_id',
  'image_id',
  'image_name',
  'producer_id',
  'consumer_id',
  'note',
])

/**
 * Walks what waits for the project's answer from the last change on; what is blocked, or not shared
 * at present, is passed over.
 */
async function listInbox(
  queries: Queries,
  { projectId, name, after, limit }: InboxQuery,
): Promise<readonly InboxEntry[]> {
  const rows = await queries
    .selectFrom('members')
    .innerJoin('images', 'images.id', 'members.image_id')
    .leftJoin('invitations', (join) =>
      join
        .onRef('invitations.image_id', '=', 'members.image_id')
        .onRef('invitations.project_id', '=', 'members.project_id'),
    )
    .selectAll('images')
    .select([
      'members.number as member_number',
      'members.status as member_status',
      'members.created_at as member_created_at',
      'members.updated_at as member_updated_at',
      'invitations.email',
      'invitations.note',
      'invitations.created_at as invited_at',
    ])
    .where('members.project_id', '=', projectId)
    .where('members.status', '=', 'pending')
    .where('members.deleted', '=', 0)
    .where('images.deleted', '=', 0)
    .where('images.visibility', '=', 'shared')
    // To its own project an image is not shared, even where that stands in the list of members.
    .where(sql<boolean>`coalesce(images.owner, '') <> ${projectId}`)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('blocks')
            .select('blocks.project_id')
            .where('blocks.project_id', '=', projectId)
            .whereRef('blocks.producer_id', '=', 'images.owner'),
        ),
      ),
    )
    .$if(name !== undefined, (some) => some.where('members.image_name', '=', name ?? ''))
    .$if(after !== undefined, (some) =>
      some.where(
        sql<boolean>`(members.updated_at, members.number) < (${after?.updatedAt.getTime() ?? 0}, ${after?.number ?? 0})`,
      ),
    )
    .orderBy('members.updated_at', 'desc')
    .orderBy('members.number', 'desc')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    place: { updatedAt: new Date(row.member_updated_at), number: row.member_number },
    image: toImage(row),
    member: toMember({
      image_id: row.id,
      project_id: projectId,
      status: row.member_status,
      created_at: row.member_created_at,
      updated_at: row.member_updated_at,
    }),
    invitation:
      row.note === null || row.invited_at === null
        ? undefined
        : toInvitation({
            image_id: row.id,
            project_id: projectId,
            email: row.email,
            note: row.note,
            created_at: row.invited_at,
          }),
  }))
}

/** Of a row that was joined with what may not be there. */
function invitationIn(row: {
  image_id: string
  project_id: string
  email: string | null
  note: string | null
  invited_at: number | null
}): Invitation | undefined {
  const { note, invited_at: invitedAt } = row
  if (note === null || invitedAt === null) return undefined
  return toInvitation({ ...row, note, created_at: invitedAt })
}

function toInvitation(row: InvitationRow): Invitation {
  return {
    imageId: row.image_id,
    projectId: row.project_id,
    email: row.email,
    note: row.note,
    createdAt: new Date(row.created_at),
  }
}

function toRow(entry: ActivityEntry) {
  return {
    type: entry.type,
    happened_at: entry.at.getTime(),
    actor_user_id: entry.actor?.userId ?? null,
    actor_project_id: entry.actor?.projectId ?? null,
    image_id: entry.imageId,
    image_name: entry.imageName,
    producer_id: entry.producerId,
    consumer_id: entry.consumerId ?? '',
    note: entry.note,
  }
}

function toEntry(row: Selectable<ActivityRow>): ActivityEntry {
  const { actor_user_id: userId, actor_project_id: projectId } = row
  return {
    type: oneOf(activityTypes, row.type),
    at: new Date(row.happened_at),
    actor: userId === null ? null : { userId, projectId },
    imageId: row.image_id,
    imageName: row.image_name,
    producerId: row.producer_id,
    consumerId: row.consumer_id === '' ? null : row.consumer_id,
    note: row.note,
  }
}
