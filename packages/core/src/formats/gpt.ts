/**
 * A partitioned disk: a master boot record (MBR), or the protective one in front of a GUID partition
 * table (GPT). The disk is stored byte by byte, so this is what a raw image of a bootable disk is.
 *
 *   0               446                510
 *   ┌───────────────┬────┬────┬────┬────┬───────┐
 *   │ boot code     │ 1  │ 2  │ 3  │ 4  │ 55 AA │   entry: flag, first CHS, type, last CHS,
 *   └───────────────┴────┴────┴────┴────┴───────┘          first LBA, sectors
 *
 * An entry of type 0 is not used. The checks are strict where a table makes no sense, since software
 * disagrees on what to make of one, and mild where real tools differ: a CHS address of zeros, or of
 * the largest values, stands for "see the LBA".
 *
 * Source: UEFI Specification 2.10, 5.2 ("LBA 0 Format"). Numbers are little-endian.
 */
import { isFileSystemBootSector } from './boot-sector.ts'
import { bytes, type Inspection, sameAsStored } from './inspection.ts'

const sectorBytes = 512
const tableStart = 446
const entryBytes = 16
const protective = 0xee
const sectorsOfLba = 2 ** 32

export function* gpt(): Inspection {
  const sector = yield* bytes(0, sectorBytes)
  if (sector === undefined || sector.readUInt16BE(510) !== 0x55aa) return undefined
  const unsafe = unsafeTable(sector)
  // File systems keep their own boot code where a disk has its table, under the same signature.
  if (unsafe !== undefined && isFileSystemBootSector(sector)) return undefined
  return { virtualSizeOf: sameAsStored, unsafe }
}

function unsafeTable(sector: Buffer): string | undefined {
  const entries = [1, 2, 3, 4].map((number) => {
    const start = tableStart + (number - 1) * entryBytes
    return { number, entry: sector.subarray(start, start + entryBytes) }
  })
  const used = entries.filter(({ entry }) => typeOf(entry) !== 0)
  if (used.length === 0) return 'it has the signature of a partition table and no partitions'
  if (used.length > 1 && used.some(({ entry }) => typeOf(entry) === protective)) {
    return 'it has other partitions beside the one that protects its GPT'
  }
  // The flag is looked at in unused entries too: what is there should be zeros.
  return entries
    .map(({ number, entry }) => [number, unsafeFlag(entry) ?? unsafeExtent(entry)] as const)
    .filter(([, reason]) => reason !== undefined)
    .map(([number, reason]) => `partition ${number} ${reason}`)
    .at(0)
}

function unsafeFlag(entry: Buffer): string | undefined {
  const flag = entry.readUInt8(0)
  return flag === 0 || flag === 0x80 ? undefined : `has the boot flag 0x${flag.toString(16)}`
}

function unsafeExtent(entry: Buffer): string | undefined {
  if (typeOf(entry) === 0) return undefined
  if (!isChs(entry.subarray(1, 4)) || !isChs(entry.subarray(5, 8))) {
    return 'has a CHS address out of range'
  }
  const firstLba = entry.readUInt32LE(8)
  const sectors = entry.readUInt32LE(12)
  const startsWell = typeOf(entry) === protective ? firstLba === 1 : firstLba > 0
  const endsWell = sectors > 0 && firstLba + sectors <= sectorsOfLba
  return startsWell && endsWell ? undefined : 'has an LBA out of range'
}

function typeOf(entry: Buffer): number {
  return entry.readUInt8(4)
}

/** Head, then sector in six bits, which count from 1; the rest is the cylinder. */
function isChs(address: Buffer): boolean {
  const unused = address.every((byte) => byte === 0)
  return unused || (address.readUInt8(1) & 0x3f) > 0
}
