/**
 * Machine code as a list that can be read: each line its bytes and what they do, with names for the
 * places that are jumped to.
 */

export type Line =
  | { readonly kind: 'bytes'; readonly bytes: readonly number[] }
  | { readonly kind: 'place'; readonly name: string }
  | { readonly kind: 'near'; readonly opcode: number; readonly target: string }
  | { readonly kind: 'address'; readonly opcode: number; readonly target: string }

/** One instruction, or data. `does` is for the reader of the list only. */
export function code(_does: string, ...bytes: readonly number[]): Line {
  return { kind: 'bytes', bytes }
}

/** Names the place where the next line goes. */
export function place(name: string): Line {
  return { kind: 'place', name }
}

/** A jump of at most 127 bytes: the opcode, then the distance from its end. */
export function jump(_does: string, opcode: number, target: string): Line {
  return { kind: 'near', opcode, target }
}

/** An instruction that takes the 16-bit address of a place. */
export function withAddress(_does: string, opcode: number, target: string): Line {
  return { kind: 'address', opcode, target }
}

/** @param origin address in memory at which the first byte will lie. */
export function assemble(lines: readonly Line[], origin: number): Uint8Array {
  const places = placesIn(lines)
  const bytes: number[] = []
  for (const line of lines) {
    if (line.kind === 'bytes') bytes.push(...line.bytes)
    if (line.kind === 'near') {
      const end = bytes.length + lengthBytes(line)
      bytes.push(line.opcode, signedByte(offsetOf(line.target, places) - end))
    }
    if (line.kind === 'address') {
      const address = origin + offsetOf(line.target, places)
      bytes.push(line.opcode, address & 0xff, address >> 8)
    }
  }
  return Uint8Array.from(bytes)
}

function placesIn(lines: readonly Line[]): Map<string, number> {
  const places = new Map<string, number>()
  let offset = 0
  for (const line of lines) {
    if (line.kind === 'place') places.set(line.name, offset)
    offset += lengthBytes(line)
  }
  return places
}

function lengthBytes(line: Line): number {
  if (line.kind === 'bytes') return line.bytes.length
  if (line.kind === 'place') return 0
  return line.kind === 'near' ? 2 : 3
}

function offsetOf(target: string, places: ReadonlyMap<string, number>): number {
  const offset = places.get(target)
  if (offset === undefined) throw new RangeError(`Cannot assemble: there is no place "${target}"`)
  return offset
}

function signedByte(distance: number): number {
  if (distance < -128 || distance > 127) {
    throw new RangeError(`Cannot assemble: a near jump cannot go ${distance} bytes`)
  }
  return distance & 0xff
}
