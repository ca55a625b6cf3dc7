/** What a store, or a whole service, has put on the disk. */
import { readdir } from 'node:fs/promises'

/**
 * The names of all files in a directory and those inside it, sorted. None where it is not there yet, since a store
 * makes its directory with its first object, nor where a file stands in its place, as in tests of broken stores.
 */
export async function filesIn(directory: string): Promise<readonly string[]> {
  const options = { recursive: true, withFileTypes: true } as const
  const entries = await readdir(directory, options).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return []
    throw error
  })
  return entries
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .toSorted()
}
