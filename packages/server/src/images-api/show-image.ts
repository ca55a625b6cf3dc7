/** GET /v2/images/{image_id}. Spec: Images API v2, "Show image". */
import type { Images } from '@vitrine/core'
import { type Handler, pathPart, sendJsonText } from './call.ts'
import type { ImageView } from './image-view.ts'

export function showImage(images: Images, view: ImageView): Handler {
  return async (call) => {
    const image = await images.show(call.actor, pathPart(call, 'imageId'))
    return sendJsonText(call.reply, 200, view(image, call.actor).text)
  }
}
