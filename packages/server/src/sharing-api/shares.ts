/** What a producer does about its shares. */
import type { Shares } from '@vitrine/core'
import { RemindBody, type RemindedBody, ShareBody, type SharesBody } from '@vitrine/wire'
import { bodyCheck } from '../images-api/body-check.ts'
import { type Handler, pathPart, sendJson } from '../images-api/call.ts'
import { readJsonObject } from '../images-api/request-body.ts'

const checkShare = bodyCheck(ShareBody, 'share')
const checkReminder = bodyCheck(RemindBody, 'remind')

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
