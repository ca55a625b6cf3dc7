/** The rows of every table, as both databases return them. */
import type { Generated } from 'kysely'
import type { AccountTables } from './account-tables.ts'

export type ImageRow = {
  id: string
  name: string | null
  owner: string | null
  visibility: string
  status: string
  /** 0 or 1, like `hidden` and `deleted`. */
  protected: number
  hidden: number
  disk_format: string | null
  container_format: string | null
  min_disk_gib: number
  min_ram_mib: number
  size_bytes: number | null
  virtual_size_bytes: number | null
  checksum: string | null
  hash_algorithm: string | null
  hash_value: string | null
  /** JSON: an array of strings. `image_tags` repeats it for finding. */
  tags: string
  /** JSON: an array of [name, value]. `image_properties` repeats it for finding. */
  properties: string
  /** JSON: an array of [store, key, metadata]. */
  locations: string
  /** How many copies of the data are kept, staged ones included. */
  copies: number
  incoming_store: string | null
  incoming_key: string | null
  /** JSON, or null. */
  import_state: string | null
  /** Milliseconds since 1970, like every time here. */
  created_at: number
  updated_at: number
  deleted: Generated<number>
}

export type MemberRow = {
  number: Generated<number>
  image_id: string
  project_id: string
  status: string
  created_at: number
  updated_at: number
  deleted: Generated<number>
}

export type TaskRow = {
  id: string
  type: string
  status: string
  owner: string | null
  user_id: string
  image_id: string | null
  request_id: string | null
  /** JSON, like `result`. */
  input: string
  result: string | null
  message: string
  attempts: number
  created_at: number
  updated_at: number
  expires_at: number | null
  /** The process that runs it; null when none does. */
  process_id: number | null
}

export type EventRow = {
  /** In the order of writing. */
  number: Generated<number>
  /** In the order of reading; null until the event is known to be committed. */
  place: number | null
  id: string
  image_id: string | null
  happened_at: number
  /** JSON: all that has no column of its own. */
  body: string
}

export type Tables = AccountTables & {
  images: ImageRow
  image_tags: { image_id: string; tag: string }
  image_properties: { image_id: string; name: string; value_digest: string }
  members: MemberRow
  loose_objects: { store: string; key: string; image_id: string; process_id: number }
  tasks: TaskRow
  events: EventRow
  /** One row. */
  event_places: { name: string; last_place: number }
  /** `process_id` is the process that drives the consumer; null when none does. */
  event_consumers: { name: string; place: number; process_id: number | null }
}
