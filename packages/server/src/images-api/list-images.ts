/**
 * GET /v2/images: a page of the images that the caller's list shows.
 *
 * Spec: Images API v2, "List images".
 */
import type { Images } from '@vitrine/core'
import { type Handler, type QueryParameter, queryParameters, sendJson } from './call.ts'
import { viewImage } from './image-view.ts'
import { type PageSizes, parseListQuery } from './list-query.ts'

export function listImages(images: Images, sizes: PageSizes): Handler {
  return async ({ actor, request, reply }) => {
    const parameters = queryParameters(request.url)
    const query = parseListQuery(parameters, sizes)
    const page = await images.list(actor, query)
    const last = page.at(-1)
    // "next" appears when the page is full: a full last page is followed by an empty one.
    const more = last !== undefined && page.length === query.limit
    return sendJson(reply, 200, {
      images: page.map(viewImage),
      first: pageLink(parameters),
      ...(more && { next: pageLink(parameters, last.id) }),
      schema: '/v2/schemas/images',
    })
  }
}

/** The same query from its start, or after `marker`. Repeated parameters are kept. */
function pageLink(parameters: readonly QueryParameter[], marker?: string): string {
  const query = new URLSearchParams()
  for (const [name, value] of parameters) if (name !== 'marker') query.append(name, value)
  if (marker !== undefined) query.append('marker', marker)
  return query.size === 0 ? '/v2/images' : `/v2/images?${query}`
}
