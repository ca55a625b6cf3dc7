/** Mailed links by which shares are answered, on SQLite or PostgreSQL. */
import { memberStatuses, type SharingReader, type SharingWriter } from '@vitrine/core'
import type { Queries } from './database.ts'
import { oneOf } from './image-rows.ts'

export function invitationLinkReader(queries: Queries): Pick<SharingReader, 'findInvitationLink'> {
  return {
    async findInvitationLink(id) {
      const row = await queries
        .selectFrom('invitation_links')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirst()
      return (
        row && {
          id,
          imageId: row.image_id,
          projectId: row.project_id,
          expiresAt: new Date(row.expires_at),
          answer: row.answer === null ? null : oneOf(memberStatuses, row.answer),
          answeredAt: row.answered_at === null ? null : new Date(row.answered_at),
        }
      )
    },
  }
}

export function invitationLinkWriter(
  queries: Queries,
): Pick<SharingWriter, 'insertInvitationLink' | 'useInvitationLink'> {
  return {
    async insertInvitationLink({ id, imageId, projectId, expiresAt, answer, answeredAt }) {
      await queries
        .insertInto('invitation_links')
        .values({
          id,
          image_id: imageId,
          project_id: projectId,
          expires_at: expiresAt.getTime(),
          answer,
          answered_at: answeredAt?.getTime() ?? null,
        })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute()
    },

    async useInvitationLink(id, answer, at) {
      const { numUpdatedRows } = await queries
        .updateTable('invitation_links')
        .set({ answer, answered_at: at.getTime() })
        .where('id', '=', id)
        .where('answer', 'is', null)
        .executeTakeFirst()
      return numUpdatedRows > 0n
    },
  }
}
