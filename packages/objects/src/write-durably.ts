import type { FileHandle } from 'node:fs/promises'
import { onDisk } from './on-disk.ts'

const storing = 'store image data'

/** How much is written before the disk is told to begin: a twentieth of a second of a fast disk. */
const writebackBytes = 64 * 1024 * 1024

/**
 * Writes `bytes` to the end of `file`, and resolves once they would outlive a power cut.
 *
 * Left alone, the kernel gathers gigabytes in memory and the one sync at the end takes the time of
 * them all. So every 64 MiB a sync is started while the next 64 MiB arrive, and awaited before
 * another: at most 128 MiB are in memory only, and the last sync is short.
 */
export async function writeDurably(
  file: FileHandle,
  bytes: AsyncIterable<Uint8Array>,
): Promise<void> {
  let writeback = Promise.resolve()
  let dirtyBytes = 0

  for await (const chunk of bytes) {
    await onDisk(storing, writeWhole(file, chunk))
    dirtyBytes += chunk.byteLength
    if (dirtyBytes < writebackBytes) continue

    // Each is awaited: a write that failed in the background is reported by one sync and no other.
    await writeback
    writeback = onDisk(storing, file.datasync())
    writeback.catch(() => undefined) // told to whoever awaits it; not also to the process
    dirtyBytes = 0
  }
  await writeback
  await onDisk(storing, file.datasync())
}

/** One write may take less than it was given, and does when the disk is almost full. */
async function writeWhole(file: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let writtenBytes = 0; writtenBytes < chunk.byteLength; ) {
    writtenBytes += (await file.write(chunk, writtenBytes)).bytesWritten
  }
}
