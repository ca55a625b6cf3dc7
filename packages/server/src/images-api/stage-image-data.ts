/**
 * PUT /v2/images/{image_id}/stage: keeps data for an import to come.
 *
 * Spec: Images API v2, "Stage binary image data". The store header means nothing here.
 */
import type { ImageUploads } from '@vitrine/core'
import { type Handler, pathPart, sendNothing } from './call.ts'
import { readUpload } from './upload-image-data.ts'

export function stageImageData(uploads: ImageUploads): Handler {
  return async (call) => {
    const upload = readUpload(call.request)
    await uploads.stage(call.actor, pathPart(call, 'imageId'), upload)
    return sendNothing(call.reply)
  }
}
