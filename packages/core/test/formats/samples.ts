/** The smallest images of every format, byte by byte, to be made hostile by tests. */

export function qcow2(changes: {
  readonly version?: number
  readonly backingOffset?: bigint
  readonly features?: bigint
  readonly size?: bigint
}): Buffer {
  const image = Buffer.alloc(512)
  image.write('QFI\xfb', 'latin1')
  image.writeUInt32BE(changes.version ?? 3, 4)
  image.writeBigUInt64BE(changes.backingOffset ?? 0n, 8)
  image.writeBigUInt64BE(changes.size ?? 1024n, 24)
  image.writeBigUInt64BE(changes.features ?? 0n, 72)
  return image
}

export type Partition = {
  readonly flag?: number
  readonly type?: number
  /** Head, sector with the upper bits of the cylinder, cylinder. */
  readonly firstChs?: readonly number[]
  readonly lastChs?: readonly number[]
  readonly firstLba?: number
  readonly sectors?: number
}

/** Up to four partitions, with an empty disk behind them. */
export function partitioned(...partitions: Partition[]): Buffer {
  const image = Buffer.alloc(4096)
  image.writeUInt16BE(0x55aa, 510)
  partitions.forEach((partition, index) => {
    const entry = image.subarray(446 + 16 * index)
    entry.writeUInt8(partition.flag ?? 0, 0)
    entry.set(partition.firstChs ?? [0x20, 0x21, 0], 1)
    entry.writeUInt8(partition.type ?? 0x83, 4)
    entry.set(partition.lastChs ?? [0x66, 0x25, 1], 5)
    entry.writeUInt32LE(partition.firstLba ?? 2048, 8)
    entry.writeUInt32LE(partition.sectors ?? 2048, 12)
  })
  return image
}

/** The partition that tells old software that a disk with a GPT is full. */
export const protective: Partition = {
  type: 0xee,
  firstChs: [0, 2, 0],
  lastChs: [0xff, 0xff, 0xff],
  firstLba: 1,
  sectors: 0xffff_ffff,
}

export const discSectors = 24

/** @param descriptors of the volume: kind and identifier of each. */
export function disc(...descriptors: readonly (readonly [number, string])[]): Buffer {
  const image = Buffer.alloc(discSectors * 2048)
  descriptors.forEach(([kind, identifier], index) => {
    const descriptor = image.subarray((16 + index) * 2048)
    descriptor.writeUInt8(kind)
    descriptor.write(identifier, 1, 'latin1')
    descriptor.writeUInt8(1, 6)
    descriptor.writeUInt32LE(20, 80)
    descriptor.writeUInt16LE(2048, 128)
  })
  return image
}

export function descriptor(...lines: string[]): string {
  return ['# Disk DescriptorFile', 'version=1', 'CID=12345678', ...lines, ''].join('\n')
}

export const soundDescriptor = descriptor(
  'parentCID=ffffffff',
  'createType="streamOptimized"',
  'RDONLY 8 SPARSE "disk.vmdk"',
  'ddb.adapterType = "ide"',
)

/** @param changes applied to the header after the footer was made from it. */
export function vmdk(
  description: string,
  options: {
    readonly footer?: boolean
    readonly changes?: (header: Buffer, marker: Buffer, footer: Buffer, end: Buffer) => void
  } = {},
): Buffer {
  const header = Buffer.alloc(512)
  header.write('KDMV')
  header.writeUInt32LE(3, 4)
  header.writeBigUInt64LE(8n, 12)
  header.writeBigUInt64LE(1n, 28)
  header.writeBigUInt64LE(4n, 36)
  header.writeBigUInt64LE(5n, 56)
  const body = Buffer.alloc(4096)
  body.write(description, 'latin1')

  const marker = Buffer.alloc(512)
  marker.writeBigUInt64LE(1n, 0)
  marker.writeUInt32LE(3, 12)
  const footer = Buffer.from(header)
  const end = Buffer.alloc(512)
  if (options.footer) header.writeBigUInt64LE(0xffff_ffff_ffff_ffffn, 56)
  options.changes?.(header, marker, footer, end)
  return Buffer.concat([header, body, ...(options.footer ? [marker, footer, end] : [])])
}

/** @param type 2 fixed, 3 dynamic, 4 differencing. */
export function vhdFooter(type: number): Buffer {
  const footer = Buffer.alloc(512)
  footer.write('conectix')
  footer.writeBigUInt64BE(8192n, 40)
  footer.writeBigUInt64BE(8192n, 48)
  footer.writeUInt32BE(type, 60)
  return footer
}

export function vhdx(
  changes: {
    readonly flags?: number
    readonly firstTable?: string
    readonly metadataOffset?: bigint
    readonly items?: number
  } = {},
): Buffer {
  const metadataOffset = 1024 * 1024
  const image = Buffer.alloc(metadataOffset + 128 * 1024)
  image.write('vhdxfile')
  for (const [table, signature] of [
    [192 * 1024, changes.firstTable ?? 'regi'],
    [256 * 1024, 'regi'],
  ] as const) {
    image.write(signature, table)
    image.writeUInt32LE(1, table + 8)
    image.write('06a27c8b90479a4bb8fe575f050f886e', table + 16, 'hex')
    image.writeBigUInt64LE(changes.metadataOffset ?? BigInt(metadataOffset), table + 32)
  }
  image.write('metadata', metadataOffset)
  image.writeUInt16LE(changes.items ?? 2, metadataOffset + 10)
  const entry = metadataOffset + 32
  image.write('2442a52f1bcd7648b2115dbed83bf4b8', entry, 'hex')
  image.writeUInt32LE(64 * 1024 + 8, entry + 16)
  image.write('3767a1ca36fa434db3b633f0aa44e76b', entry + 32, 'hex')
  image.writeUInt32LE(64 * 1024, entry + 48)
  const items = metadataOffset + 64 * 1024
  image.writeUInt32LE(changes.flags ?? 0, items + 4)
  image.writeBigUInt64LE(4096n, items + 8)
  return image
}

export function vdi(kind = 1): Buffer {
  const image = Buffer.alloc(512)
  image.write('<<< Some VirtualBox >>>')
  image.writeUInt32LE(0xbeda107f, 64)
  image.writeUInt32LE(kind, 76)
  image.writeBigUInt64LE(4096n, 368)
  return image
}

export function luks(version = 1): Buffer {
  const image = Buffer.alloc(8192)
  image.write('LUKS\xba\xbe', 'latin1')
  image.writeUInt16BE(version, 6)
  image.writeUInt32BE(8, 104)
  return image
}

export function qed(): Buffer {
  const image = Buffer.alloc(512)
  image.write('QED\0')
  return image
}
