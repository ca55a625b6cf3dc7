/**
 * LUKS, an encrypted disk: a header with the keys, then the disk. Only version 1 is taken; readers
 * of version 2 would act on a description in JSON that nobody here has looked at.
 *
 * Source: LUKS On-Disk Format Specification, 1.2.3. Numbers are big-endian.
 */
import { bytes, type Inspection } from './inspection.ts'

const magic = Buffer.from('LUKS\xba\xbe', 'latin1')
const sectorBytes = 512

export function* luks(): Inspection {
  const header = yield* bytes(0, 108)
  if (header === undefined || !header.subarray(0, 6).equals(magic)) return undefined
  const version = header.readUInt16BE(6)
  const payloadOffset = header.readUInt32BE(104) * sectorBytes
  return {
    virtualSizeOf: (storedBytes) => Math.max(0, storedBytes - payloadOffset),
    unsafe: version === 1 ? undefined : `its version is ${version}, not 1`,
  }
}
