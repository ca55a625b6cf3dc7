/**
 * /v2/images/{image_id}/locations: where an image's data is, for services of the cloud.
 *
 * Spec: Images API v2, "Image locations". The list is a bare array.
 */
import type { ImageLocations, Stores } from '@vitrine/core'
import { AddLocationBody } from '@vitrine/wire'
import { bodyCheck } from './body-check.ts'
import { type Handler, pathPart, sendJson, sendNothing } from './call.ts'
import { viewLocation } from './image-view.ts'
import { readJsonObject } from './request-body.ts'

export function listLocations(locations: ImageLocations, stores: Stores): Handler {
  return async (call) => {
    const list = await locations.list(call.actor, pathPart(call, 'imageId'))
    const shown = list.map((location) => viewLocation(location, stores))
    return sendJson(call.reply, 200, shown)
  }
}

const checkNewLocation = bodyCheck(AddLocationBody, 'add a location')

export function addLocation(locations: ImageLocations): Handler {
  return async (call) => {
    const { actor, request, reply } = call
    const { url, validation_data: hash } = checkNewLocation(await readJsonObject(request.raw))
    const expected = hash && { algorithm: hash.os_hash_algo, value: hash.os_hash_value }
    await locations.add(actor, pathPart(call, 'imageId'), { url, expected, requestId: request.id })
    return sendNothing(reply, 202)
  }
}
