/** Reading images and members, inside a transaction or outside. */
import type {
  ContentReader,
  ImageListQuery,
  ListingReader,
  RecordsReader,
  SharingReader,
  TaskReader,
  Usage,
  WebhookReader,
} from '@vitrine/core'
import { type Selectable, type SelectQueryBuilder, sql } from 'kysely'
import type { Queries } from './database.ts'
import { toImage, toMember } from './image-rows.ts'
import { listImages } from './list-images.ts'
import { prepared } from './prepared.ts'
import type { RecentImages } from './recent-images.ts'
import type { ImageRow, Tables } from './tables.ts'

export type ImageReaderOptions = {
  /**
   * Whether an image that is read stays locked until the transaction ends. For PostgreSQL: SQLite
   * runs one writing transaction at a time.
   */
  readonly lockImages?: boolean
  /** Only where what is read is committed: a version that is rolled back is given once more. */
  readonly recent?: RecentImages
}

export function imageReader(
  queries: Queries,
  { lockImages = false, recent }: ImageReaderOptions = {},
): Omit<
  RecordsReader,
  | keyof TaskReader
  | keyof SharingReader
  | keyof ListingReader
  | keyof WebhookReader
  | keyof ContentReader
> {
  const byId = lockImages ? lockedById : readById
  const imageOf = (row: Selectable<ImageRow>) => recent?.imageOf(row) ?? toImage(row)

  async function findImage(id: string) {
    const [row] = (await byId(queries, { id })).rows
    return row && imageOf(row)
  }

  async function findMember(imageId: string, projectId: string) {
    const [row] = (await memberById(queries, { imageId, projectId })).rows
    return row && toMember(row)
  }

  return {
    findImage,

    async findImageFor(id, projectId) {
      if (lockImages) {
        // Not joined: PostgreSQL would give what it saw of members before it waited for the image.
        const image = await findImage(id)
        if (image === undefined) return undefined
        return {
          image,
          member: projectId === undefined ? undefined : await findMember(id, projectId),
        }
      }
      const [row] = (await withMember(queries, { id, projectId: projectId ?? null })).rows
      if (row === undefined) return undefined
      return { image: imageOf(row), member: toOwnMember(row) }
    },

    findUsage: (projectId) => usageOf(queries, projectId),

    async findListMarker(id) {
      const row = await queries
        .selectFrom('images')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirst()
      return row && { ...toImage(row), deleted: row.deleted === 1 }
    },

    listImages: (query: ImageListQuery) => listImages(queries, query, recent),

    findMember,

    async listMembers(imageId) {
      const { rows } = await membersOf(queries, { imageId })
      return rows.map(toMember)
    },
  }
}

const readById = imageById((queries) => queries.selectFrom('images'))
const lockedById = imageById((queries) => queries.selectFrom('images').forUpdate('images'))

function imageById(images: (queries: Queries) => SelectQueryBuilder<Tables, 'images', object>) {
  return prepared<{ id: string }>()((queries, slot) =>
    images(queries)
      .selectAll('images')
      .where('images.deleted', '=', 0)
      .where('images.id', '=', slot('id')),
  )
}

const withMember = prepared<{ id: string; projectId: string | null }>()((queries, slot) =>
  queries
    .selectFrom('images')
    .leftJoin('members', (join) =>
      join
        .onRef('members.image_id', '=', 'images.id')
        .on('members.project_id', '=', slot('projectId'))
        .on('members.deleted', '=', 0),
    )
    .selectAll('images')
    .select([
      'members.project_id as member_project_id',
      'members.status as member_status',
      'members.created_at as member_created_at',
      'members.updated_at as member_updated_at',
    ])
    .where('images.deleted', '=', 0)
    .where('images.id', '=', slot('id')),
)

const memberById = prepared<{ imageId: string; projectId: string }>()((queries, slot) =>
  queries
    .selectFrom('members')
    .selectAll()
    .where('image_id', '=', slot('imageId'))
    .where('project_id', '=', slot('projectId'))
    .where('deleted', '=', 0),
)

const membersOf = prepared<{ imageId: string }>()((queries, slot) =>
  queries
    .selectFrom('members')
    .select(['image_id', 'project_id', 'status', 'created_at', 'updated_at'])
    .where('image_id', '=', slot('imageId'))
    .where('deleted', '=', 0)
    .orderBy('number'),
)

/** The membership in a row of images joined with members; all null where there is none. */
function toOwnMember(row: {
  id: string
  member_project_id: string | null
  member_status: string | null
  member_created_at: number | null
  member_updated_at: number | null
}) {
  const { member_project_id, member_status, member_created_at, member_updated_at } = row
  if (member_project_id === null || member_status === null) return undefined
  return toMember({
    image_id: row.id,
    project_id: member_project_id,
    status: member_status,
    created_at: member_created_at ?? 0,
    updated_at: member_updated_at ?? 0,
  })
}

/**
 * Summed up when asked for, by the index on owners. How many copies there are, and how many stores
 * are still to be reached, is kept in columns of its own: only the core reads what stands in JSON.
 */
export async function usageOf(queries: Queries, projectId: string): Promise<Usage> {
  // With its checksum all of an image is there, and only the end of its task is not.
  const arriving = sql`(status = 'uploading' or remaining_stores > 0
    or (status = 'importing' and checksum is null))`
  const row = await queries
    .selectFrom('images')
    .select((select) => [
      select.fn.countAll<number>().as('images'),
      sql<number | null>`sum(size_bytes * copies)`.as('bytes'),
      sql<number | null>`sum(case when ${arriving} then size_bytes end)`.as('staged_bytes'),
      sql<number>`count(case when status = 'saving' or ${arriving} then 1 end)`.as('uploading'),
    ])
    .where('owner', '=', projectId)
    .where('deleted', '=', 0)
    .executeTakeFirstOrThrow()
  return {
    images: Number(row.images),
    bytes: Number(row.bytes ?? 0),
    stagedBytes: Number(row.staged_bytes ?? 0),
    uploading: Number(row.uploading),
  }
}
