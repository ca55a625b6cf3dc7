/** Notices that wait for the digest of their contact, on SQLite or PostgreSQL. */
import type { DigestEntry, SharingReader, SharingWriter } from '@vitrine/core'
import type { Selectable } from 'kysely'
import type { Queries } from './database.ts'
import type { DigestEntryRow } from './tables.ts'

export function digestReader(
  queries: Queries,
): Pick<SharingReader, 'contactsWithDigest' | 'findDigest'> {
  const waiting = (contactId: string, before: Date) =>
    queries
      .selectFrom('digest_entries')
      .where('waits', '=', 1)
      .where('contact_id', '=', contactId)
      .where('created_at', '<', before.getTime())
  return {
    async contactsWithDigest(before, limit) {
      const rows = await queries
        .selectFrom('digest_entries')
        .select('contact_id')
        .distinct()
        .where('waits', '=', 1)
        .where('created_at', '<', before.getTime())
        .limit(limit)
        .execute()
      return rows.map((row) => row.contact_id)
    },

    async findDigest(contactId, before, limit) {
      const rows = await waiting(contactId, before)
        .selectAll()
        .orderBy('created_at')
        .orderBy('number')
        .limit(limit)
        .execute()
      const { count } = await waiting(contactId, before)
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow()
      return { entries: rows.map(toEntry), count: Number(count) }
    },
  }
}

export function digestWriter(
  queries: Queries,
): Pick<SharingWriter, 'insertDigestEntry' | 'endDigest'> {
  return {
    async insertDigestEntry({ id, contactId, notice, createdAt }) {
      await queries
        .insertInto('digest_entries')
        .values({
          id,
          contact_id: contactId,
          notice: JSON.stringify(notice),
          created_at: createdAt.getTime(),
          waits: 1,
        })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute()
    },

    async endDigest(contactId, before) {
      await queries
        .updateTable('digest_entries')
        .set({ waits: 0 })
        .where('waits', '=', 1)
        .where('contact_id', '=', contactId)
        .where('created_at', '<', before.getTime())
        .execute()
    },
  }
}

function toEntry(row: Selectable<DigestEntryRow>): DigestEntry {
  return {
    id: row.id,
    contactId: row.contact_id,
    notice: JSON.parse(row.notice),
    createdAt: new Date(row.created_at),
  }
}
