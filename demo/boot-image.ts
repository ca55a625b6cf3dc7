/**
 * A disk image that is small, real and our own: it boots, says one line on the serial port and
 * switches its machine off. What a tour of Vitrine uploads, shares, downloads and boots.
 */
import { bootSector, partitionStartSector, sectorBytes } from './boot-sector.ts'
import { type Cluster, clusterBytes, writeQcow2 } from './qcow2.ts'

export type BootImageOptions = {
  /** What the image says when it boots: up to some 300 characters of ASCII. */
  readonly line: string
  /** Size of the disk that the guest sees: 8 MiB, or enough for the filler, when not given. */
  readonly virtualSizeBytes?: number
  /**
   * Bytes in the partition that look random and are the same every time, so that an upload takes
   * long enough to watch. None when not given: the file is 384 KiB then.
   */
  readonly fillerBytes?: number
}

export type BootImage = { readonly sizeBytes: number; readonly virtualSizeBytes: number }

const leastVirtualSizeBytes = 8 * 1024 * 1024
const fillerOffsetBytes = partitionStartSector * sectorBytes

/** Writes the image to `file` as qcow2, in place of what was there. */
export async function writeBootImage(file: string, options: BootImageOptions): Promise<BootImage> {
  const fillerClusters = Math.ceil((options.fillerBytes ?? 0) / clusterBytes)
  const neededBytes = fillerOffsetBytes + fillerClusters * clusterBytes
  const virtualSizeBytes = options.virtualSizeBytes ?? Math.max(leastVirtualSizeBytes, neededBytes)
  if (neededBytes > virtualSizeBytes) {
    throw new RangeError(
      `Cannot write a boot image: its filler needs a disk of ${neededBytes} bytes, not ${virtualSizeBytes}`,
    )
  }

  const sector = bootSector(options.line, virtualSizeBytes)
  const { sizeBytes } = await writeQcow2(file, virtualSizeBytes, contents(sector, fillerClusters))
  return { sizeBytes, virtualSizeBytes }
}

function* contents(sector: Uint8Array, fillerClusters: number): Generator<Cluster> {
  yield { index: 0, bytes: sector }
  const random = pseudoRandomWords(0x76697472)
  const firstIndex = fillerOffsetBytes / clusterBytes
  for (let index = firstIndex; index < firstIndex + fillerClusters; index += 1) {
    const words = Uint32Array.from({ length: clusterBytes / 4 }, random)
    yield { index, bytes: new Uint8Array(words.buffer) }
  }
}

/** Marsaglia's xorshift32: no two of its 2³² - 1 numbers are the same, so nothing compresses. */
function pseudoRandomWords(seed: number): () => number {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
}
