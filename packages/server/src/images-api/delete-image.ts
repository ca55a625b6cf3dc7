/** DELETE /v2/images/{image_id}. Spec: Images API v2, "Delete image". */
import type { Images } from '@vitrine/core'
import { type Handler, pathPart, sendNothing } from './call.ts'

export function deleteImage(images: Images): Handler {
  return async (call) => {
    await images.delete(call.actor, pathPart(call, 'imageId'))
    return sendNothing(call.reply)
  }
}
