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
  object_key: string | null
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

export type Tables = AccountTables & {
  images: ImageRow
  image_tags: { image_id: string; tag: string }
  image_properties: { image_id: string; name: string; value_digest: string }
  members: MemberRow
  loose_objects: { key: string; image_id: string; process_id: number }
}
