/**
 * The feeds of projects on a database: rows that say which event stands where in whose feed.
 *
 * They are written where events get their place, by one reader at a time; so positions are counted
 * without gaps, and a feed never changes behind a reader.
 */
import { type PlacedEvent, type ProjectFeeds, toldProjects } from '@vitrine/core'
import { sql } from 'kysely'
import type { Database, Queries } from './database.ts'
import { preparedInsert } from './prepared.ts'
import type { RecentEvents } from './recent-events.ts'
import type { Tables } from './tables.ts'

type Feed = Tables['feeds']

/** The transaction holds the lock of places. */
export async function enterInFeeds(
  queries: Queries,
  placed: readonly PlacedEvent[],
): Promise<void> {
  // In turn: a database may give back rows in any order.
  const inOrder = placed.toSorted((a, b) => a.place - b.place)
  const placesOf = new Map<string, number[]>()
  for (const { place, event } of inOrder) {
    for (const projectId of toldProjects(event)) {
      const places = placesOf.get(projectId)
      if (places === undefined) placesOf.set(projectId, [place])
      else places.push(place)
    }
  }
  const { returned } = await lengthenFeeds(
    queries,
    [...placesOf].map(([project_id, { length }]) => ({ project_id, last_position: length })),
  )
  const ends = new Map(returned.map((feed) => [feed.project_id, feed.last_position]))
  await addEntries(
    queries,
    [...placesOf].flatMap(([project_id, places]) => {
      const first = (ends.get(project_id) ?? 0) - places.length + 1
      return places.map((place, index) => ({ project_id, position: first + index, place }))
    }),
  )
}

/** By as much as their `last_position` says. */
const lengthenFeeds = preparedInsert<keyof Feed, Feed>(
  'feeds',
  ['project_id', 'last_position'],
  sql`
    on conflict (project_id) do update
    set last_position = feeds.last_position + excluded.last_position
    returning project_id, last_position`,
)

const addEntries = preparedInsert('feed_entries', ['project_id', 'position', 'place'])

export function feedReader(
  { read }: Database,
  /** Gives their place to events that are committed and have none. */
  place: () => Promise<void>,
  recent: RecentEvents,
): ProjectFeeds {
  const endsOf = (projectIds: readonly string[]) =>
    read.selectFrom('feeds').selectAll().where('project_id', 'in', projectIds).execute()

  return {
    async readFeed(projectId, after, limit) {
      await place()
      const rows = await read
        .selectFrom('feed_entries')
        .innerJoin('events', 'events.place', 'feed_entries.place')
        .selectAll('events')
        .select('feed_entries.position')
        .where('feed_entries.project_id', '=', projectId)
        .where('feed_entries.position', '>', after)
        .orderBy('feed_entries.position')
        .limit(limit)
        .execute()
      return rows.map((row) => ({ position: row.position, event: recent.placed(row).event }))
    },

    async findFeed(projectId) {
      await place()
      const oldest = await read
        .selectFrom('feed_entries')
        .select('position')
        .where('project_id', '=', projectId)
        .orderBy('position')
        .limit(1)
        .executeTakeFirst()
      const [feed] = await endsOf([projectId])
      const end = feed?.last_position ?? 0
      return { start: oldest === undefined ? end : oldest.position - 1, end }
    },

    async feedEnds(projectIds) {
      if (projectIds.length === 0) return new Map()
      await place()
      const feeds = await endsOf(projectIds)
      return new Map(feeds.map((feed) => [feed.project_id, feed.last_position]))
    },
  }
}
