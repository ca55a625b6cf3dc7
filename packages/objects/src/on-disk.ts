import { TooLargeError, UnavailableError } from '@vitrine/core'

/**
 * Waits for something asked of the store's disk, and says in the port's words why it was not done.
 * That a file is not there is for the caller to understand, and comes through unchanged.
 *
 * Wrapped around single file operations, never around a whole `put`: an error of the bytes' own,
 * be it another disk's ENOSPC, must come through unchanged too.
 *
 * @param doing such as "store image data".
 * @throws {TooLargeError} when the file system, or the quota of our user on it, has no room left.
 * @throws {UnavailableError} when the disk fails, is read-only, or is not ours to use.
 */
export async function onDisk<T>(doing: string, operation: Promise<T>): Promise<T> {
  try {
    return await operation
  } catch (error) {
    const code = codeOf(error)
    if (code === undefined || code === 'ENOENT') throw error
    if (code === 'ENOSPC' || code === 'EDQUOT') {
      throw new TooLargeError(`Cannot ${doing}: the disk of the image store is full`, {
        cause: error,
      })
    }
    throw new UnavailableError(`Cannot ${doing}: the disk of the image store fails (${code})`, {
      cause: error,
    })
  }
}

/** Of what a system call answered. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error && 'code' in error && 'syscall' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}
