/** What an image is to a program: the fields of the API under the names of this language. */
import type { ImageBody } from '@vitrine/wire'
import { Fields } from './parsing.ts'

/** Who may see an image: everyone; whoever knows its id; its members; its owner. */
export type Visibility = 'public' | 'community' | 'shared' | 'private'

export type ImageStatus =
  | 'queued'
  | 'saving'
  | 'uploading'
  | 'importing'
  | 'active'
  | 'deactivated'
  | 'killed'
  | 'pending_delete'
  | 'deleted'

/** A secure hash of an image's data, beside the old md5 `checksum`. */
export type ImageHash = {
  /** In the style of Python's hashlib, such as `sha512`. */
  readonly algorithm: string
  /** Lower-case hex. */
  readonly value: string
}

export type ImageFields = {
  readonly id: string
  readonly name: string | null
  readonly status: ImageStatus
  readonly visibility: Visibility
  /** Project id of the producer. */
  readonly owner: string | null
  /** Length of the data in bytes; null until there is data. */
  readonly size: number | null
  /** Length in bytes of the disk that a guest sees; null when unknown. */
  readonly virtualSize: number | null
  /** md5 of the data in lower-case hex; null until there is data. */
  readonly checksum: string | null
  readonly hash: ImageHash | null
  readonly diskFormat: string | null
  readonly containerFormat: string | null
  /** Least size of the boot disk, in GiB. */
  readonly minDisk: number
  /** Least memory to boot, in MiB. */
  readonly minRam: number
  /** Blocks deletion, for everyone. */
  readonly protected: boolean
  /** `os_hidden`: left out of lists unless they ask for hidden images. */
  readonly hidden: boolean
  /** A set: each tag once, in no promised order. */
  readonly tags: readonly string[]
  readonly createdAt: Date
  readonly updatedAt: Date
  /** The custom properties, under their own names. */
  readonly properties: Readonly<Record<string, string | null>>
}

const visibilities: readonly Visibility[] = ['public', 'community', 'shared', 'private']

const statuses: readonly ImageStatus[] = [
  'queued',
  'saving',
  'uploading',
  'importing',
  'active',
  'deactivated',
  'killed',
  'pending_delete',
  'deleted',
]

/** What is no custom property. Some of these keys only some services send. */
const isField: Readonly<Record<keyof ImageBody, true>> = {
  id: true,
  name: true,
  status: true,
  visibility: true,
  owner: true,
  size: true,
  virtual_size: true,
  checksum: true,
  os_hash_algo: true,
  os_hash_value: true,
  disk_format: true,
  container_format: true,
  min_disk: true,
  min_ram: true,
  protected: true,
  os_hidden: true,
  tags: true,
  created_at: true,
  updated_at: true,
  self: true,
  file: true,
  schema: true,
  direct_url: true,
  locations: true,
  stores: true,
}

/** @throws {UnexpectedResponseError} when `body` is not an image. */
export function parseImage(body: unknown): ImageFields {
  const fields = new Fields<keyof ImageBody>('image', body)
  return {
    id: fields.text('id'),
    name: fields.textOrNull('name'),
    status: fields.oneOf('status', statuses),
    visibility: fields.oneOf('visibility', visibilities),
    owner: fields.textOrNull('owner'),
    size: fields.numberOrNull('size'),
    virtualSize: fields.numberOrNull('virtual_size'),
    checksum: fields.textOrNull('checksum'),
    hash: parseHash(fields),
    diskFormat: fields.textOrNull('disk_format'),
    containerFormat: fields.textOrNull('container_format'),
    minDisk: fields.number('min_disk'),
    minRam: fields.number('min_ram'),
    protected: fields.boolean('protected'),
    hidden: fields.boolean('os_hidden'),
    tags: fields.list('tags').map(String),
    createdAt: fields.date('created_at'),
    updatedAt: fields.date('updated_at'),
    properties: parseProperties(fields),
  }
}

/** As every description of an image has it. */
export function parseHash(fields: Fields<'os_hash_algo' | 'os_hash_value'>): ImageHash | null {
  const algorithm = fields.textOrNull('os_hash_algo')
  const value = fields.textOrNull('os_hash_value')
  return algorithm === null || value === null ? null : { algorithm, value }
}

function parseProperties(fields: Fields<keyof ImageBody>): ImageFields['properties'] {
  const custom = fields.entries().filter(([key]) => !Object.hasOwn(isField, key))
  return Object.fromEntries(
    custom.map(([key, value]) => [key, value === null ? null : propertyText(value)]),
  )
}

/** The API has only strings here; what a service with plugins adds is kept as its JSON. */
function propertyText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
