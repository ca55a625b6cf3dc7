/**
 * Unpacks a ZIP archive of one member while it streams by.
 *
 *   local header │ data │ descriptor? │ directory: one entry │ end of directory │ nothing
 *
 * Readers of ZIP go by the header before the data, or by the directory behind it, and an archive in
 * which the two differ shows each of them another file. So everything that is said twice must be the
 * same, and nothing may stand between, before or behind the parts.
 *
 * Source: PKWARE, APPNOTE.TXT, section 4.
 */
import { crc32, createInflateRaw } from 'node:zlib'
import { InvalidError } from '../errors.ts'
import type { ByteReader } from './byte-reader.ts'
import { chunkBytes, damaged, inflate } from './inflate.ts'

export const zipSignature = Buffer.from('PK\x03\x04', 'latin1')
const directorySignature = Buffer.from('PK\x01\x02', 'latin1')
const descriptorSignature = Buffer.from('PK\x07\x08', 'latin1')
const endSignature = Buffer.from('PK\x05\x06', 'latin1')
const longEndSignature = Buffer.from('PK\x06\x06', 'latin1')
const longEndLocatorBytes = 20

const stored = 0
const deflated = 8
/** Encrypted, in one of three ways. */
const encryptedFlags = 0x2041
const hasDescriptorFlag = 8

/** What a header says of a member. */
type Header = {
  readonly flags: number
  readonly method: number
  readonly crc: number
  readonly packedBytes: number
  readonly sizeBytes: number
  readonly name: Buffer
}

/** What the data turned out to be. */
type Found = Pick<Header, 'crc' | 'packedBytes' | 'sizeBytes'>

/**
 * The bytes of the one member. Whether the archive is what it should be shows at its end only.
 *
 * @throws {InvalidError} when it has more members than one, or is not what we read.
 */
export async function* unzip(input: ByteReader): AsyncGenerator<Uint8Array> {
  const header = await readLocalHeader(input)
  requireReadable(header)
  const start = input.position
  const bytes =
    header.method === deflated
      ? inflate(input, createInflateRaw({ chunkSize: chunkBytes }))
      : takeStored(input, header.packedBytes)
  let crc = 0
  let sizeBytes = 0
  for await (const chunk of bytes) {
    crc = crc32(chunk, crc)
    sizeBytes += chunk.byteLength
    yield chunk
  }
  const found = { crc, packedBytes: input.position - start, sizeBytes }
  if (hasDescriptor(header)) await takeDescriptor(input, found)
  else requireSame(header, found)
  await takeDirectory(input, header, found)
  await requireEnd(input)
}

async function readLocalHeader(input: ByteReader): Promise<Header> {
  const fixed = await takeAll(input, 30)
  const name = await takeAll(input, fixed.readUInt16LE(26))
  const extra = await takeAll(input, fixed.readUInt16LE(28))
  return {
    flags: fixed.readUInt16LE(6),
    method: fixed.readUInt16LE(8),
    crc: fixed.readUInt32LE(14),
    ...sizesOf(fixed, 18, extra),
    name,
  }
}

/** Sizes of four bytes; those that are too large for them stand in the extra field of ZIP64. */
function sizesOf(fixed: Buffer, at: number, extra: Buffer) {
  const long = [...longNumbers(extra)]
  const read = (offset: number) => {
    const short = fixed.readUInt32LE(offset)
    return short === 0xffff_ffff ? (long.shift() ?? short) : short
  }
  const sizeBytes = read(at + 4)
  return { packedBytes: read(at), sizeBytes }
}

function* longNumbers(extra: Buffer): Generator<number> {
  for (let at = 0; at + 4 <= extra.byteLength; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue
    const field = extra.subarray(at + 4, at + 4 + extra.readUInt16LE(at + 2))
    for (let offset = 0; offset + 8 <= field.byteLength; offset += 8) {
      yield Number(field.readBigUInt64LE(offset))
    }
    return
  }
}

function requireReadable({ flags, method, name }: Header): void {
  if ((flags & encryptedFlags) !== 0) throw unreadable('its member is encrypted')
  if (name.at(-1) === 0x2f) throw unreadable('its first member is a directory')
  if (method !== stored && method !== deflated) {
    throw unreadable(`its member is compressed by method ${method}, and should be deflated`)
  }
  if (method === stored && (flags & hasDescriptorFlag) !== 0) {
    throw unreadable('nobody could tell where its member ends')
  }
}

function hasDescriptor({ flags }: Header): boolean {
  return (flags & hasDescriptorFlag) !== 0
}

async function* takeStored(input: ByteReader, lengthBytes: number): AsyncGenerator<Uint8Array> {
  for (let left = lengthBytes; left > 0; ) {
    const chunk = await input.next(left)
    if (chunk === undefined) throw damaged()
    left -= chunk.byteLength
    yield chunk
  }
}

function requireSame(said: Found, found: Found): void {
  const isSame =
    said.crc === found.crc &&
    said.packedBytes === found.packedBytes &&
    said.sizeBytes === found.sizeBytes
  if (!isSame) throw damaged()
}

/** With a signature or without, with sizes of four bytes or of eight: writers differ. */
async function takeDescriptor(input: ByteReader, found: Found): Promise<void> {
  const forms = [descriptorSignature, Buffer.alloc(0)].flatMap((signature) => [
    ...(found.sizeBytes < 2 ** 32 && found.packedBytes < 2 ** 32
      ? [Buffer.concat([signature, numbers([found.crc, found.packedBytes, found.sizeBytes], [])])]
      : []),
    Buffer.concat([signature, numbers([found.crc], [found.packedBytes, found.sizeBytes])]),
  ])
  const ahead = await input.peek(28)
  const form = forms.find((one) =>
    [directorySignature, zipSignature].some((next) =>
      ahead.subarray(0, one.byteLength + 4).equals(Buffer.concat([one, next])),
    ),
  )
  if (form === undefined) throw damaged()
  await input.take(form.byteLength)
}

function numbers(short: readonly number[], long: readonly number[]): Buffer {
  const written = Buffer.alloc(4 * short.length + 8 * long.length)
  short.forEach((number, i) => void written.writeUInt32LE(number, 4 * i))
  long.forEach(
    (number, i) => void written.writeBigUInt64LE(BigInt(number), 4 * short.length + 8 * i),
  )
  return written
}

async function takeDirectory(input: ByteReader, header: Header, found: Found): Promise<void> {
  const ahead = await input.peek(4)
  if (ahead.equals(zipSignature)) throw notOne()
  if (!ahead.equals(directorySignature)) throw damaged()
  const fixed = await takeAll(input, 46)
  const name = await takeAll(input, fixed.readUInt16LE(28))
  const extra = await takeAll(input, fixed.readUInt16LE(30))
  await takeAll(input, fixed.readUInt16LE(32))
  requireSame({ crc: fixed.readUInt32LE(16), ...sizesOf(fixed, 20, extra) }, found)
  const isSame =
    (fixed.readUInt16LE(8) & encryptedFlags) === 0 &&
    fixed.readUInt16LE(10) === header.method &&
    fixed.readUInt32LE(42) === 0 && // the member begins with the archive
    name.equals(header.name)
  if (!isSame) throw unreadable('its directory says something else than the header of its member')
}

async function requireEnd(input: ByteReader): Promise<void> {
  const ahead = await input.peek(4)
  if (ahead.equals(longEndSignature)) {
    const lengthBytes = Number((await takeAll(input, 12)).readBigUInt64LE(4))
    if (lengthBytes > 0xffff) throw unreadable('the end of its directory is too long')
    const longEnd = await takeAll(input, lengthBytes)
    if (lengthBytes < 44 || longEnd.readBigUInt64LE(20) !== 1n) throw notOne()
    await takeAll(input, longEndLocatorBytes)
  }
  const end = await takeAll(input, 22)
  if (end.subarray(0, 4).equals(directorySignature)) throw notOne()
  if (!end.subarray(0, 4).equals(endSignature)) throw damaged()
  const entries = end.readUInt16LE(10)
  if (entries !== 1 && !(entries === 0xffff && ahead.equals(longEndSignature))) throw notOne()
  await takeAll(input, end.readUInt16LE(20))
  if ((await input.peek(1)).byteLength > 0) throw unreadable('something follows its end')
}

async function takeAll(input: ByteReader, length: number): Promise<Buffer> {
  const taken = await input.take(length)
  if (taken.byteLength < length) throw damaged()
  return taken
}

function notOne(): InvalidError {
  return unreadable('it has several members, and should have one')
}

function unreadable(what: string): InvalidError {
  return new InvalidError(`Cannot decompress the data: of the ZIP archive, ${what}`)
}
