import { expect, test } from 'vitest'
import { bootSector } from './boot-sector.ts'

const mebibyte = 1024 * 1024

test('a boot sector is 512 bytes that end in 55 AA', () => {
  const sector = bootSector('Hello', 8 * mebibyte)
  expect(sector).toHaveLength(512)
  expect([...sector.slice(510)]).toEqual([0x55, 0xaa])
})

test('its one partition is bootable, begins at 1 MiB and ends with the disk', () => {
  const sector = Buffer.from(bootSector('Hello', 8 * mebibyte))
  const entry = sector.subarray(446, 462)
  expect(entry[0]).toBe(0x80)
  expect([...entry.subarray(1, 4)]).toEqual([32, 33, 0]) // head, sector, cylinder of sector 2048
  expect(entry[4]).toBe(0x83)
  expect([...entry.subarray(5, 8)]).toEqual([5, 4, 1]) // of sector 16383
  expect(entry.readUInt32LE(8)).toBe(2048)
  expect(entry.readUInt32LE(12)).toBe(7 * 2048)
  expect(sector.subarray(462, 510).every((byte) => byte === 0)).toBe(true)
})

test('a sector that old BIOSes cannot count to is written as all ones', () => {
  const entry = Buffer.from(bootSector('Hello', 16 * 1024 * mebibyte)).subarray(446, 462)
  expect([...entry.subarray(5, 8)]).toEqual([0xfe, 0xff, 0xff])
})

test('a line of 300 characters fits, one of 440 is refused', () => {
  expect(bootSector('x'.repeat(300), 8 * mebibyte)).toHaveLength(512)
  expect(() => bootSector('x'.repeat(440), 8 * mebibyte)).toThrow(RangeError)
})

test('a line that a serial console cannot show is refused', () => {
  expect(() => bootSector('Grüezi', 8 * mebibyte)).toThrow('its line is not ASCII')
})

test('a disk that ends before its partition begins is refused', () => {
  expect(() => bootSector('Hello', mebibyte)).toThrow('a disk of 1048576 bytes is too small')
})
