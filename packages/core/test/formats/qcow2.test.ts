import { describe, expect, test } from 'vitest'
import { WrongContentError } from '../../src/errors.ts'
import { chunkSizes, inspect } from './inspect.ts'
import { qcow2 } from './samples.ts'

const unsafe = (reason: string) =>
  new WrongContentError(`Cannot store image data: it has failed safety checks for qcow2: ${reason}`)

describe('a qcow2', () => {
  test.each([
    ['version 4', { version: 4 }, 'its version is 4, not 2 or 3'],
    ['version 0', { version: 0 }, 'its version is 0, not 2 or 3'],
    ['a backing file far away', { backingOffset: 1n << 40n }, 'it names a backing file'],
    [
      'a backing file, in version 2',
      { version: 2, backingOffset: 600n },
      'it names a backing file',
    ],
    ['an external data file', { features: 4n }, 'it keeps its data in an external file'],
    ['a feature nobody knows', { features: 32n }, 'it has unknown features (0x20)'],
    [
      'the last of all features',
      { features: 1n << 63n },
      'it has unknown features (0x8000000000000000)',
    ],
  ])('with %s is refused', (_name, changes, reason) => {
    const image = qcow2(changes)
    for (const chunkBytes of chunkSizes(image)) {
      expect(() => inspect('qcow2', image, { chunkBytes })).toThrow(unsafe(reason))
    }
  })

  test.each([
    ['is dirty', 1n],
    ['is marked corrupt', 2n],
    ['names its compression', 8n],
    ['has an extended L2 table', 16n],
  ])('that %s is taken', (_name, features) => {
    expect(inspect('qcow2', qcow2({ features }))).toBe(1024)
  })

  test('of version 2 has no features, whatever stands in their place', () => {
    expect(inspect('qcow2', qcow2({ version: 2, features: 4n }))).toBe(1024)
  })

  test('of version 3 that ends before its features is refused', () => {
    expect(() => inspect('qcow2', qcow2({}).subarray(0, 76))).toThrow(
      unsafe('its header is cut off'),
    )
  })

  test('shorter than any header is raw', () => {
    expect(inspect('raw', qcow2({}).subarray(0, 71))).toBe(71)
  })

  test('whose disk is longer than can be counted is refused', () => {
    expect(() => inspect('qcow2', qcow2({ size: 2n ** 63n }))).toThrow(
      unsafe('its disk is said to be longer than any disk'),
    )
    expect(inspect('qcow2', qcow2({ size: 2n ** 53n - 1n }))).toBe(Number.MAX_SAFE_INTEGER)
  })
})
