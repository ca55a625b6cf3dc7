/** Requests for images: what a consumer asks for, and what a producer does about it. */
import type { AccessRequest, AccessRequests, ApprovalRule, RequestQueue } from '@vitrine/core'
import {
  ApprovalRuleBody,
  ApproveBody,
  AskBody,
  DeclineBody,
  type RequestBody,
  type RequestsBody,
} from '@vitrine/wire'
import { bodyCheck } from '../images-api/body-check.ts'
import {
  type Handler,
  pathPart,
  queryParameters,
  sendJson,
  sendNothing,
} from '../images-api/call.ts'
import { oneOf, type PageSizes } from '../images-api/list-query.ts'
import { readJsonObject } from '../images-api/request-body.ts'
import { nextPage, readLimit, readPlace, readQuery } from './page-query.ts'

const checkAsk = bodyCheck(AskBody, 'ask for an image')
const checkApproval = bodyCheck(ApproveBody, 'approve')
const checkRefusal = bodyCheck(DeclineBody, 'decline')
const checkRule = bodyCheck(ApprovalRuleBody, 'set the rule')

const path = '/sharing/v1/requests'

/** `POST /sharing/v1/requests` */
export function askForImage(requests: AccessRequests): Handler {
  return async ({ actor, request, reply }) => {
    const { image_id, message = '', ...rest } = checkAsk(await readJsonObject(request.raw))
    const asked = await requests.ask(actor, { imageId: image_id, message, ...rest })
    return sendJson(reply, 202, view(asked))
  }
}

/** `GET /sharing/v1/requests` */
export function listRequests(
  requests: AccessRequests,
  queue: RequestQueue,
  sizes: PageSizes,
): Handler {
  return async ({ actor, request: { url }, reply }) => {
    const query = readQuery(queryParameters(url), ['as', 'status', 'limit', 'marker'])
    const side = oneOf(query, 'as', ['producer', 'consumer'] as const) ?? 'producer'
    const limit = readLimit(query, sizes)
    const page = { limit, after: readPlace(query) }
    const found =
      side === 'producer'
        ? await queue.list(actor, { ...page, status: oneOf(query, 'status', producersStatuses) })
        : await requests.listOwn(actor, { ...page, status: oneOf(query, 'status', ownStatuses) })
    const last = found.length < limit ? undefined : found.at(-1)
    const body: RequestsBody = {
      requests: found.map(({ request }) => view(request)),
      ...nextPage(path, query, last && String(last.place)),
    }
    return sendJson(reply, 200, body)
  }
}

const producersStatuses = ['open', 'approved', 'declined', 'ignored'] as const
const ownStatuses = ['unverified', 'open', 'approved', 'declined'] as const

/** `POST /sharing/v1/requests/{request_id}/approve` */
export function approveRequest(queue: RequestQueue): Handler {
  return async (call) => {
    const { note = '' } = checkApproval(await readJsonObject(call.request.raw))
    const approved = await queue.approve(call.actor, pathPart(call, 'request_id'), note)
    return sendJson(call.reply, 200, view(approved))
  }
}

/** `POST /sharing/v1/requests/{request_id}/decline` */
export function declineRequest(queue: RequestQueue): Handler {
  return async (call) => {
    const { reason = '' } = checkRefusal(await readJsonObject(call.request.raw))
    const declined = await queue.decline(call.actor, pathPart(call, 'request_id'), reason)
    return sendJson(call.reply, 200, view(declined))
  }
}

/** `POST /sharing/v1/requests/{request_id}/ignore` */
export function ignoreRequest(queue: RequestQueue): Handler {
  return async (call) =>
    sendJson(call.reply, 200, view(await queue.ignore(call.actor, pathPart(call, 'request_id'))))
}

/** `GET /sharing/v1/images/{image_id}/approval-rule` */
export function showRule(queue: RequestQueue): Handler {
  return async (call) =>
    sendJson(
      call.reply,
      200,
      viewRule(await queue.findRule(call.actor, pathPart(call, 'image_id'))),
    )
}

/** `PUT /sharing/v1/images/{image_id}/approval-rule` */
export function setRule(queue: RequestQueue): Handler {
  return async (call) => {
    const body = checkRule(await readJsonObject(call.request.raw))
    const { projects = null, email_domains: emailDomains = null, most = null } = body
    const draft = { projects, emailDomains, most }
    const rule = await queue.setRule(call.actor, pathPart(call, 'image_id'), draft)
    return sendJson(call.reply, 200, viewRule(rule))
  }
}

/** `DELETE /sharing/v1/images/{image_id}/approval-rule` */
export function deleteRule(queue: RequestQueue): Handler {
  return async (call) => {
    await queue.deleteRule(call.actor, pathPart(call, 'image_id'))
    return sendNothing(call.reply)
  }
}

function view(request: AccessRequest): RequestBody {
  return {
    id: request.id,
    image_id: request.imageId,
    title: request.title,
    project_id: request.projectId,
    email: request.email,
    by_member: request.userId !== null,
    message: request.message,
    status: request.status === 'joined' ? 'open' : request.status,
    reason: request.reason,
    created_at: request.createdAt.toISOString(),
    updated_at: request.updatedAt.toISOString(),
  }
}

function viewRule({ projects, emailDomains, most, approved }: ApprovalRule): ApprovalRuleBody {
  return {
    projects: projects && [...projects],
    email_domains: emailDomains && [...emailDomains],
    most,
    approved,
  }
}
