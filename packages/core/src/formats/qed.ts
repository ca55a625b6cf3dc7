/**
 * QED, a short-lived predecessor of qcow2's third version. Never safe: nobody has looked after its
 * readers for years, and its header can name a backing file.
 *
 * Source: QEMU, docs/interop/qed_spec.rst. Numbers are little-endian.
 */
import { bytes, type Inspection } from './inspection.ts'

const magic = Buffer.from('QED\0')

export function* qed(): Inspection {
  const header = yield* bytes(0, 56)
  if (header === undefined || !header.subarray(0, 4).equals(magic)) return undefined
  const size = Number(header.readBigUInt64LE(48))
  return { virtualSizeOf: () => size, unsafe: 'QED images are never taken' }
}
