/**
 * /v2/images/{image_id}/locations: where an image's data is, for services of the cloud.
 *
 * Spec: Images API v2, "Image locations". The list is a bare array.
 */
import {
  type ImageLocations,
  InvalidError,
  type Multihash,
  quote,
  type Stores,
} from '@vitrine/core'
import { type Handler, pathPart, sendJson, sendNothing } from './call.ts'
import { viewLocation } from './image-view.ts'
import { isObject, readJsonObject } from './request-body.ts'

export function listLocations(locations: ImageLocations, stores: Stores): Handler {
  return async (call) => {
    const list = await locations.list(call.actor, pathPart(call, 'imageId'))
    const shown = list.map((location) => viewLocation(location, stores))
    return sendJson(call.reply, 200, shown)
  }
}

export function addLocation(locations: ImageLocations): Handler {
  return async (call) => {
    const { actor, request, reply } = call
    const { url, validation_data: validation } = await readJsonObject(request.raw)
    if (typeof url !== 'string') {
      throw new InvalidError(
        `Cannot add a location: "url" is ${quote(url)}, and should be a string`,
      )
    }
    const expected = validation === undefined ? undefined : readExpected(validation)
    await locations.add(actor, pathPart(call, 'imageId'), { url, expected, requestId: request.id })
    return sendNothing(reply, 202)
  }
}

const algorithms = ['sha1', 'sha256', 'sha512', 'md5']

function readExpected(validation: unknown): Multihash {
  const {
    os_hash_algo: algorithm,
    os_hash_value: value,
    ...others
  } = isObject(validation) ? validation : {}
  const isKnown = typeof algorithm === 'string' && algorithms.includes(algorithm)
  if (isKnown && typeof value === 'string' && Object.keys(others).length === 0) {
    return { algorithm, value }
  }
  throw new InvalidError(
    `Cannot add a location: "validation_data" should have "os_hash_algo", one of ${algorithms.join(', ')}, and "os_hash_value", and nothing else`,
  )
}
