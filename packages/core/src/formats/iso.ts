/**
 * ISO 9660 and UDF, the file systems of optical discs.
 *
 *   sector 0 … 15        16          17          18
 *   ┌───────────────────┬───────────┬───────────┬──────────
 *   │ for boot loaders  │ CD001 1 … │ BEA01     │ NSR02 …     descriptors, of 2048 bytes each
 *   └───────────────────┴───────────┴───────────┴──────────
 *
 * Source: ECMA-119, 8 ("Volume Descriptors"); ECMA-167, part 2, 9 ("Volume structure descriptors").
 */
import { bytes, type Inspection, sameAsStored } from './inspection.ts'

const sectorBytes = 2048
const firstDescriptor = 16
/** Real discs have up to eight. */
const mostDescriptors = 16
const primaryVolume = 1

export function* iso(): Inspection {
  for (let index = 0; index < mostDescriptors; index++) {
    const sector = yield* bytes((firstDescriptor + index) * sectorBytes, sectorBytes)
    const identifier = sector?.toString('latin1', 1, 6)
    switch (identifier) {
      case 'CD001':
        if (sector?.readUInt8(0) === primaryVolume) return primary(sector)
        break
      // UDF describes its size far from here; the disc is what is stored.
      case 'NSR02':
      case 'NSR03':
        return { virtualSizeOf: sameAsStored }
      case 'BEA01':
      case 'BOOT2':
        break
      default:
        return undefined
    }
  }
  return undefined
}

/** Numbers are kept in both byte orders, the little-endian one first. */
function primary(descriptor: Buffer) {
  const size = descriptor.readUInt32LE(80) * descriptor.readUInt16LE(128)
  return { virtualSizeOf: () => size }
}
