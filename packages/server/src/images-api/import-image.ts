/**
 * POST /v2/images/{image_id}/import: begins to bring data into the image, in the background.
 *
 * Spec: Images API v2, "Interoperable image import".
 */
import type { ImageImports } from '@vitrine/core'
import { type Handler, headerText, pathPart, sendNothing } from './call.ts'
import { readJsonObject } from './request-body.ts'

export function importImage(imports: ImageImports): Handler {
  return async (call) => {
    const { actor, request, reply } = call
    const body = await readJsonObject(request.raw)
    await imports.begin(actor, pathPart(call, 'imageId'), {
      body,
      storeHeader: headerText(request, 'x-image-meta-store'),
      requestId: request.id,
      token: headerText(request, 'x-auth-token') ?? '',
    })
    return sendNothing(reply, 202)
  }
}
