/** The image that a task works on. Held by it until the task ends, or another replaces it. */
import { ConflictError, GoneError } from './errors.ts'
import type { Image } from './image.ts'
import type { RecordsReader } from './ports/records.ts'
import type { Task } from './task.ts'

/** @returns undefined when the image was deleted, or is held by another task. */
export async function findHeld(records: RecordsReader, task: Task): Promise<Image | undefined> {
  const image = task.imageId === null ? undefined : await records.findImage(task.imageId)
  return image?.importState?.taskId === task.id ? image : undefined
}

/** @throws {GoneError} as `findHeld` returns undefined. */
export async function requireHeld(records: RecordsReader, task: Task): Promise<Image> {
  const image = await findHeld(records, task)
  if (image !== undefined) return image
  throw new GoneError(
    `Cannot go on with the task: image ${task.imageId} was deleted, or another task replaced this one`,
  )
}

/**
 * A task that will bring data must find its image without any.
 *
 * @throws {ConflictError} when a task holds the image.
 */
export function requireNoTask({ id, importState }: Image): void {
  const taskId = importState?.taskId
  if (taskId === undefined || taskId === null) return
  throw new ConflictError(`Cannot take data for image ${id}: it is locked by task ${taskId}`)
}
