/** Inspects bytes that are all there, as if they arrived in chunks. */
import { inspectImage } from '../../src/formats/inspect-image.ts'

export type Arrival = {
  /** Size of the chunks; default: all at once. */
  readonly chunkBytes?: number
  readonly containerFormat?: string
  readonly requireMatch?: boolean
  readonly warn?: (sentence: string) => void
}

/** @returns the virtual size, in bytes. */
export function inspect(diskFormat: string, bytes: Buffer, arrival: Arrival = {}): number | null {
  const { chunkBytes = bytes.length, containerFormat = 'bare', requireMatch = true } = arrival
  const inspection = inspectImage(
    { diskFormat, containerFormat },
    { requireMatch, warn: arrival.warn ?? (() => {}) },
  )
  // One piece of memory for all chunks, as a file or a socket is read: nothing of it may be kept.
  const chunk = Buffer.alloc(chunkBytes)
  for (let start = 0; start < bytes.length; start += chunkBytes) {
    const length = bytes.copy(chunk, 0, start)
    inspection.receive(chunk.subarray(0, length))
    chunk.fill(0xa5)
  }
  return inspection.finish()
}

/**
 * Few bytes, an odd number, around a sector, a usual chunk, and all at once. Single bytes only of what
 * is short, since there nothing but patience would be tested by more.
 */
export function chunkSizes(bytes: Buffer): readonly number[] {
  const short = bytes.length < 2 ** 19
  return [...(short ? [1, 7] : []), 511, 513, 65_536, bytes.length]
}

/** How many bytes arrive before the data is refused; undefined when it is not. */
export function bytesBeforeRefusal(diskFormat: string, bytes: Buffer): number | undefined {
  const inspection = inspectImage(
    { diskFormat, containerFormat: 'bare' },
    { requireMatch: true, warn: () => {} },
  )
  for (let start = 0; start < bytes.length; start++) {
    try {
      inspection.receive(bytes.subarray(start, start + 1))
    } catch {
      return start + 1
    }
  }
  return undefined
}
