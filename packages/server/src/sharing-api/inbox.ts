/** The inbox of the caller's project: what waits for its answer, and whom it has blocked. */
import type { Inbox, InboxEntry } from '@vitrine/core'
import {
  type AcceptedBody,
  AnswerBody,
  type AnsweredBody,
  type BlocksBody,
  type InboxBody,
} from '@vitrine/wire'
import { bodyCheck } from '../images-api/body-check.ts'
import {
  type Handler,
  pathPart,
  queryParameters,
  sendJson,
  sendNothing,
} from '../images-api/call.ts'
import type { PageSizes } from '../images-api/list-query.ts'
import { readJsonObject } from '../images-api/request-body.ts'
import { inboxMarker, nextPage, readInboxPlace, readLimit, readQuery } from './page-query.ts'

const checkAnswer = bodyCheck(AnswerBody, 'answer')

/** `GET /sharing/v1/inbox` */
export function listInbox(inbox: Inbox, sizes: PageSizes): Handler {
  return async ({ actor, request, reply }) => {
    const query = readQuery(queryParameters(request.url), ['name', 'limit', 'marker'])
    const limit = readLimit(query, sizes)
    const name = query.get('name')
    const entries = await inbox.list(actor, { name, limit, after: readInboxPlace(query) })
    const last = entries.length < limit ? undefined : entries.at(-1)
    const body: InboxBody = {
      shares: entries.map(viewEntry),
      ...nextPage('/sharing/v1/inbox', query, last && inboxMarker(last.place)),
    }
    return sendJson(reply, 200, body)
  }
}

function viewEntry({ image, member, invitation }: InboxEntry): InboxBody['shares'][number] {
  return {
    image: {
      id: image.id,
      name: image.name,
      owner: image.owner,
      status: image.status,
      size: image.sizeBytes,
      checksum: image.checksum,
      os_hash_algo: image.multihash?.algorithm ?? null,
      os_hash_value: image.multihash?.value ?? null,
      disk_format: image.diskFormat,
      container_format: image.containerFormat,
      created_at: image.createdAt.toISOString(),
    },
    status: 'pending',
    note: invitation?.note ?? '',
    shared_at: (invitation?.createdAt ?? member.createdAt).toISOString(),
  }
}

/** `PUT /sharing/v1/inbox/{image_id}` */
export function answerShare(inbox: Inbox): Handler {
  return async (call) => {
    const { status } = checkAnswer(await readJsonObject(call.request.raw))
    const member = await inbox.answer(call.actor, pathPart(call, 'image_id'), status)
    const body: AnsweredBody = {
      image_id: member.imageId,
      status: member.status,
      answered_at: member.updatedAt.toISOString(),
    }
    return sendJson(call.reply, 200, body)
  }
}

/** `POST /sharing/v1/inbox/accept` */
export function acceptAll(inbox: Inbox): Handler {
  return async ({ actor, reply }) => {
    const body: AcceptedBody = { accepted: await inbox.acceptAll(actor) }
    return sendJson(reply, 200, body)
  }
}

/** `GET /sharing/v1/blocks` */
export function listBlocks(inbox: Inbox): Handler {
  return async ({ actor, reply }) => {
    const blocks = await inbox.blocks(actor)
    const body: BlocksBody = {
      blocks: blocks.map(({ producerId, createdAt }) => ({
        project_id: producerId,
        blocked_at: createdAt.toISOString(),
      })),
    }
    return sendJson(reply, 200, body)
  }
}

/** `PUT /sharing/v1/blocks/{project_id}` */
export function blockProducer(inbox: Inbox): Handler {
  return async (call) => {
    await inbox.block(call.actor, pathPart(call, 'project_id'))
    return sendNothing(call.reply)
  }
}

/** `DELETE /sharing/v1/blocks/{project_id}` */
export function unblockProducer(inbox: Inbox): Handler {
  return async (call) => {
    await inbox.unblock(call.actor, pathPart(call, 'project_id'))
    return sendNothing(call.reply)
  }
}
