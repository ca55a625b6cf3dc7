/**
 * Addresses of data that others keep: an image may be registered where it is, instead of uploaded.
 *
 * This file begins the registration; `run-location-import.ts` carries it out.
 *
 * Spec: Images API v2, "Image locations".
 */
import { mayKnowOf } from './access.ts'
import { type Actor, hasRole } from './actor.ts'
import { ConflictError, ForbiddenError, InvalidError, quote } from './errors.ts'
import { findImageFor, imageNotFound, requireAllowed } from './find-image.ts'
import { hashForm, isHash } from './hash-text.ts'
import { requireNotHeld } from './held-image.ts'
import type { Image, Location, Multihash } from './image.ts'
import { type Limits, requireWithin } from './limits.ts'
import type { Clock } from './ports/clock.ts'
import type { RecordsWithEvents } from './records-with-events.ts'
import type { Stores } from './stores.ts'
import { newTask, type Task } from './task.ts'

export type ImageLocationsParts = {
  readonly records: RecordsWithEvents
  readonly stores: Stores
  readonly clock: Clock
  readonly limits: Limits
  /** Tells the task runner that there is work. */
  readonly wake: () => void
}

export type LocationRequest = {
  readonly url: string
  /** What the data must hash to; undefined to take it as it is. */
  readonly expected: Multihash | undefined
  readonly requestId: string
}

export class ImageLocations {
  readonly #parts: ImageLocationsParts

  constructor(parts: ImageLocationsParts) {
    this.#parts = parts
  }

  /** For services and admins only: an address may tell more than its image does. */
  async list(actor: Actor, id: string): Promise<readonly Location[]> {
    const image = await findImageFor(this.#parts.records, actor, id, 'fetch_image_location')
    return image.locations
  }

  /** Begins to register data that lies at an address. */
  async add(actor: Actor, id: string, request: LocationRequest): Promise<void> {
    const { records, stores, clock, limits, wake } = this.#parts
    await records.by(actor).write(async (transaction) => {
      const found = await transaction.findImageFor(id, actor.projectId)
      if (found === undefined || !mayKnowOf({ actor, ...found })) {
        throw imageNotFound(id, 'add_image_location')
      }
      requireQueued(found.image)
      requireAllowed('add_image_location', actor, found)
      requireMayNameAddress(actor, request.url, stores)
      requireHash(request.expected)
      requireWithin(limits.locationsPerImage, 1, 'locations')
      requireNotHeld(found.image, 'add a location to')
      const task = newTask(actor, clock.now(), {
        type: 'location_import',
        imageId: id,
        requestId: request.requestId,
        input: inputOf(id, request),
      })
      await transaction.insertTask(task)
      await transaction.saveImage({
        ...found.image,
        importState: { taskId: task.id, remainingStores: [], failedStores: [] },
        updatedAt: clock.now(),
      })
    })
    wake()
  }
}

function requireQueued(image: Image): void {
  if (image.status === 'queued') return
  throw new ConflictError(
    `Cannot add a location to image ${image.id}: its status is ${quote(image.status)}, and should be "queued"`,
  )
}

/** Everyone but a service of the cloud may name web addresses only, and only where these are read. */
function requireMayNameAddress(actor: Actor, url: string, stores: Stores): void {
  const isWeb = /^https?:\/\//i.test(url)
  const isService = hasRole(actor, 'service')
  if (!isService && (!isWeb || stores.web === undefined)) {
    throw new ForbiddenError(
      'Cannot add a location: only services may, unless it is an http or https URL and the operator has set up a store of kind "http"',
    )
  }
  if (isWeb && stores.web !== undefined) return
  throw new InvalidError(`Cannot add location ${quote(url)}: no store reads such URLs`)
}

function requireHash(expected: Multihash | undefined): void {
  if (expected === undefined) return
  const { algorithm, value } = expected
  if (isHash(algorithm, value)) return
  throw new InvalidError(
    `Cannot check a location against ${algorithm} ${quote(value)}: it should be ${hashForm(algorithm)}`,
  )
}

function inputOf(imageId: string, { url, expected }: LocationRequest): Task['input'] {
  if (expected === undefined) return { image_id: imageId, loc_url: url }
  const { algorithm, value } = expected
  const validation = { os_hash_algo: algorithm, os_hash_value: value }
  return { image_id: imageId, loc_url: url, validation_data: validation }
}
