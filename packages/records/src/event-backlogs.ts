/** How far behind the consumers of the outbox are, at the cost of a few look-ups however far that is. */
import type { Backlog } from '@vitrine/core'
import type { Queries } from './database.ts'

export async function backlogs(
  read: Queries,
  consumers: readonly string[],
): Promise<readonly Backlog[]> {
  const claimed = await read
    .selectFrom('event_consumers')
    .select(['name', 'place'])
    .where('name', 'in', ['', ...consumers])
    .orderBy('name')
    .execute()
  const places = await read.selectFrom('event_places').select('last_place').executeTakeFirst()
  // Those that are to be given a place by the next reader.
  const { unplaced } = await read
    .selectFrom('events')
    .select((select) => select.fn.countAll<number>().as('unplaced'))
    .where('place', 'is', null)
    .executeTakeFirstOrThrow()

  return Promise.all(
    claimed.map(async ({ name, place }) => ({
      consumer: name,
      events: Math.max(0, (places?.last_place ?? place) - place) + Number(unplaced),
      oldest: (await oldestAfter(read, place)) ?? (await oldestUnplaced(read)),
    })),
  )
}

async function oldestAfter(read: Queries, place: number): Promise<Date | undefined> {
  const row = await read
    .selectFrom('events')
    .select('happened_at')
    .where('place', '>', place)
    .orderBy('place')
    .limit(1)
    .executeTakeFirst()
  return row && new Date(row.happened_at)
}

async function oldestUnplaced(read: Queries): Promise<Date | undefined> {
  const row = await read
    .selectFrom('events')
    .select('happened_at')
    .where('place', 'is', null)
    .orderBy('number')
    .limit(1)
    .executeTakeFirst()
  return row && new Date(row.happened_at)
}
