/**
 * GET /v2/images: a page of the images that the caller's list shows.
 *
 * Spec: Images API v2, "List images".
 */
import type { Images } from '@vitrine/core'
import type { FastifyReply } from 'fastify'
import { type Handler, queryParameters, sendJsonBytes, sendJsonText } from './call.ts'
import type { ImageJson, ImageView } from './image-view.ts'
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
    const shown = page.map((image) => view(image, actor))
    return sendPage(reply, shown, links)
  }
}

/** From so many on, a page is a few kilobytes or more. */
const manyImages = 6

/**
 * A short page goes to Node as a text, which leaves together with its headers. A long text would be
 * copied three times and gone through twice on its way; as bytes it is copied once.
 */
function sendPage(reply: FastifyReply, images: readonly ImageJson[], links: string) {
  const ending = `],${links.slice(1)}`
  if (images.length < manyImages) {
    const texts = images.map(({ text }) => text).join(',')
    return sendJsonText(reply, 200, `${opening}${texts}${ending}`)
  }
  const parts: Uint8Array[] = [openingBytes]
  for (const { bytes } of images) parts.push(bytes, comma)
  parts[parts.length - 1] = Buffer.from(ending)
  return sendJsonBytes(reply, 200, Buffer.concat(parts))
}

const opening = '{"images":['
const openingBytes = Buffer.from(opening)
const comma = Buffer.from(',')
