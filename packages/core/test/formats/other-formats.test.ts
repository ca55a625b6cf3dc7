/** VHD, VHDX, VDI, LUKS and QED, as far as QEMU does not write what is tested. */
import { describe, expect, test } from 'vitest'
import { WrongContentError } from '../../src/errors.ts'
import { chunkSizes, inspect } from './inspect.ts'
import { luks, partitioned, qcow2, qed, vdi, vhdFooter, vhdx } from './samples.ts'

const unsafe = (format: string, reason: string) =>
  new WrongContentError(
    `Cannot store image data: it has failed safety checks for ${format}: ${reason}`,
  )

function everyWay(image: Buffer, check: (chunkBytes: number) => void): void {
  for (const chunkBytes of chunkSizes(image)) check(chunkBytes)
}

const fixedVhd = (disk: Buffer) => Buffer.concat([disk, vhdFooter(2)])

describe('a vhd of fixed size', () => {
  test.each([
    ['an empty disk', Buffer.alloc(8192)],
    ['a partitioned disk', partitioned({})],
    ['a disk of no bytes', Buffer.alloc(0)],
  ])('is %s and a footer', (_name, disk) => {
    const image = fixedVhd(disk)
    everyWay(image, (chunkBytes) => expect(inspect('vhd', image, { chunkBytes })).toBe(8192))
  })

  test('is raw for all who did not declare it, so that no guest can make one', () => {
    const image = fixedVhd(partitioned({}))
    everyWay(image, (chunkBytes) => {
      expect(inspect('raw', image, { chunkBytes })).toBe(image.length)
      expect(() => inspect('vmdk', image, { chunkBytes })).toThrow('the data has the format "gpt"')
    })
  })

  test('holds no image of another format', () => {
    const image = fixedVhd(qcow2({}))
    everyWay(image, (chunkBytes) => {
      const isRefused = 'it has the formats qcow2 and vhd at once'
      expect(() => inspect('vhd', image, { chunkBytes })).toThrow(isRefused)
      expect(() => inspect('vhd', image, { chunkBytes, requireMatch: false })).toThrow(isRefused)
    })
  })

  test('is not waited for when its disk already has another format', () => {
    const image = fixedVhd(Buffer.concat([qcow2({}), Buffer.alloc(100_000)]))
    const isMismatch = 'is "vhd", but the data has the format "qcow2"'
    everyWay(image, (chunkBytes) =>
      expect(() => inspect('vhd', image, { chunkBytes })).toThrow(isMismatch),
    )
  })

  test('holds no partition table that makes no sense', () => {
    for (const disk of [partitioned(), Buffer.concat([partitioned(), Buffer.alloc(100_000)])]) {
      expect(() => inspect('vhd', fixedVhd(disk))).toThrow('failed safety checks for gpt')
    }
  })

  test.each([3, 4])('does not end in a footer of type %s', (type) => {
    const image = Buffer.concat([Buffer.alloc(8192), vhdFooter(type)])
    expect(() => inspect('vhd', image)).toThrow('the data has the format "raw"')
  })

  test('does not end a byte after its footer', () => {
    const image = Buffer.concat([fixedVhd(Buffer.alloc(8192)), Buffer.alloc(1)])
    expect(() => inspect('vhd', image)).toThrow('the data has the format "raw"')
  })
})

test('a vhd that only holds differences is refused', () => {
  const image = Buffer.concat([vhdFooter(4), Buffer.alloc(2048), vhdFooter(4)])
  everyWay(image, (chunkBytes) =>
    expect(() => inspect('vhd', image, { chunkBytes })).toThrow(
      unsafe('vhd', 'it needs a parent disk'),
    ),
  )
})

describe('a vhdx', () => {
  test('tells its size wherever its items are', () => {
    const image = vhdx()
    everyWay(image, (chunkBytes) => expect(inspect('vhdx', image, { chunkBytes })).toBe(4096))
  })

  test('is read by its second region table when the first is damaged', () => {
    expect(inspect('vhdx', vhdx({ firstTable: 'gone' }))).toBe(4096)
  })

  test.each([
    ['needs a parent', vhdx({ flags: 2 }), 'it needs a parent disk'],
    ['has no items', vhdx({ items: 0 }), 'its metadata is damaged'],
    ['has one item', vhdx({ items: 1 }), 'its metadata is damaged'],
    ['points back', vhdx({ metadataOffset: 0n }), 'its metadata table is damaged or cut off'],
    [
      'points far away',
      vhdx({ metadataOffset: 2n ** 63n }),
      'its metadata table is damaged or cut off',
    ],
    ['ends early', vhdx().subarray(0, 200_000), 'its region table is damaged or cut off'],
  ])('that %s is refused', (_name, image, reason) => {
    everyWay(image, (chunkBytes) =>
      expect(() => inspect('vhdx', image, { chunkBytes })).toThrow(unsafe('vhdx', reason)),
    )
  })

  test('that says it has more items than fit is read as far as it goes', () => {
    expect(inspect('vhdx', vhdx({ items: 65_535 }))).toBe(4096)
  })
})

describe('a vdi', () => {
  test('tells its size', () => expect(inspect('vdi', vdi())).toBe(4096))

  test('that only holds differences is refused', () => {
    expect(() => inspect('vdi', vdi(4))).toThrow(unsafe('vdi', 'it needs a parent disk'))
  })

  test('shorter than its header is raw', () => {
    expect(inspect('raw', vdi().subarray(0, 375))).toBe(375)
  })
})

describe('a luks disk', () => {
  test('is as long as what follows its header', () => {
    expect(inspect('luks', luks())).toBe(4096)
    expect(inspect('luks', luks().subarray(0, 1000))).toBe(0)
  })

  test.each([0, 2, 3])('of version %s is refused, also as raw', (version) => {
    for (const declared of ['luks', 'raw']) {
      expect(() => inspect(declared, luks(version))).toThrow(
        unsafe('luks', `its version is ${version}, not 1`),
      )
    }
  })
})

test('a qed is refused, whatever it is declared as', () => {
  for (const declared of ['qed', 'raw', 'qcow2']) {
    expect(() => inspect(declared, qed())).toThrow(unsafe('qed', 'QED images are never taken'))
  }
})
