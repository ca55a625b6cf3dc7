/** PUT and DELETE /v2/images/{image_id}/tags/{tag}. Spec: Images API v2, "Image tags". */
import { type Images, InvalidError, quote } from '@vitrine/core'
import { type Handler, pathPart, sendNothing } from './call.ts'

const longestTag = 255

export function addTag(images: Images): Handler {
  return async (call) => {
    const tag = pathPart(call, 'tag')
    const { length } = [...tag]
    if (length > longestTag) {
      throw new InvalidError(
        `Cannot add tag ${quote(tag)}: it has ${length} characters, and the limit is ${longestTag}`,
      )
    }
    await images.addTag(call.actor, pathPart(call, 'imageId'), tag)
    return sendNothing(call.reply)
  }
}

export function deleteTag(images: Images): Handler {
  return async (call) => {
    await images.deleteTag(call.actor, pathPart(call, 'imageId'), pathPart(call, 'tag'))
    return sendNothing(call.reply)
  }
}
