/** How often things happened lately, on SQLite or PostgreSQL, and the end of what is only kept for a while. */
import type { Records, SharingWriter } from '@vitrine/core'
import { sql } from 'kysely'
import type { Database, Queries } from './database.ts'

export function rateWriter(queries: Queries): Pick<SharingWriter, 'takeRate'> {
  return {
    async takeRate(key, now, endsAt) {
      const isOver = sql<boolean>`rates.ends_at <= ${now.getTime()}`
      const row = await queries
        .insertInto('rates')
        .values({ key, count: 1, ends_at: endsAt.getTime() })
        .onConflict((conflict) =>
          conflict.column('key').doUpdateSet({
            count: sql<number>`case when ${isOver} then 1 else rates.count + 1 end`,
            ends_at: sql<number>`case when ${isOver} then excluded.ends_at else rates.ends_at end`,
          }),
        )
        .returning(['count', 'ends_at'])
        .executeTakeFirstOrThrow()
      return { count: row.count, endsAt: new Date(row.ends_at) }
    },
  }
}

/** How long an event may be delivered again, whose notice must not come twice. */
const keepDigestedMs = 8 * 24 * 60 * 60_000

export function forgetExpired(database: Database): Records['forgetExpired'] {
  return async (now, unverifiedBefore) => {
    const time = now.getTime()
    await database.write(async (queries) => {
      await queries.deleteFrom('rates').where('ends_at', '<=', time).execute()
      await queries.deleteFrom('invitation_links').where('expires_at', '<=', time).execute()
      await queries
        .deleteFrom('access_requests')
        .where('status', '=', 'unverified')
        .where('created_at', '<', unverifiedBefore.getTime())
        .execute()
      await queries
        .deleteFrom('digest_entries')
        .where('waits', '=', 0)
        .where('created_at', '<=', time - keepDigestedMs)
        .execute()
    })
  }
}
