/** PATCH /v2/images/{image_id}. Spec: Images API v2, "Update image". */
import type { Images } from '@vitrine/core'
import { type Handler, pathPart, sendJsonText } from './call.ts'
import type { ImageInput } from './image-input.ts'
import type { ImageView } from './image-view.ts'
import { parsePatch, patchMediaTypes, requirePatchMediaType } from './json-patch.ts'
import { readJson } from './request-body.ts'

export function updateImage(
  images: Images,
  input: ImageInput,
  view: ImageView,
  locationsMayChange: boolean,
): Handler {
  return async (call) => {
    const { actor, request, reply } = call
    reply.header('accept-patch', patchMediaTypes.join(', '))
    const mediaType = requirePatchMediaType(request.headers['content-type'])
    reply.removeHeader('accept-patch')
    const body = await readJson(request.raw)
    const edits = parsePatch(body, mediaType, input, locationsMayChange)
    const image = await images.update(actor, pathPart(call, 'imageId'), edits)
    return sendJsonText(reply, 200, view(image, actor).text)
  }
}
