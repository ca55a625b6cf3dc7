/**
 * VDI, the disk of VirtualBox: a line of text, the signature at byte 64, the disk's size at 368.
 *
 * Source: VirtualBox, VDICore.h ("VDIPREHEADER", "VDIHEADER1PLUS"). Numbers are little-endian.
 */
import { bytes, type Inspection } from './inspection.ts'

const signature = 0xbe_da_10_7f
const differencing = 4

export function* vdi(): Inspection {
  const header = yield* bytes(0, 376)
  if (header?.readUInt32LE(64) !== signature) return undefined
  const size = Number(header.readBigUInt64LE(368))
  const unsafe = header.readUInt32LE(76) === differencing ? 'it needs a parent disk' : undefined
  return { virtualSizeOf: () => size, unsafe }
}
