/**
 * The outbox on a database.
 *
 * A serial number is given out when a row is written, not when it is committed, so a reader that
 * remembered the last number it saw would skip rows that were committed later. Therefore events are
 * read by their place, which a reader gives them once they are committed, one reader at a time.
 * See docs/design/events.md.
 */
import type { EventOutbox, EventWriter, PlacedEvent, ProjectFeeds } from '@vitrine/core'
import type { Database, Queries } from './database.ts'
import { backlogs } from './event-backlogs.ts'
import { lockPlaces, placeEvents } from './event-places.ts'
import { feedReader } from './feed-records.ts'
import { prepared, preparedInsert } from './prepared.ts'
import { RecentEvents, toEventRow } from './recent-events.ts'

export class EventListeners {
  readonly #listeners = new Set<() => void>()

  add(listener: () => void): Disposable {
    this.#listeners.add(listener)
    return { [Symbol.dispose]: () => this.#listeners.delete(listener) }
  }

  tell(): void {
    for (const listener of this.#listeners) listener()
  }
}

export function eventWriter(queries: Queries): EventWriter {
  return {
    async insertEvents(events) {
      await addEvents(queries, events.map(toEventRow))
    },
  }
}

const addEvents = preparedInsert('events', ['id', 'image_id', 'happened_at', 'body'])

const mostForgottenAtOnce = 1000

export function eventOutbox(
  database: Database,
  listeners: EventListeners,
): EventOutbox & ProjectFeeds {
  const { read, processId } = database
  const recent = new RecentEvents()
  const place = () => placeEvents(database, recent)

  const readAfter = async (after: number, limit: number): Promise<readonly PlacedEvent[]> => {
    await place()
    const rows = await read
      .selectFrom('events')
      .selectAll()
      .where('place', '>', after)
      .orderBy('place')
      .limit(limit)
      .execute()
    return rows.map((row) => recent.placed(row))
  }

  return {
    async claimConsumer(name) {
      const living = await database.livingProcesses()
      await place()
      return database.write(async (queries) => {
        const last = await lockPlaces(queries)
        const { numInsertedOrUpdatedRows = 0n } = await queries
          .insertInto('event_consumers')
          .values({ name, place: last, process_id: processId })
          .onConflict((conflict) =>
            conflict
              .column('name')
              .doUpdateSet({ process_id: processId })
              .where((where) =>
                where.or([
                  where('event_consumers.process_id', 'is', null),
                  where('event_consumers.process_id', '=', processId),
                  where('event_consumers.process_id', 'not in', living),
                ]),
              ),
          )
          .executeTakeFirst()
        return numInsertedOrUpdatedRows > 0n
      })
    },

    async releaseConsumer(name) {
      await database.write((queries) =>
        queries
          .updateTable('event_consumers')
          .set({ process_id: null })
          .where('name', '=', name)
          .where('process_id', '=', processId)
          .execute(),
      )
    },

    async nextEvents(name, limit) {
      const [consumer] = (await drivenBy(read, { name, processId })).rows
      return consumer && readAfter(consumer.place, limit)
    },

    async acknowledgeEvents(name, place) {
      const { numAffectedRows = 0n } = await database.write((queries) =>
        acknowledge(queries, { name, processId, place }),
      )
      return numAffectedRows > 0n
    },

    eventsAfter: readAfter,

    ...feedReader(database, place, recent),

    async forgetEvents(before, consumers) {
      await place()
      let forgotten = 0
      for (;;) {
        const count = await forgetSome(database, before, consumers)
        forgotten += count
        if (count < mostForgottenAtOnce) return forgotten
      }
    },

    backlogs: (consumers) => backlogs(read, consumers),

    onEvents: (listener) => listeners.add(listener),
  }
}

const drivenBy = prepared<{ name: string; processId: number }>()((queries, slot) =>
  queries
    .selectFrom('event_consumers')
    .select('place')
    .where('name', '=', slot('name'))
    .where('process_id', '=', slot('processId')),
)

const acknowledge = prepared<{ name: string; processId: number; place: number }>()(
  (queries, slot) =>
    queries
      .updateTable('event_consumers')
      .set({ place: slot('place') })
      .where('name', '=', slot('name'))
      .where('process_id', '=', slot('processId')),
)

/** Removes from the front of the outbox, and stops short of what somebody still waits for. */
async function forgetSome(
  database: Database,
  before: Date,
  consumers: readonly string[],
): Promise<number> {
  const { slowest } = await database.read
    .selectFrom('event_consumers')
    .select((select) => select.fn.min<number | null>('place').as('slowest'))
    .where('name', 'in', ['', ...consumers])
    .executeTakeFirstOrThrow()
  const oldest = await database.read
    .selectFrom('events')
    .select(['number', 'place', 'happened_at'])
    .where('place', 'is not', null)
    .$if(slowest !== null, (events) => events.where('place', '<=', slowest))
    .orderBy('place')
    .limit(mostForgottenAtOnce)
    .execute()
  // From the front alone, so that nobody's feed has a gap.
  const kept = oldest.findIndex((row) => row.happened_at >= before.getTime())
  const doomed = kept === -1 ? oldest : oldest.slice(0, kept)
  const last = doomed.at(-1)?.place ?? null
  if (last === null) return 0
  await database.write(async (queries) => {
    await queries.deleteFrom('events').where('place', '<=', last).execute()
    await queries.deleteFrom('feed_entries').where('place', '<=', last).execute()
  })
  return doomed.length
}
