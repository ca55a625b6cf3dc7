/** Archives as programs write them are unpacked; whatever could mean two things is refused. */
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { crc32, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { InvalidError, TooLargeError } from '../../src/errors.ts'
import { ByteReader } from '../../src/import-plugins/byte-reader.ts'
import { decompress } from '../../src/import-plugins/decompression.ts'
import { isInstalled } from '../formats/outside-tools.ts'
import { type Member, zipped } from './zip-archive.ts'

const disk = Buffer.concat([randomBytes(100_000), Buffer.alloc(100_000)])

async function* inChunks(bytes: Uint8Array, size = 65_536): AsyncGenerator<Uint8Array> {
  // One memory for all: what was given before is not to be read any more.
  const memory = new Uint8Array(size)
  for (let at = 0; at < bytes.byteLength; at += size) {
    const chunk = bytes.subarray(at, at + size)
    memory.fill(0xee)
    memory.set(chunk)
    yield memory.subarray(0, chunk.byteLength)
  }
}

const growth = { times: 100, freeBytes: 2 ** 22 }

async function unpack(bytes: Uint8Array, { size = 65_536, times = 100 } = {}): Promise<Buffer> {
  await using input = new ByteReader(inChunks(bytes, size))
  const chunks: Uint8Array[] = []
  for await (const chunk of (await decompress(input, { ...growth, times })) ?? input) {
    chunks.push(Uint8Array.from(chunk))
  }
  return Buffer.concat(chunks)
}

describe.each([1, 7, 1000, 65_536, 1_000_000])('in chunks of %i bytes', (size) => {
  const disk = Buffer.concat([randomBytes(200 * size), Buffer.alloc(300)]).subarray(-200_000)
  const half = disk.byteLength / 2

  test('gzip is unpacked, several members and zeros behind them too', async () => {
    const members = [gzipSync(disk.subarray(0, half)), gzipSync(disk.subarray(half))]
    const padded = Buffer.concat([...members, Buffer.alloc(600)])
    expect((await unpack(padded, { size })).equals(disk)).toBe(true)
  })

  test.each([
    ['deflated', {}],
    ['stored', { method: 0 }],
    ['deflated, with a descriptor', { descriptor: 'short' }],
    ['deflated, with a long descriptor', { descriptor: 'long' }],
    ['deflated, with a descriptor without signature', { descriptor: 'bare' }],
  ] satisfies [string, Partial<Member>][])('a ZIP archive is unpacked: %s', async (_, how) => {
    expect((await unpack(zipped([{ data: disk, ...how }]), { size })).equals(disk)).toBe(true)
  })

  test('what is not compressed passes as it is', async () => {
    expect((await unpack(disk, { size })).equals(disk)).toBe(true)
    expect(await unpack(Buffer.from('PK'), { size })).toEqual(Buffer.from('PK'))
    expect(await unpack(Buffer.alloc(0), { size })).toEqual(Buffer.alloc(0))
  })
})

test.skipIf(!isInstalled('zip'))(
  'what zip writes into a pipe is unpacked (skipped where there is none)',
  async () => {
    const { stdout } = spawnSync('zip', ['-q', '-', '-'], { input: disk })
    expect((await unpack(stdout)).equals(disk)).toBe(true)
  },
)

const whole = zipped([{ data: disk }])
const damagedZip = Buffer.from(whole)
damagedZip.writeUInt8(damagedZip.readUInt8(500) ^ 1, 500)

test.each([
  ['gzip that ends early', gzipSync(disk).subarray(0, -9), /damaged, or ends early/],
  ['gzip with other data behind', Buffer.concat([gzipSync(disk), Buffer.from('more')]), /damaged/],
  [
    'gzip with data behind zeros',
    Buffer.concat([gzipSync(disk), Buffer.alloc(9), disk]),
    /damaged/,
  ],
  ['gzip with a wrong sum', wrongSum(gzipSync(disk)), /damaged/],
  ['ZIP with a wrong byte', damagedZip, /damaged/],
  ['ZIP that ends early', whole.subarray(0, -1), /damaged/],
  ['ZIP without its directory', whole.subarray(0, -100), /damaged/],
  ['ZIP with two members', zipped([{ data: disk }, { data: disk }]), /several members/],
  [
    'ZIP with two members and descriptors',
    zipped([{ data: disk, descriptor: 'short' }, { data: disk }]),
    /several members/,
  ],
  ['ZIP whose directory has two entries', zipped([{ data: disk, entries: 2 }]), /several members/],
  [
    'ZIP whose directory says another name',
    zipped([{ data: disk, listedAs: 'b' }]),
    /its directory/,
  ],
  ['ZIP whose directory leads elsewhere', zipped([{ data: disk, listedAt: 40 }]), /its directory/],
  ['ZIP whose directory says another size', zipped([{ data: disk, listedBytes: 3 }]), /damaged/],
  ['ZIP with something behind', Buffer.concat([whole, disk]), /follows its end/],
  ['ZIP with something in between', zipped([{ data: disk, between: disk }]), /damaged/],
  ['ZIP of a directory', zipped([{ data: Buffer.alloc(0), name: 'a/' }]), /a directory/],
  ['encrypted ZIP', zipped([{ data: disk, flags: 1 }]), /encrypted/],
  ['ZIP of another method', zipped([{ data: disk, method: 12 }]), /method 12/],
  [
    'stored ZIP of unknown length',
    zipped([{ data: disk, method: 0, flags: 8 }]),
    /where its member ends/,
  ],
] satisfies [string, Uint8Array, RegExp][])('%s is refused', async (_, archive, why) => {
  await expect(unpack(archive)).rejects.toThrow(InvalidError)
  await expect(unpack(archive, { size: 1000 })).rejects.toThrow(why)
})

function wrongSum(gzip: Buffer): Buffer {
  gzip.writeUInt32LE(crc32('else'), gzip.byteLength - 8)
  return gzip
}

describe('a bomb', () => {
  const zeros = Buffer.alloc(growth.freeBytes + 1)

  /** Members of zeros, one after the other: as many as are asked for. */
  async function* endless(): AsyncGenerator<Uint8Array> {
    const member = gzipSync(Buffer.alloc(2 ** 20))
    for (;;) yield member
  }

  test('of gzip is given up when it has grown too much', async () => {
    await using input = new ByteReader(endless())
    let sizeBytes = 0
    const explode = async () => {
      for await (const chunk of (await decompress(input, growth)) ?? []) sizeBytes += chunk.length
    }
    await expect(explode()).rejects.toThrow(TooLargeError)
    expect(sizeBytes).toBe(growth.freeBytes)
  })

  test('of ZIP is given up when it has grown too much', async () => {
    const bomb = unpack(zipped([{ data: zeros }]))
    await expect(bomb).rejects.toThrow(/more than 100 times its length/)
  })

  test('is let pass where the operator allows it, and where it is short', async () => {
    expect((await unpack(gzipSync(zeros), { times: 2000 })).equals(zeros)).toBe(true)
    const short = zeros.subarray(1)
    expect((await unpack(gzipSync(short))).equals(short)).toBe(true)
  })
})

test('leaving early lets go of what the bytes hold open', async () => {
  let open = true
  async function* bytes() {
    try {
      for (;;) yield gzipSync(disk)
    } finally {
      open = false
    }
  }
  {
    await using input = new ByteReader(bytes())
    for await (const _ of (await decompress(input, growth)) ?? []) break
  }
  expect(open).toBe(false)
})

test('a source that breaks off is told as it is', async () => {
  async function* bytes() {
    yield gzipSync(disk).subarray(0, 50_000)
    throw new Error('the connection broke')
  }
  await using input = new ByteReader(bytes())
  const read = async () => {
    for await (const _ of (await decompress(input, growth)) ?? []);
  }
  await expect(read()).rejects.toThrow('the connection broke')
})
