/** What was done about shares: of one image, or of the caller's project. */
import type { Activities, PlacedActivity } from '@vitrine/core'
import type { ActivityBody } from '@vitrine/wire'
import { type Handler, pathPart, queryParameters, sendJson } from '../images-api/call.ts'
import { oneOf, type PageSizes } from '../images-api/list-query.ts'
import { nextPage, readLimit, readPlace, readQuery } from './page-query.ts'

/** `GET /sharing/v1/images/{image_id}/activity` */
export function imageActivity(activities: Activities, sizes: PageSizes): Handler {
  return async (call) => {
    const query = readQuery(queryParameters(call.request.url), ['limit', 'marker'])
    const request = { after: readPlace(query), limit: readLimit(query, sizes) }
    const id = pathPart(call, 'image_id')
    const page = await activities.ofImage(call.actor, id, request)
    const path = `/sharing/v1/images/${encodeURIComponent(id)}/activity`
    return sendJson(call.reply, 200, viewPage(page, path, query, request.limit))
  }
}

/** `GET /sharing/v1/activity` */
export function projectActivity(activities: Activities, sizes: PageSizes): Handler {
  return async ({ actor, request: { url }, reply }) => {
    const query = readQuery(queryParameters(url), ['as', 'limit', 'marker'])
    const request = { after: readPlace(query), limit: readLimit(query, sizes) }
    const side = oneOf(query, 'as', ['producer', 'consumer'] as const) ?? 'consumer'
    const page = await activities.ofProject(actor, side, request)
    return sendJson(reply, 200, viewPage(page, '/sharing/v1/activity', query, request.limit))
  }
}

function viewPage(
  page: readonly PlacedActivity[],
  path: string,
  query: ReadonlyMap<string, string>,
  limit: number,
): ActivityBody {
  const last = page.length < limit ? undefined : page.at(-1)
  return {
    activity: page.map(({ entry }) => ({
      type: entry.type,
      at: entry.at.toISOString(),
      actor:
        entry.actor === null
          ? null
          : { user_id: entry.actor.userId, project_id: entry.actor.projectId },
      image_id: entry.imageId,
      image_name: entry.imageName,
      producer: entry.producerId,
      consumer: entry.consumerId,
      note: entry.note,
    })),
    ...nextPage(path, query, last && String(last.place)),
  }
}
