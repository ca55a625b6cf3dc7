/**
 * The image that a task works on. Held by it until the task ends, or another replaces it; and by one
 * process, until another takes the task over.
 */
import { ConflictError, GoneError } from './errors.ts'
import type { Image } from './image.ts'
import type { RecordsReader } from './ports/records.ts'
import { hasEnded, type Task } from './task.ts'

/**
 * @param task as this process claimed it.
 * @returns undefined when the image was deleted, or is held by another task or process.
 */
export async function findHeld(records: RecordsReader, task: Task): Promise<Image | undefined> {
  const image = task.imageId === null ? undefined : await records.findImage(task.imageId)
  if (image?.importState?.taskId !== task.id) return undefined
  const now = await records.findTask(task.id)
  const isOurs = now !== undefined && !hasEnded(now) && now.attempts === task.attempts
  return isOurs ? image : undefined
}

/** @throws {GoneError} as `findHeld` returns undefined. */
export async function requireHeld(records: RecordsReader, task: Task): Promise<Image> {
  const image = await findHeld(records, task)
  if (image !== undefined) return image
  throw new GoneError(
    `Cannot go on with the task: image ${task.imageId} was deleted, or is held by another task or process`,
  )
}

/**
 * @param action such as "take data for".
 * @throws {ConflictError} when a task holds the image: what it brings would meet other data.
 */
export function requireNotHeld({ id, importState }: Image, action: string): void {
  const taskId = importState?.taskId ?? null
  if (taskId === null) return
  throw new ConflictError(`Cannot ${action} image ${id}: it is locked by task ${taskId}`)
}
