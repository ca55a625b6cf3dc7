/**
 * DELETE /v2/stores/{store_id}/{image_id}: deletes one of several copies of an image's data.
 *
 * Spec: Images API v2, "Delete image from store".
 */
import { ConflictError, type Images, NotFoundError, quote, type Stores } from '@vitrine/core'
import { type Handler, pathPart, sendNothing } from './call.ts'

export function deleteFromStore(images: Images, stores: Stores): Handler {
  return async (call) => {
    if (!stores.named) throw new NotFoundError('The resource could not be found.')
    const storeId = pathPart(call, 'storeId')
    if (stores.find(storeId) === undefined) {
      const known = stores.all.map((store) => store.id).join(', ')
      throw new ConflictError(`Cannot delete from store ${quote(storeId)}: the stores are ${known}`)
    }
    await images.deleteFromStore(call.actor, storeId, pathPart(call, 'imageId'))
    return sendNothing(call.reply)
  }
}
