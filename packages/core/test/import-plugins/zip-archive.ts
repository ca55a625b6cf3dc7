/** ZIP archives byte by byte, so that each part can say what it should not. */
import { crc32, deflateRawSync } from 'node:zlib'

export type Member = {
  readonly data: Buffer
  readonly name?: string
  /** 8 is deflated, 0 stored. */
  readonly method?: number
  readonly flags?: number
  /** In place of what the method makes of the data. */
  readonly packed?: Buffer
  /** Behind the data, where the header says no sizes. */
  readonly descriptor?: 'short' | 'long' | 'bare'
  /** What the directory says instead. */
  readonly listedAs?: string
  readonly listedAt?: number
  readonly listedBytes?: number
  /** How often the directory names it. */
  readonly entries?: number
  /** Between the data and the directory. */
  readonly between?: Buffer
}

export function zipped(members: readonly Member[]): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let position = 0
  for (const member of members) {
    const { data, name = 'disk', method = 8, descriptor, between = Buffer.alloc(0) } = member
    const packed = member.packed ?? (method === 8 ? deflateRawSync(data) : data)
    const flags = member.flags ?? (descriptor === undefined ? 0 : 8)
    const sizes = [crc32(data), packed.byteLength, data.byteLength] as const
    const said = descriptor === undefined ? sizes : ([0, 0, 0] as const)
    const local = Buffer.concat([
      numbers([4, 0x04034b50], [2, 20], [2, flags], [2, method], [4, 0]),
      numbers(...said.map((size): [number, number] => [4, size])),
      numbers([2, name.length], [2, 0]),
      Buffer.from(name),
      packed,
      descriptorOf(descriptor, sizes),
      between,
    ])
    const { listedAs = name, listedAt = position, listedBytes = packed.byteLength } = member
    const entry = Buffer.concat([
      numbers([4, 0x02014b50], [2, 20], [2, 20], [2, flags], [2, method], [4, 0]),
      numbers([4, sizes[0]], [4, listedBytes], [4, sizes[2]], [2, listedAs.length]),
      numbers([2, 0], [2, 0], [2, 0], [2, 0], [4, 0], [4, listedAt]),
      Buffer.from(listedAs),
    ])
    parts.push(local)
    for (let i = 0; i < (member.entries ?? 1); i++) directory.push(entry)
    position += local.byteLength
  }
  const listed = Buffer.concat(directory)
  const count = directory.length
  const end = numbers([4, 0x06054b50], [4, 0], [2, count], [2, count])
  return Buffer.concat([
    ...parts,
    listed,
    end,
    numbers([4, listed.byteLength], [4, position], [2, 0]),
  ])
}

function descriptorOf(
  kind: Member['descriptor'],
  sizes: readonly [number, number, number],
): Buffer {
  if (kind === undefined) return Buffer.alloc(0)
  const [crc, ...lengths] = sizes
  const bytes = kind === 'long' ? 8 : 4
  const signature = kind === 'bare' ? [] : [numbers([4, 0x08074b50])]
  const written = lengths.map((length): [number, number] => [bytes, length])
  return Buffer.concat([...signature, numbers([4, crc], ...written)])
}

/** Little-endian, each in so many bytes. */
function numbers(...list: readonly [bytes: number, value: number][]): Buffer {
  return Buffer.concat(
    list.map(([bytes, value]) => {
      const written = Buffer.alloc(bytes)
      if (bytes === 8) written.writeBigUInt64LE(BigInt(value))
      else written.writeUIntLE(value, 0, bytes)
      return written
    }),
  )
}
