/**
 * /v2/images/{image_id}/members: with whom an image is shared, and what they answered.
 *
 * Spec: Images API v2, "Sharing". Creating a member answers 200, not 201, and clients insist.
 */
import { InvalidError, type Members } from '@vitrine/core'
import { CreateMemberBody } from '@vitrine/wire'
import { bodyCheck } from './body-check.ts'
import { type Handler, pathPart, sendJson, sendNothing } from './call.ts'
import { viewMember } from './image-view.ts'
import { readJsonObject } from './request-body.ts'

export function listMembers(members: Members): Handler {
  return async (call) => {
    const list = await members.list(call.actor, pathPart(call, 'imageId'))
    return sendJson(call.reply, 200, {
      members: list.map(viewMember),
      schema: '/v2/schemas/members',
    })
  }
}

const checkNewMember = bodyCheck(CreateMemberBody, 'create a member')

export function createMember(members: Members): Handler {
  return async (call) => {
    const body = checkNewMember(await readJsonObject(call.request.raw))
    const member = await members.create(call.actor, pathPart(call, 'imageId'), body.member)
    return sendJson(call.reply, 200, viewMember(member))
  }
}

export function showMember(members: Members): Handler {
  return async (call) => {
    const [imageId, projectId] = [pathPart(call, 'imageId'), pathPart(call, 'projectId')]
    const member = await members.show(call.actor, imageId, projectId)
    return sendJson(call.reply, 200, viewMember(member))
  }
}

export function updateMember(members: Members): Handler {
  return async (call) => {
    const body = await readJsonObject(call.request.raw)
    if (!Object.hasOwn(body, 'status')) {
      throw new InvalidError(
        'Cannot update the member: the request body must have "status", which is "pending", "accepted" or "rejected"',
      )
    }
    const [imageId, projectId] = [pathPart(call, 'imageId'), pathPart(call, 'projectId')]
    const member = await members.answer(call.actor, imageId, projectId, body.status)
    return sendJson(call.reply, 200, viewMember(member))
  }
}

export function deleteMember(members: Members): Handler {
  return async (call) => {
    const [imageId, projectId] = [pathPart(call, 'imageId'), pathPart(call, 'projectId')]
    await members.delete(call.actor, imageId, projectId)
    return sendNothing(call.reply)
  }
}
