import { describe, expect, test } from 'vitest'
import { WrongContentError } from '../../src/errors.ts'
import { chunkSizes, inspect } from './inspect.ts'
import { isInstalled, openWorkshop } from './outside-tools.ts'
import { type Partition, partitioned, protective } from './samples.ts'

const unsafe = (reason: string) =>
  new WrongContentError(`Cannot store image data: it has failed safety checks for gpt: ${reason}`)

const sound: [string, Partition[]][] = [
  ['one partition', [{}]],
  ['four partitions, one to boot from', [{}, { flag: 0x80 }, { type: 5 }, { type: 0x82 }]],
  ['addresses only by LBA', [{ firstChs: [0, 0, 0], lastChs: [0, 0, 0] }]],
  ['addresses too large for CHS', [{ firstChs: [0xfe, 0xff, 0xff], lastChs: [0xfe, 0xff, 0xff] }]],
  ['a GPT', [protective]],
  ['a GPT of known length', [{ ...protective, lastChs: [0x28, 0x20, 0x08], sectors: 131_071 }]],
  ['a GPT that old firmware may boot from', [{ ...protective, flag: 0x80 }]],
  ['the largest partition', [{ firstLba: 2048, sectors: 2 ** 32 - 2048 }]],
]

const noSense: [string, Partition[], string][] = [
  ['no partition', [], 'it has the signature of a partition table and no partitions'],
  ['a boot flag of 1', [{ flag: 1 }], 'partition 1 has the boot flag 0x1'],
  [
    'a boot flag in an unused entry',
    [{}, { type: 0, flag: 0x7f }],
    'partition 2 has the boot flag 0x7f',
  ],
  [
    'a partition before a GPT',
    [{}, protective],
    'it has other partitions beside the one that protects its GPT',
  ],
  [
    'a partition after a GPT',
    [protective, {}],
    'it has other partitions beside the one that protects its GPT',
  ],
  [
    'two GPTs',
    [protective, protective],
    'it has other partitions beside the one that protects its GPT',
  ],
  ['a GPT elsewhere', [{ ...protective, firstLba: 2 }], 'partition 1 has an LBA out of range'],
  [
    'a first sector 0 of a cylinder',
    [{ firstChs: [1, 0, 0] }],
    'partition 1 has a CHS address out of range',
  ],
  [
    'a last sector 0 of a cylinder',
    [{}, { lastChs: [1, 0xc0, 9] }],
    'partition 2 has a CHS address out of range',
  ],
  ['a partition over the table', [{ firstLba: 0 }], 'partition 1 has an LBA out of range'],
  ['a partition of no sectors', [{ sectors: 0 }], 'partition 1 has an LBA out of range'],
  [
    'a partition beyond all sectors',
    [{ firstLba: 2049, sectors: 2 ** 32 - 2048 }],
    'partition 1 has an LBA out of range',
  ],
]

describe('a partition table with', () => {
  test.each(sound)('%s is taken, as gpt and as raw', (_name, partitions) => {
    const image = partitioned(...partitions)
    for (const chunkBytes of chunkSizes(image)) {
      expect(inspect('gpt', image, { chunkBytes })).toBe(4096)
      expect(inspect('raw', image, { chunkBytes })).toBe(4096)
    }
  })

  test.each(noSense)('%s is refused, as gpt and as raw', (_name, partitions, reason) => {
    const image = partitioned(...partitions)
    for (const chunkBytes of chunkSizes(image)) {
      expect(() => inspect('gpt', image, { chunkBytes })).toThrow(unsafe(reason))
      expect(() => inspect('raw', image, { chunkBytes })).toThrow(unsafe(reason))
    }
  })
})

const mebibyte = 2 ** 20
const disks: { tool: string; sizeBytes: number; parameters: string; input?: string }[] = [
  { tool: 'sfdisk', sizeBytes: 64 * mebibyte, parameters: 'disk', input: 'label: gpt\nsize=10M\n' },
  {
    tool: 'sfdisk',
    sizeBytes: 64 * mebibyte,
    parameters: 'disk',
    input: 'label: dos\nsize=10M, type=83, bootable\nsize=5M, type=82\ntype=5\n',
  },
  { tool: 'sgdisk', sizeBytes: 64 * mebibyte, parameters: '-n 1:2048:+10M disk' },
  { tool: 'sgdisk', sizeBytes: 5 * mebibyte * mebibyte, parameters: '-n 1:2048:+10M disk' },
  {
    tool: 'parted',
    sizeBytes: 64 * mebibyte,
    parameters: '-s disk mklabel gpt mkpart a 1MiB 20MiB disk_set pmbr_boot on',
  },
  {
    tool: 'parted',
    sizeBytes: 64 * mebibyte,
    parameters: '-s disk mklabel msdos mkpart primary 1MiB 20MiB mkpart extended 20MiB 100%',
  },
  {
    tool: 'parted',
    sizeBytes: 100 * 2 ** 30,
    parameters: '-s disk mklabel msdos mkpart primary 1MiB 100%',
  },
]

const fileSystems: { tool: string; sizeBytes: number; parameters: string }[] = [
  { tool: 'mkfs.fat', sizeBytes: 1440 * 1024, parameters: 'disk' },
  { tool: 'mkfs.fat', sizeBytes: 64 * mebibyte, parameters: 'disk' },
  { tool: 'mkfs.fat', sizeBytes: 600 * mebibyte, parameters: '-F 32 disk' },
  { tool: 'mkntfs', sizeBytes: 64 * mebibyte, parameters: '-F -q disk' },
  { tool: 'mkfs.exfat', sizeBytes: 64 * mebibyte, parameters: 'disk' },
  { tool: 'mkfs.ext4', sizeBytes: 64 * mebibyte, parameters: '-q disk' },
]

/** The beginning of a disk that the tool has made. */
function make(disk: { tool: string; sizeBytes: number; parameters: string; input?: string }) {
  using workshop = openWorkshop()
  workshop.blank('disk', disk.sizeBytes)
  workshop.run(disk.tool, disk.parameters.split(' '), disk.input)
  return workshop.readStart('disk', mebibyte)
}

for (const disk of disks) {
  const { tool, sizeBytes, parameters, input } = disk
  const name = `${tool} ${parameters} ${JSON.stringify(input ?? '')}, ${sizeBytes} bytes`
  describe.skipIf(!isInstalled(tool))(`${name} (skipped where there is no ${tool})`, () => {
    test('makes a disk that is taken, as gpt and as raw', () => {
      const start = make(disk)
      expect(inspect('gpt', start)).toBe(start.length)
      expect(inspect('raw', start)).toBe(start.length)
    })
  })
}

for (const disk of fileSystems) {
  const { tool, sizeBytes, parameters } = disk
  const name = `${tool} ${parameters}, ${sizeBytes} bytes`
  describe.skipIf(!isInstalled(tool))(`${name} (skipped where there is no ${tool})`, () => {
    test('makes a disk that is raw, though it may end its first sector like a table', () => {
      const start = make(disk)
      expect(inspect('raw', start)).toBe(start.length)
      expect(() => inspect('gpt', start)).toThrow('the data has the format "raw"')
    })
  })
}
