/**
 * GET /v2/images: a page of the images that the caller's list shows.
 *
 * Spec: Images API v2, "List images".
 */
import type { Images } from '@vitrine/core'
import { type Handler, queryParameters, sendJsonText } from './call.ts'
import type { ImageView } from './image-view.ts'
import { type PageSizes, parseListQuery } from './list-query.ts'
import { pageLink } from './page-link.ts'

export function listImages(images: Images, view: ImageView, sizes: PageSizes): Handler {
  return async ({ actor, request, reply }) => {
    const parameters = queryParameters(request.url)
    const query = parseListQuery(parameters, sizes)
    const page = await images.list(actor, query)
    const last = page.at(-1)
    // "next" appears when the page is full: a full last page is followed by an empty one.
    const more = last !== undefined && page.length === query.limit
    const links = JSON.stringify({
      first: pageLink('/v2/images', parameters),
      ...(more && { next: pageLink('/v2/images', parameters, last.id) }),
      schema: '/v2/schemas/images',
    })
    const shown = page.map((image) => view(image, actor)).join(',')
    return sendJsonText(reply, 200, `{"images":[${shown}],${links.slice(1)}`)
  }
}
