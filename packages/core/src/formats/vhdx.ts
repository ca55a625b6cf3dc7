/**
 * VHDX, the disk of Hyper-V. Its size is three steps away from its first byte:
 *
 *   0 "vhdxfile"    192 KiB region table ──► metadata region: table ──► items
 *                   256 KiB its copy         at 1 MiB or later          size, parameters
 *
 * Source: Microsoft, [MS-VHDX], 2.2.3 ("Region Table") and 2.6 ("Metadata Region"). Numbers are
 * little-endian; so are the first three parts of a GUID.
 */
import { bytes, type Finding, type Inspection, recognized } from './inspection.ts'

const signature = Buffer.from('vhdxfile')
const regionTables = [192 * 1024, 256 * 1024]
const tableBytes = 64 * 1024
const entryBytes = 32

const metadataRegion = Buffer.from('06a27c8b90479a4bb8fe575f050f886e', 'hex')
const fileParameters = Buffer.from('3767a1ca36fa434db3b633f0aa44e76b', 'hex')
const virtualDiskSize = Buffer.from('2442a52f1bcd7648b2115dbed83bf4b8', 'hex')
const hasParent = 2

export function* vhdx(): Inspection {
  const first = yield* bytes(0, signature.length)
  if (!first?.equals(signature)) return undefined
  yield* recognized()

  const region = yield* metadataOffset()
  if (region === undefined) return damaged('its region table is damaged or cut off')
  const table = yield* bytes(region, tableBytes)
  if (table?.toString('latin1', 0, 8) !== 'metadata') {
    return damaged('its metadata table is damaged or cut off')
  }
  const entries = entriesOf(table, 32, table.readUInt16LE(10))
  const items = [
    { id: fileParameters, length: 8 },
    { id: virtualDiskSize, length: 8 },
  ].map(({ id, length }) => ({ id, length, offset: find(entries, id)?.readUInt32LE(16) ?? 0 }))
  // In the order in which they pass by.
  items.sort((one, other) => one.offset - other.offset)
  const values = new Map<Buffer, Buffer | undefined>()
  for (const { id, length, offset } of items) {
    values.set(id, yield* bytes(region + offset, length))
  }

  const size = values.get(virtualDiskSize)?.readBigUInt64LE(0)
  const flags = values.get(fileParameters)?.readUInt32LE(4)
  if (size === undefined || flags === undefined) return damaged('its metadata is damaged')
  return {
    virtualSizeOf: () => Number(size),
    unsafe: flags & hasParent ? 'it needs a parent disk' : undefined,
  }
}

/** Where the metadata region begins, by the first of the two tables that says so. */
function* metadataOffset() {
  for (const start of regionTables) {
    const table = yield* bytes(start, tableBytes)
    if (table?.toString('latin1', 0, 4) !== 'regi') continue
    const entries = entriesOf(table, 16, table.readUInt32LE(8))
    const entry = find(entries, metadataRegion)
    if (entry !== undefined) return Number(entry.readBigUInt64LE(16))
  }
  return undefined
}

/** As many entries as the table says it has, and has. */
function entriesOf(table: Buffer, start: number, count: number): Buffer[] {
  const most = Math.floor((table.length - start) / entryBytes)
  return Array.from({ length: Math.min(count, most) }, (_, index) =>
    table.subarray(start + index * entryBytes, start + (index + 1) * entryBytes),
  )
}

function find(entries: readonly Buffer[], id: Buffer): Buffer | undefined {
  return entries.find((entry) => entry.subarray(0, id.length).equals(id))
}

function damaged(unsafe: string): Finding {
  return { virtualSizeOf: () => 0, unsafe }
}
