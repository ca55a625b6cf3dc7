/**
 * Writes a disk as a qcow2 image: QEMU's own format, in which only what was written takes space.
 *
 *   cluster 0   header
 *           1   refcount table: one entry, the block below
 *           2   refcount block: 1 for each cluster of the file
 *           3   L1 table: one entry, the L2 table below
 *           4   L2 table: where each cluster of the disk lies in the file; 0 is a cluster of zeros
 *           5…  data
 *
 * One block and one L2 table of 64 KiB clusters do for a disk of 512 MiB, and more is not needed.
 *
 * Source: QEMU, docs/interop/qcow2.rst (version 3, no features).
 */
import { open } from 'node:fs/promises'

export const clusterBytes = 64 * 1024

const clusterBits = 16
const maxVirtualSizeBytes = (clusterBytes / 8) * clusterBytes
const firstDataCluster = 5
/** In a table entry: nobody else refers to this cluster, so it may be written in place. */
const copied = 1n << 63n

/** A part of the disk that is not zeros. At most a cluster long; shorter ones end in zeros. */
export type Cluster = { readonly index: number; readonly bytes: Uint8Array }

/**
 * @param clusters those that are not zeros, each once, in any order.
 * @param virtualSizeBytes of the disk that a guest sees: a multiple of 512, at most 512 MiB.
 * @returns the size of the file.
 */
export async function writeQcow2(
  file: string,
  virtualSizeBytes: number,
  clusters: Iterable<Cluster>,
): Promise<{ readonly sizeBytes: number }> {
  if (virtualSizeBytes % 512 !== 0 || virtualSizeBytes > maxVirtualSizeBytes) {
    throw new RangeError(
      `Cannot write a qcow2 image of ${virtualSizeBytes} bytes: it must be a multiple of 512 and at most ${maxVirtualSizeBytes}`,
    )
  }
  await using handle = await open(file, 'w')
  const writeCluster = async (cluster: number, bytes: Uint8Array) => {
    const whole = Buffer.alloc(clusterBytes)
    whole.set(bytes)
    await handle.write(whole, 0, clusterBytes, cluster * clusterBytes)
  }

  const l2 = Buffer.alloc(clusterBytes)
  let fileClusters = firstDataCluster
  for (const { index, bytes } of clusters) {
    l2.writeBigUInt64BE(entryFor(fileClusters), index * 8)
    await writeCluster(fileClusters, bytes)
    fileClusters += 1
  }

  const refcounts = Buffer.alloc(clusterBytes)
  for (let cluster = 0; cluster < fileClusters; cluster += 1)
    refcounts.writeUInt16BE(1, cluster * 2)

  await writeCluster(0, header(virtualSizeBytes))
  await writeCluster(1, table(BigInt(2 * clusterBytes)))
  await writeCluster(2, refcounts)
  await writeCluster(3, table(entryFor(4)))
  await writeCluster(4, l2)
  return { sizeBytes: fileClusters * clusterBytes }
}

function header(virtualSizeBytes: number): Uint8Array {
  const header = Buffer.alloc(112)
  header.write('QFI\xfb', 0, 'latin1')
  header.writeUInt32BE(3, 4) // version
  header.writeUInt32BE(clusterBits, 20)
  header.writeBigUInt64BE(BigInt(virtualSizeBytes), 24)
  header.writeUInt32BE(1, 36) // entries in the L1 table
  header.writeBigUInt64BE(BigInt(3 * clusterBytes), 40) // where it is
  header.writeBigUInt64BE(BigInt(clusterBytes), 48) // where the refcount table is
  header.writeUInt32BE(1, 56) // clusters of it
  header.writeUInt32BE(4, 96) // a refcount has 2⁴ bits
  header.writeUInt32BE(104, 100) // length of what is above; behind it, the end of all extensions
  return header
}

function table(entry: bigint): Uint8Array {
  const table = Buffer.alloc(8)
  table.writeBigUInt64BE(entry)
  return table
}

function entryFor(cluster: number): bigint {
  return BigInt(cluster * clusterBytes) | copied
}
