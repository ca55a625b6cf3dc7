/**
 * qcow2, the copy-on-write disk of QEMU.
 *
 *   0     4         8              16            24     32 …  72             80 … 104
 *   ┌─────┬─────────┬──────────────┬─────────────┬──────┬─────┬──────────────┬─────┐
 *   │magic│ version │ backing file │ its length  │ size │     │ incompatible │     │
 *   └─────┴─────────┴──────────────┴─────────────┴──────┴─────┴──────────────┴─────┘
 *   └──────────────── versions 2 and 3 ──────────────────────┘└── version 3 alone ─┘
 *
 * Numbers are big-endian. A backing file, or an external data file, is a path that whoever opens
 * the image would read: with it, an image can ask for any file of the host.
 *
 * Source: QEMU, docs/interop/qcow2.rst.
 */
import { bytes, type Inspection } from './inspection.ts'

const magic = Buffer.from('QFI\xfb', 'latin1')

/** What an image may need that older readers lack. Bits that nobody has defined refuse it. */
const externalDataFile = 1n << 2n
const definedFeatures = 0b11111n // dirty, corrupt, external data, compression type, extended L2

export function* qcow2(): Inspection {
  const header = yield* bytes(0, 72)
  if (header === undefined || !header.subarray(0, 4).equals(magic)) return undefined
  const size = Number(header.readBigUInt64BE(24))
  const found = (unsafe?: string) => ({ virtualSizeOf: () => size, unsafe })

  const version = header.readUInt32BE(4)
  if (version !== 2 && version !== 3) return found(`its version is ${version}, not 2 or 3`)
  if (header.readBigUInt64BE(8) !== 0n) return found('it names a backing file')
  if (version === 2) return found()

  const features = (yield* bytes(72, 8))?.readBigUInt64BE(0)
  if (features === undefined) return found('its header is cut off')
  if (features & externalDataFile) return found('it keeps its data in an external file')
  const unknown = features & ~definedFeatures
  return found(unknown === 0n ? undefined : `it has unknown features (0x${unknown.toString(16)})`)
}
