/** What is taken, what is refused, and when, whatever the format. */
import { describe, expect, test } from 'vitest'
import { WrongContentError } from '../../src/errors.ts'
import { bytesBeforeRefusal, chunkSizes, inspect } from './inspect.ts'
import { disc, luks, partitioned, qcow2, vdi, vhdFooter } from './samples.ts'

const text = Buffer.from('This is no image of any format.')

describe('data declared raw', () => {
  test.each([
    ['a text', text],
    ['a single byte', Buffer.alloc(1)],
    ['a qcow2', qcow2({})],
    ['a vdi', vdi()],
    ['a vhd', vhdFooter(3)],
    ['a disc', disc([1, 'CD001'])],
    ['a luks disk', luks()],
    ['a partitioned disk', partitioned({})],
  ])('is as long as it is stored, be it %s', (_name, bytes) => {
    for (const chunkBytes of chunkSizes(bytes)) {
      expect(inspect('raw', bytes, { chunkBytes })).toBe(bytes.length)
    }
  })

  test('has no virtual size when there is none of it', () => {
    expect(inspect('raw', Buffer.alloc(0))).toBe(null)
  })

  test('is refused when two readers would see two disks in it', () => {
    const both = Buffer.concat([qcow2({}), Buffer.alloc(4096)])
    partitioned({}).copy(both, 446, 446, 512)
    for (const requireMatch of [true, false]) {
      expect(() => inspect('raw', both, { requireMatch })).toThrow(
        new WrongContentError(
          'Cannot store image data: it has the formats qcow2 and gpt at once, and should have one',
        ),
      )
    }
  })
})

describe.each(['ami', 'ari', 'aki', 'ploop', 'something of the operator'])(
  'data declared %s',
  (declared) => {
    test('should look raw, and has no known virtual size', () => {
      expect(inspect(declared, text)).toBe(null)
    })

    test.each([
      ['qcow2', qcow2({})],
      ['gpt', partitioned({})],
      ['iso', disc([1, 'CD001'])],
    ])('is refused when it looks like %s', (format, bytes) => {
      expect(() => inspect(declared, bytes)).toThrow(
        new WrongContentError(
          `Cannot store image data: the disk_format of the image is "${declared}", but the data has the format "${format}"`,
        ),
      )
    })
  },
)

test.each(['ami', 'ari', 'aki', 'ovf', 'ova', 'docker', 'compressed', 'BARE'])(
  'the container %s is not inspected',
  (containerFormat) => {
    expect(inspect('qcow2', text, { containerFormat })).toBe(null)
    expect(inspect('raw', qcow2({ backingOffset: 8n }), { containerFormat })).toBe(null)
  },
)

describe('where formats need not match', () => {
  test.each([
    ['qcow2', vdi(), 4096, 'vdi'],
    ['ami', qcow2({}), 1024, 'qcow2'],
    ['vmdk', text, text.length, 'raw'],
    ['iso', partitioned({}), 4096, 'gpt'],
  ])('data declared %s is taken with a warning', (declared, bytes, size, format) => {
    const warnings: string[] = []
    const warn = (sentence: string) => void warnings.push(sentence)
    expect(inspect(declared, bytes, { requireMatch: false, warn })).toBe(size)
    expect(warnings).toEqual([
      `Stored image data as it is: the disk_format of the image is "${declared}", but the data has the format "${format}"`,
    ])
  })

  test('nothing is said of data that does match', () => {
    const warn = () => expect.unreachable('there is nothing to warn of')
    expect(inspect('qcow2', qcow2({}), { requireMatch: false, warn })).toBe(1024)
    expect(inspect('raw', qcow2({}), { requireMatch: false, warn })).toBe(512)
  })
})

describe('data is refused before more than 64 KiB of it have arrived', () => {
  const longer = (start: Buffer) => Buffer.concat([start, Buffer.alloc(100_000)])

  test.each([
    ['raw data declared qcow2', 'qcow2', Buffer.alloc(0)],
    ['a partitioned disk declared vmdk', 'vmdk', partitioned({})],
    ['a vdi declared vhd, which might have had a footer', 'vhd', vdi()],
    ['a qcow2 that names a backing file', 'qcow2', qcow2({ backingOffset: 8n })],
    ['a partition table that makes no sense', 'raw', partitioned()],
    ['a luks disk of version 2', 'raw', luks(2)],
    ['a disc declared qcow2', 'qcow2', disc([1, 'CD001'])],
  ])('%s', (_name, declared, start) => {
    expect(bytesBeforeRefusal(declared, longer(start))).toBeLessThan(65_536)
  })
})
