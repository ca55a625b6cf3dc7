/**
 * Events as they were last read, so that none is made anew for each of its readers.
 *
 * An event is read by whoever gives it its place, and soon after by every consumer. It never changes,
 * so all may have the same.
 */
import type { Event, PlacedEvent } from '@vitrine/core'
import type { Selectable } from 'kysely'
import { LRUCache } from 'lru-cache'
import type { EventRow } from './tables.ts'

/** Of their bodies: some thousand events of the ordinary kind. */
const mostCharacters = 1024 * 1024

export class RecentEvents {
  readonly #kept = new LRUCache<string, Event>({ maxSize: mostCharacters })

  /** The event of this row, the same one as before. */
  placed(row: StoredEvent): PlacedEvent {
    return { place: row.place ?? 0, event: this.#kept.get(row.id) ?? this.#read(row) }
  }

  #read(row: StoredEvent): Event {
    const event = toEvent(row)
    this.#kept.set(row.id, event, { size: row.body.length })
    return event
  }
}

export type StoredEvent = Omit<Selectable<EventRow>, 'number'>

type NewEvent = Omit<StoredEvent, 'place'>

/** All of an event that has no column of its own. */
type Body = Event extends infer One
  ? One extends Event
    ? Omit<One, 'id' | 'at' | 'imageId'>
    : never
  : never

function toEvent(row: NewEvent): Event {
  const body: Body = JSON.parse(row.body)
  return { ...body, id: row.id, at: new Date(row.happened_at), imageId: row.image_id }
}

export function toEventRow({ id, at, imageId, ...body }: Event): NewEvent {
  return { id, image_id: imageId, happened_at: at.getTime(), body: JSON.stringify(body) }
}
