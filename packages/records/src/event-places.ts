/**
 * Gives events their place, once they are committed, one reader at a time; and enters them in the
 * feeds of whom they are told. Done for every few events, so its statements are written once.
 */
import { sql } from 'kysely'
import type { Database, Queries } from './database.ts'
import { enterInFeeds } from './feed-records.ts'
import { prepared } from './prepared.ts'
import type { RecentEvents, StoredEvent } from './recent-events.ts'

/** So that no transaction holds back the events of other readers for long. */
const mostPlacesAtOnce = 1000

/**
 * Gives a place to every event that is committed and has none, in the order of their numbers. Those
 * that are written meanwhile may wait for the next reader: where many write, there are always some.
 */
export async function placeEvents(database: Database, recent: RecentEvents): Promise<void> {
  while ((await anyWithoutPlace(database.read, {})).rows.length > 0) {
    const count = await database.write((queries) => placeSome(queries, recent))
    if (count < mostPlacesAtOnce) return
  }
}

/** @returns how many were placed. */
async function placeSome(queries: Queries, recent: RecentEvents): Promise<number> {
  const last = await lockPlaces(queries)
  // After the lock, so that it sees what whoever held it before has placed.
  const { rows } = await placeAfter(queries, { last })
  await setLastPlace(queries, { last: last + rows.length })
  await enterInFeeds(
    queries,
    rows.map((row) => recent.placed(row)),
  )
  return rows.length
}

/** @returns the last place given out. Nobody else gives out any before the transaction ends. */
export async function lockPlaces(queries: Queries): Promise<number> {
  const [row] = (await lastPlace(queries, {})).rows
  return row?.last_place ?? 0
}

type NoValues = Record<string, never>

const anyWithoutPlace = prepared<NoValues>()((queries) =>
  queries.selectFrom('events').select('number').where('place', 'is', null).limit(1),
)

const lastPlace = prepared<NoValues>()((queries) =>
  queries
    .insertInto('event_places')
    .values({ name: 'events', last_place: 0 })
    .onConflict((conflict) =>
      conflict
        .column('name')
        .doUpdateSet((values) => ({ last_place: values.ref('event_places.last_place') })),
    )
    .returning('last_place'),
)

const setLastPlace = prepared<{ last: number }>()((queries, slot) =>
  queries.updateTable('event_places').set({ last_place: slot('last') }),
)

const placeAfter = prepared<{ last: number }>()((queries, slot) => {
  const statement = sql<StoredEvent>`
    update events set place = ${slot('last')} + waiting.turn
    from (
      select number, row_number() over (order by number) as turn
      from events where place is null order by number limit ${sql.lit(mostPlacesAtOnce)}
    ) as waiting
    where events.number = waiting.number
    returning events.place, events.id, events.image_id, events.happened_at, events.body`
  return { compile: () => statement.compile(queries) }
})
