import { describe, expect, test } from 'vitest'
import { WrongContentError } from '../../src/errors.ts'
import { chunkSizes, inspect } from './inspect.ts'
import { descriptor, soundDescriptor, vmdk } from './samples.ts'

const unsafe = (reason: string) =>
  new WrongContentError(`Cannot store image data: it has failed safety checks for vmdk: ${reason}`)

const type = 'createType="monolithicSparse"'
const extent = 'RW 8 SPARSE "disk.vmdk"'

describe('a vmdk', () => {
  test.each([
    ['type of another server', ['createType="vmfsSparse"', extent], 'its type is "vmfsSparse"'],
    ['type of many files', ['createType="monolithicFlat"', extent], 'its type is "monolithicFlat"'],
    ['no type', [extent], 'its descriptor has no createType'],
    ['two types', [type, 'CREATETYPE = "custom"', extent], 'its descriptor gives createtype twice'],
    [
      'extent with a path',
      [type, 'RW 8 SPARSE "/etc/shadow"'],
      'the name of an extent holds a path',
    ],
    ['extent with a way up', [type, 'RW 8 SPARSE "../x"'], 'the name of an extent holds a path'],
    [
      'second extent with a path',
      [type, extent, 'RW 8 FLAT "/dev/sda" 0'],
      'the name of an extent holds a path',
    ],
    ['extent in a file of its own', [type, 'RW 8 FLAT "passwd" 0'], 'an extent is not sparse'],
    ['no extent', [type], 'its descriptor has no extent'],
    ['a parent', ['parentCID=00000001', type, extent], 'it needs a parent disk'],
    [
      'the name of a parent',
      [type, 'parentFileNameHint="/etc/shadow"', extent],
      'it needs a parent disk',
    ],
    ['a line that means nothing', [type, extent, 'RW 8 SPARSE'], 'its descriptor is malformed'],
  ])('with %s is refused', (_name, lines, reason) => {
    const image = vmdk(descriptor(...lines))
    for (const chunkBytes of chunkSizes(image)) {
      expect(() => inspect('vmdk', image, { chunkBytes })).toThrow(unsafe(reason))
    }
  })

  test('with the line ends of Windows is taken', () => {
    expect(inspect('vmdk', vmdk(descriptor(type, extent).replaceAll('\n', '\r\n')))).toBe(4096)
  })

  test('written as a stream is taken when its footer repeats its header', () => {
    const image = vmdk(soundDescriptor, { footer: true })
    for (const chunkBytes of chunkSizes(image)) {
      expect(inspect('vmdk', image, { chunkBytes })).toBe(4096)
    }
  })

  test.each([
    ['no footer', () => vmdk(soundDescriptor, { footer: true }).subarray(0, -1024)],
    [
      'a footer without its marker',
      () => vmdk(soundDescriptor, { footer: true, changes: (_, marker) => marker.fill(0) }),
    ],
    [
      'a footer that is none',
      () => vmdk(soundDescriptor, { footer: true, changes: (_h, _m, footer) => footer.fill(0) }),
    ],
    [
      'a footer that points to another descriptor',
      () =>
        vmdk(soundDescriptor, {
          footer: true,
          changes: (_h, _m, footer) => footer.writeBigUInt64LE(7n, 28),
        }),
    ],
    [
      'something behind the footer',
      () => vmdk(soundDescriptor, { footer: true, changes: (_h, _m, _f, end) => end.fill(1) }),
    ],
  ])('written as a stream, with %s, is refused', (_name, make) => {
    const image = make()
    for (const chunkBytes of chunkSizes(image)) {
      expect(() => inspect('vmdk', image, { chunkBytes })).toThrow(
        unsafe('its footer is malformed'),
      )
    }
  })

  test('whose descriptor is elsewhere, too long, or beyond the end is refused', () => {
    const withDescriptor = (start: bigint, sectors: bigint) =>
      vmdk(soundDescriptor, {
        changes(header) {
          header.writeBigUInt64LE(start, 28)
          header.writeBigUInt64LE(sectors, 36)
        },
      })
    const refusals = [
      [withDescriptor(0n, 0n), 'its descriptor is cut off or missing'],
      [withDescriptor(0n, 4n), 'its descriptor is cut off or missing'],
      [withDescriptor(2n ** 40n, 4n), 'its descriptor is cut off or missing'],
      [withDescriptor(1n, 2n ** 40n), 'its descriptor is longer than 65536 bytes'],
    ] as const
    for (const [image, reason] of refusals) {
      expect(() => inspect('vmdk', image)).toThrow(unsafe(reason))
    }
  })

  test('of an old ESX server is refused', () => {
    expect(() => inspect('vmdk', Buffer.from('COWD, and so on'))).toThrow(
      unsafe('it is an extent of an old ESX server'),
    )
  })

  test('that is only a descriptor is refused, also where comments precede it', () => {
    for (const text of [soundDescriptor, '# a comment\n#\n \nversion=1\nx', 'version=3\r\n']) {
      expect(() => inspect('raw', Buffer.from(text))).toThrow(
        unsafe('its descriptor names other files'),
      )
    }
  })

  test.each(['version=4\n', '# only comments\n', 'a text\nversion=1\n', 'KDMV', ' '.repeat(600)])(
    'is not what begins with %j',
    (text) => {
      expect(inspect('raw', Buffer.from(text))).toBe(text.length)
    },
  )
})
