/** What a producer does about its shares. */
import { memberStatuses, type SharedWith, type Shares } from '@vitrine/core'
import {
  RemindBody,
  type RemindedBody,
  ShareBody,
  type ShareListBody,
  type SharesBody,
} from '@vitrine/wire'
import { bodyCheck } from '../images-api/body-check.ts'
import { type Handler, pathPart, queryParameters, sendJson } from '../images-api/call.ts'
import { oneOf, type PageSizes } from '../images-api/list-query.ts'
import { readJsonObject } from '../images-api/request-body.ts'
import { nextPage, readLimit, readQuery } from './page-query.ts'

const checkShare = bodyCheck(ShareBody, 'share')
const checkReminder = bodyCheck(RemindBody, 'remind')

/** `GET /sharing/v1/images/{image_id}/shares` */
export function listShares(shares: Shares, sizes: PageSizes): Handler {
  return async (call) => {
    const query = readQuery(queryParameters(call.request.url), ['status', 'limit', 'marker'])
    const limit = readLimit(query, sizes)
    const status = oneOf(query, 'status', memberStatuses)
    const imageId = pathPart(call, 'image_id')
    const page = { status, limit, after: query.get('marker') }
    const found = await shares.list(call.actor, imageId, page)
    const last = found.length < limit ? undefined : found.at(-1)
    const path = `/sharing/v1/images/${encodeURIComponent(imageId)}/shares`
    const body: ShareListBody = {
      shares: found.map(viewShare),
      ...nextPage(path, query, last?.member.projectId),
    }
    return sendJson(call.reply, 200, body)
  }
}

function viewShare({ member, invitation, reminders }: SharedWith) {
  return {
    project_id: member.projectId,
    status: member.status,
    note: invitation?.note ?? '',
    email: invitation?.email ?? null,
    shared_at: (invitation?.createdAt ?? member.createdAt).toISOString(),
    updated_at: member.updatedAt.toISOString(),
    reminders: reminders?.count ?? 0,
    reminded_at: reminders?.lastAt.toISOString() ?? null,
  }
}

/** `POST /sharing/v1/images/{image_id}/shares` */
export function shareImage(shares: Shares): Handler {
  return async (call) => {
    const { projects, note = '' } = checkShare(await readJsonObject(call.request.raw))
    const shared = await shares.share(call.actor, pathPart(call, 'image_id'), {
      projects: projects.map(({ project_id, email }) => ({ projectId: project_id, email })),
      note,
    })
    const body: SharesBody = {
      shares: shared.map(({ projectId, outcome, member }) => ({
        project_id: projectId,
        outcome,
        status: member.status,
      })),
    }
    return sendJson(call.reply, 200, body)
  }
}

/** `POST /sharing/v1/images/{image_id}/shares/{project_id}/reminders` */
export function remindMember(shares: Shares): Handler {
  return async (call) => {
    const { note = '' } = checkReminder(await readJsonObject(call.request.raw))
    const [imageId, projectId] = [pathPart(call, 'image_id'), pathPart(call, 'project_id')]
    const { count, lastAt } = await shares.remind(call.actor, imageId, projectId, note)
    const body: RemindedBody = {
      project_id: projectId,
      count,
      reminded_at: lastAt.toISOString(),
    }
    return sendJson(call.reply, 200, body)
  }
}
