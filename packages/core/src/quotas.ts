/**
 * What one project may keep in all: images, and bytes.
 *
 * It is checked in the transaction that uses it, with the project's usage locked, so that it holds
 * however many ask at once. Bytes whose number nobody announced are checked again when they are in.
 */
import { TooLargeError } from './errors.ts'
import type { RecordsTransaction } from './ports/records.ts'

/** A negative number is no limit. */
export type Quotas = {
  readonly imagesPerProject: number
  readonly bytesPerProject: number
}

export const noQuotas: Quotas = { imagesPerProject: -1, bytesPerProject: -1 }

/** @throws {TooLargeError} when the project may not have one more image. */
export async function requireRoomForImage(
  transaction: RecordsTransaction,
  { imagesPerProject }: Quotas,
  projectId: string | null,
): Promise<void> {
  if (imagesPerProject < 0 || projectId === null) return
  const { images } = await transaction.lockUsage(projectId)
  if (images < imagesPerProject) return
  throw new TooLargeError(
    `Cannot create an image: project ${projectId} has ${images}, and its limit is ${imagesPerProject} images`,
  )
}

/** @throws {TooLargeError} when the project may not keep so many bytes more. */
export async function requireRoomForBytes(
  transaction: RecordsTransaction,
  { bytesPerProject }: Quotas,
  projectId: string | null,
  bytes: number,
): Promise<void> {
  if (bytesPerProject < 0 || projectId === null) return
  const usage = await transaction.lockUsage(projectId)
  if (usage.bytes + bytes <= bytesPerProject) return
  const left = Math.max(0, bytesPerProject - usage.bytes)
  throw new TooLargeError(
    `Cannot store ${bytes} bytes: project ${projectId} has ${left} bytes left of its limit of ${bytesPerProject}`,
  )
}
