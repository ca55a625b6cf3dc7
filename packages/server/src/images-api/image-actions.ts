/**
 * POST /v2/images/{image_id}/actions/deactivate and …/reactivate.
 *
 * Spec: Images API v2, "Deactivate image", "Reactivate image".
 */
import type { Images } from '@vitrine/core'
import { type Handler, pathPart, sendNothing } from './call.ts'

export function deactivateImage(images: Images): Handler {
  return async (call) => {
    await images.deactivate(call.actor, pathPart(call, 'imageId'))
    return sendNothing(call.reply)
  }
}

export function reactivateImage(images: Images): Handler {
  return async (call) => {
    await images.reactivate(call.actor, pathPart(call, 'imageId'))
    return sendNothing(call.reply)
  }
}
