/** Finds an image on behalf of a caller, and says no in the words that clients know. */
import { decide, type Operation } from './access.ts'
import type { Actor } from './actor.ts'
import { ForbiddenError, NotFoundError } from './errors.ts'
import type { Image } from './image.ts'
import type { ImageAndMember, RecordsReader } from './ports/records.ts'

/**
 * The image, if the caller may do this to it.
 *
 * @param notFound how to say that there is none.
 * @throws {NotFoundError} when there is none that the caller may know of.
 * @throws {ForbiddenError} when the caller may see it, but not do this.
 */
export async function findImageFor(
  records: RecordsReader,
  actor: Actor,
  id: string,
  operation: Operation,
  notFound: NotFoundWords = imageNotFound,
): Promise<Image> {
  const found = await records.findImageFor(id, actor.projectId)
  if (found === undefined) throw notFound(id, operation)
  requireAllowed(operation, actor, found, notFound)
  return found.image
}

/** @throws {NotFoundError | ForbiddenError} as `findImageFor`, for an image that is at hand. */
export function requireAllowed(
  operation: Operation,
  actor: Actor,
  found: ImageAndMember,
  notFound: NotFoundWords = imageNotFound,
): void {
  const verdict = decide(operation, { actor, ...found })
  if (verdict === 'hidden') throw notFound(found.image.id, operation)
  if (verdict === 'forbidden') throw notAuthorized(operation)
}

export type NotFoundWords = (id: string, operation: Operation) => NotFoundError

/** For calls on what belongs to an image, such as its tags and members. */
export function imageOfPartNotFound(id: string): NotFoundError {
  return new NotFoundError(`Image ${id.slice(0, 100)} not found`)
}

export function imageNotFound(id: string, operation: Operation): NotFoundError {
  const shown = id.slice(0, 100)
  return new NotFoundError(
    operation === 'delete_image'
      ? `Failed to find image ${shown} to delete`
      : `No image found with ID ${shown}`,
  )
}

/** @param policy the name under which operators know the rule. */
export function notAuthorized(policy: string): ForbiddenError {
  return new ForbiddenError(`You are not authorized to complete ${policy} action.`)
}
