/**
 * VMDK, the disk of VMware: a sparse extent, and a text that describes the disk.
 *
 *   0 "KDMV"      512 …                                               the last three sectors
 *   ┌────────┬──────────────────────────────┬────────────────┬─────────┬────────┬──────────┐
 *   │ header │ descriptor, createType="…" … │ tables, grains │ marker  │ footer │ the end  │
 *   └────────┴──────────────────────────────┴────────────────┴─────────┴────────┴──────────┘
 *                                                            └ only where written as a stream ┘
 *
 * The descriptor may also stand in a file of its own, and then only names other files: such an image
 * is not whole, and its names could be those of any file of the host. So could the names of extents
 * and of a parent in the descriptor of a sparse extent; see `vmdk-descriptor.ts`.
 *
 * Source: VMware, Virtual Disk Format 5.0. Numbers are little-endian.
 */
import {
  bytes,
  type Finding,
  firstBytes,
  type Inspection,
  lastBytes,
  recognized,
} from './inspection.ts'
import { unsafeDescriptor } from './vmdk-descriptor.ts'

const sectorBytes = 512
const mostDescriptorBytes = 64 * 1024
/** In the place of an offset that was not known when the header was written. */
const inFooter = 0xffff_ffff_ffff_ffffn
const footerMarker = 3

export function* vmdk(): Inspection {
  const header = yield* firstBytes(sectorBytes)
  if (isTextDescriptor(header)) return unsafe('its descriptor names other files')
  if (isSignature(header, 'COWD')) return unsafe('it is an extent of an old ESX server')
  if (header.length < sectorBytes || !isSignature(header, 'KDMV')) return undefined
  yield* recognized()

  const size = Number(header.readBigUInt64LE(12)) * sectorBytes
  const found = (reason?: string): Finding => ({ virtualSizeOf: () => size, unsafe: reason })

  const descriptorStart = Number(header.readBigUInt64LE(28)) * sectorBytes
  const descriptorBytes = Number(header.readBigUInt64LE(36)) * sectorBytes
  if (descriptorBytes > mostDescriptorBytes) {
    return found(`its descriptor is longer than ${mostDescriptorBytes} bytes`)
  }
  const descriptor = yield* bytes(descriptorStart, descriptorBytes)
  if (!descriptor?.length) return found('its descriptor is cut off or missing')
  const reason = unsafeDescriptor(descriptor.toString('latin1'))
  if (reason !== undefined || header.readBigUInt64LE(56) !== inFooter) return found(reason)

  const end = yield* lastBytes(3 * sectorBytes)
  return found(
    end !== undefined && endsLikeItBegan(header, end) ? undefined : 'its footer is malformed',
  )
}

/** Told apart from other text as QEMU does it: comments, then a version. */
function isTextDescriptor(start: Buffer): boolean {
  const text = start.toString('latin1')
  return (
    text.startsWith('# Disk DescriptorFile') ||
    /^(?:#[^\n]*\n| *\r?\n)*version=[123]\r?\n/.test(text)
  )
}

function isSignature(header: Buffer, signature: string): boolean {
  return header.toString('latin1', 0, 4) === signature
}

/**
 * Whether the footer is the header again but for the offsets that the header did not know. Readers
 * go by the footer, so one that differed would show them another disk than was looked at here.
 */
function endsLikeItBegan(header: Buffer, end: Buffer): boolean {
  const [marker, footer, endMarker] = [0, 1, 2].map((sector) =>
    end.subarray(sector * sectorBytes, (sector + 1) * sectorBytes),
  )
  if (marker === undefined || footer === undefined || endMarker === undefined) return false
  return (
    marker.readUInt32LE(8) === 0 &&
    marker.readUInt32LE(12) === footerMarker &&
    footer.subarray(0, 48).equals(header.subarray(0, 48)) &&
    endMarker.subarray(0, 16).every((byte) => byte === 0)
  )
}

function unsafe(reason: string): Finding {
  return { virtualSizeOf: () => 0, unsafe: reason }
}
