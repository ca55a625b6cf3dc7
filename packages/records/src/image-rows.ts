/** How an image and a member stand in their rows, and come back out of them. */
import {
  type Image,
  imageStatuses,
  type Location,
  type Member,
  type Multihash,
  memberStatuses,
  type ObjectAddress,
  visibilities,
} from '@vitrine/core'
import { type Selectable, sql } from 'kysely'
import { preparedInsert } from './prepared.ts'
import type { ImageRow, MemberRow } from './tables.ts'

export function toImage(row: Selectable<ImageRow>): Image {
  return {
    id: row.id,
    name: row.name,
    owner: row.owner,
    visibility: oneOf(visibilities, row.visibility),
    status: oneOf(imageStatuses, row.status),
    protected: row.protected === 1,
    hidden: row.hidden === 1,
    diskFormat: row.disk_format,
    containerFormat: row.container_format,
    minDiskGib: row.min_disk_gib,
    minRamMib: row.min_ram_mib,
    sizeBytes: row.size_bytes,
    virtualSizeBytes: row.virtual_size_bytes,
    checksum: row.checksum,
    multihash: toMultihash(row),
    tags: JSON.parse(row.tags),
    properties: new Map(JSON.parse(row.properties)),
    locations: toLocations(row.locations),
    incoming: toIncoming(row),
    importState: row.import_state === null ? null : JSON.parse(row.import_state),
    createdAt: new Date(row.created_at),
    updatedAt: new Date(row.updated_at),
  }
}

export function toImageRow(image: Image): Omit<ImageRow, 'deleted' | 'version'> {
  return {
    id: image.id,
    name: image.name,
    owner: image.owner,
    visibility: image.visibility,
    status: image.status,
    protected: image.protected ? 1 : 0,
    hidden: image.hidden ? 1 : 0,
    disk_format: image.diskFormat,
    container_format: image.containerFormat,
    min_disk_gib: image.minDiskGib,
    min_ram_mib: image.minRamMib,
    size_bytes: image.sizeBytes,
    virtual_size_bytes: image.virtualSizeBytes,
    checksum: image.checksum,
    hash_algorithm: image.multihash?.algorithm ?? null,
    hash_value: image.multihash?.value ?? null,
    tags: JSON.stringify(image.tags),
    properties: JSON.stringify([...image.properties]),
    locations: JSON.stringify(
      image.locations.map(({ storeId, key, metadata }) => [storeId, key, metadata]),
    ),
    copies: image.locations.length,
    incoming_store: image.incoming?.storeId ?? null,
    incoming_key: image.incoming?.key ?? null,
    import_state: image.importState === null ? null : JSON.stringify(image.importState),
    remaining_stores: image.importState?.remainingStores.length ?? 0,
    created_at: image.createdAt.getTime(),
    updated_at: image.updatedAt.getTime(),
  }
}

/** Those whose ids are taken are left out. */
export const insertNewImages = preparedInsert<keyof ReturnType<typeof toImageRow>>(
  'images',
  [
    'id',
    'name',
    'owner',
    'visibility',
    'status',
    'protected',
    'hidden',
    'disk_format',
    'container_format',
    'min_disk_gib',
    'min_ram_mib',
    'size_bytes',
    'virtual_size_bytes',
    'checksum',
    'hash_algorithm',
    'hash_value',
    'tags',
    'properties',
    'locations',
    'copies',
    'incoming_store',
    'incoming_key',
    'import_state',
    'remaining_stores',
    'created_at',
    'updated_at',
  ],
  sql`on conflict (id) do nothing`,
)

export function toMember(
  row: Pick<
    Selectable<MemberRow>,
    'image_id' | 'project_id' | 'status' | 'created_at' | 'updated_at'
  >,
): Member {
  return {
    imageId: row.image_id,
    projectId: row.project_id,
    status: oneOf(memberStatuses, row.status),
    createdAt: new Date(row.created_at),
    updatedAt: new Date(row.updated_at),
  }
}

export function toLocations(text: string): Location[] {
  const rows: [string, string, Location['metadata']][] = JSON.parse(text)
  return rows.map(([storeId, key, metadata]) => ({ storeId, key, metadata }))
}

function toIncoming(row: Selectable<ImageRow>): ObjectAddress | null {
  if (row.incoming_store === null || row.incoming_key === null) return null
  return { storeId: row.incoming_store, key: row.incoming_key }
}

function toMultihash(row: Selectable<ImageRow>): Multihash | null {
  if (row.hash_algorithm === null || row.hash_value === null) return null
  return { algorithm: row.hash_algorithm, value: row.hash_value }
}

export function oneOf<T extends string>(known: readonly T[], value: string): T {
  const found = known.find((one) => one === value)
  if (found !== undefined) return found
  throw new Error(`Cannot read a row: it says ${value}, which is none of ${known.join(', ')}`)
}
