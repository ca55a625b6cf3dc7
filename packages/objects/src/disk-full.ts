import { TooLargeError } from '@vitrine/core'

/**
 * Waits for something asked of the store's disk, and says so in the port's words when it is full.
 *
 * Wrapped around single file operations, never around a whole `put`: an error of the bytes' own,
 * be it another disk's ENOSPC, must come through unchanged.
 *
 * @throws {TooLargeError} when the file system, or the quota of our user on it, has no room left.
 */
export async function onDisk<T>(operation: Promise<T>): Promise<T> {
  try {
    return await operation
  } catch (error) {
    if (!isDiskFull(error)) throw error
    throw new TooLargeError('Cannot store image data: the disk of the image store is full', {
      cause: error,
    })
  }
}

function isDiskFull(error: unknown): boolean {
  if (!(error instanceof Error && 'code' in error)) return false
  return error.code === 'ENOSPC' || error.code === 'EDQUOT'
}
