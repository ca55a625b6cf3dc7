/** Access requests and the rules that approve them, on SQLite or PostgreSQL. */
import {
  type AccessRequest,
  type AccessRequestQuery,
  type AccessRequestReader,
  type AccessRequestWriter,
  accessRequestStatuses,
  languages,
} from '@vitrine/core'
import type { Selectable } from 'kysely'
import type { Queries } from './database.ts'
import { oneOf } from './image-rows.ts'
import { prepared } from './prepared.ts'
import type { AccessRequestRow } from './tables.ts'

/** Asked with every share. */
const verifiedRequests = prepared<{ imageId: string; projectId: string }>()((queries, slot) =>
  queries
    .selectFrom('access_requests')
    .selectAll()
    .where('image_id', '=', slot('imageId'))
    .where('project_id', '=', slot('projectId'))
    .where('status', '<>', 'unverified')
    .orderBy('number'),
)

const undecided = ['open', 'joined', 'ignored'] as const

/** Asked with every image that is deleted. */
const undecidedRequests = prepared<{ imageId: string }>()((queries, slot) =>
  queries
    .selectFrom('access_requests')
    .selectAll()
    .where('image_id', '=', slot('imageId'))
    .where('status', 'in', undecided)
    .orderBy('number'),
)

export function accessRequestReader(queries: Queries): AccessRequestReader {
  return {
    async findRequest(id) {
      const row = await queries
        .selectFrom('access_requests')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirst()
      return row && toRequest(row)
    },

    async listRequestsFor(imageId, projectId) {
      const { rows } = await verifiedRequests(queries, { imageId, projectId })
      return rows.map(toRequest)
    },

    async listUndecided(imageId) {
      const { rows } = await undecidedRequests(queries, { imageId })
      return rows.map(toRequest)
    },

    async listRequests(query) {
      const rows = await listed(queries, query).execute()
      return rows.map((row) => ({ place: row.number, request: toRequest(row) }))
    },

    async findApprovalRule(imageId) {
      const row = await queries
        .selectFrom('approval_rules')
        .selectAll()
        .where('image_id', '=', imageId)
        .executeTakeFirst()
      return (
        row && {
          imageId,
          projects: toNames(row.projects),
          emailDomains: toNames(row.email_domains),
          most: row.most,
          approved: row.approved,
        }
      )
    },
  }
}

/** Each a walk along an index: of the producer by status, or of the consumer. */
function listed(queries: Queries, query: AccessRequestQuery) {
  const { producerId, projectId, statuses, after, limit } = query
  return queries
    .selectFrom('access_requests')
    .selectAll()
    .$if(producerId !== undefined, (some) =>
      some.where('producer_id', '=', producerId ?? '').where('status', '<>', 'joined'),
    )
    .$if(projectId !== undefined, (some) =>
      some
        .where('project_id', '=', projectId ?? '')
        .where(({ or, eb }) =>
          or([eb('status', '<>', 'unverified'), eb('user_id', 'is not', null)]),
        ),
    )
    .$if(statuses !== undefined, (some) => some.where('status', 'in', [...(statuses ?? [])]))
    .$if(after !== undefined, (some) => some.where('number', '<', after ?? 0))
    .orderBy('number', 'desc')
    .limit(limit)
}

export function accessRequestWriter(queries: Queries): AccessRequestWriter {
  return {
    async insertRequest(request) {
      await queries
        .insertInto('access_requests')
        .values({
          id: request.id,
          image_id: request.imageId,
          title: request.title,
          producer_id: request.producerId,
          project_id: request.projectId,
          email: request.email,
          language: request.language,
          message: request.message,
          status: request.status,
          reason: request.reason,
          user_id: request.userId,
          created_at: request.createdAt.getTime(),
          updated_at: request.updatedAt.getTime(),
        })
        .execute()
    },

    async saveRequest({ id, status, reason, producerId, updatedAt }) {
      await queries
        .updateTable('access_requests')
        .set({ status, reason, producer_id: producerId, updated_at: updatedAt.getTime() })
        .where('id', '=', id)
        .execute()
    },

    async handOverRequests(imageId, producerId) {
      await queries
        .updateTable('access_requests')
        .set({ producer_id: producerId })
        .where('image_id', '=', imageId)
        .where('status', 'in', undecided)
        .execute()
    },

    async saveApprovalRule({ imageId, projects, emailDomains, most, approved }) {
      const change = {
        projects: projects && JSON.stringify(projects),
        email_domains: emailDomains && JSON.stringify(emailDomains),
        most,
        approved,
      }
      await queries
        .insertInto('approval_rules')
        .values({ image_id: imageId, ...change })
        .onConflict((conflict) => conflict.column('image_id').doUpdateSet(change))
        .execute()
    },

    async deleteApprovalRule(imageId) {
      const { numDeletedRows } = await queries
        .deleteFrom('approval_rules')
        .where('image_id', '=', imageId)
        .executeTakeFirst()
      return numDeletedRows > 0n
    },
  }
}

function toNames(json: string | null): readonly string[] | null {
  return json === null ? null : JSON.parse(json)
}

function toRequest(row: Selectable<AccessRequestRow>): AccessRequest {
  return {
    id: row.id,
    imageId: row.image_id,
    title: row.title,
    producerId: row.producer_id,
    projectId: row.project_id,
    email: row.email,
    language: oneOf(languages, row.language),
    message: row.message,
    status: oneOf(accessRequestStatuses, row.status),
    reason: row.reason,
    userId: row.user_id,
    createdAt: new Date(row.created_at),
    updatedAt: new Date(row.updated_at),
  }
}
