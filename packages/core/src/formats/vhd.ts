/**
 * VHD, the disk of Virtual PC and of Azure ("vpc" to QEMU).
 *
 *   dynamic   ┌────────┬───────────────────────────┬────────┐
 *             │ footer │ blocks                    │ footer │   the same 512 bytes twice
 *             └────────┴───────────────────────────┴────────┘
 *   fixed     ┌────────────────────────────────────┬────────┐
 *             │ the disk, byte by byte             │ footer │   told apart from raw by its end
 *             └────────────────────────────────────┴────────┘
 *
 * A footer at the end counts only in an image that is declared a VHD. Every other reader judges by
 * the first bytes, and so do we: otherwise a guest could make its raw disk a VHD by writing to its
 * last sector.
 *
 * Source: Microsoft, Virtual Hard Disk Image Format Specification, 1.0. Numbers are big-endian.
 */
import { firstBytes, type Inspection, lastBytes } from './inspection.ts'

const footerBytes = 512
const cookie = Buffer.from('conectix')
const fixed = 2
const differencing = 4

export function* vhd(options: { readonly declared: boolean }): Inspection {
  const first = yield* firstBytes(footerBytes)
  if (isFooter(first)) {
    const unsafe = diskType(first) === differencing ? 'it needs a parent disk' : undefined
    return { virtualSizeOf: () => diskSize(first), unsafe }
  }
  const last = options.declared ? yield* lastBytes(footerBytes) : undefined
  if (last === undefined || !isFooter(last) || diskType(last) !== fixed) return undefined
  return { virtualSizeOf: () => diskSize(last), beginsWithDisk: true }
}

function isFooter(sector: Buffer): boolean {
  return sector.length === footerBytes && sector.subarray(0, 8).equals(cookie)
}

function diskSize(footer: Buffer): number {
  return Number(footer.readBigUInt64BE(48))
}

function diskType(footer: Buffer): number {
  return footer.readUInt32BE(60)
}
