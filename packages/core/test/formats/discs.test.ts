import { describe, expect, test } from 'vitest'
import { WrongContentError } from '../../src/errors.ts'
import { chunkSizes, inspect } from './inspect.ts'
import { isInstalled, openWorkshop } from './outside-tools.ts'
import { disc, discSectors, partitioned } from './samples.ts'

const volumeBytes = 20 * 2048
const storedBytes = discSectors * 2048

describe('a disc', () => {
  test.each([
    ['its volume first', disc([1, 'CD001'], [255, 'CD001']), volumeBytes],
    ['a boot record first', disc([0, 'CD001'], [2, 'CD001'], [1, 'CD001']), volumeBytes],
    [
      'both file systems',
      disc([1, 'CD001'], [255, 'CD001'], [0, 'BEA01'], [0, 'NSR02']),
      volumeBytes,
    ],
    ['UDF alone', disc([0, 'BEA01'], [0, 'NSR03'], [0, 'TEA01']), storedBytes],
  ])('with %s is an iso', (_name, image, sizeBytes) => {
    for (const chunkBytes of chunkSizes(image)) {
      expect(inspect('iso', image, { chunkBytes })).toBe(sizeBytes)
    }
  })

  test.each([
    ['no volume', disc([255, 'CD001'])],
    ['UDF that begins and does not go on', disc([0, 'BEA01'], [0, 'TEA01'])],
    ['another system', disc([1, 'CDROM'])],
    ['nothing behind the boot loaders', disc([1, 'CD001']).subarray(0, 16 * 2048)],
    ['half a descriptor', disc([1, 'CD001']).subarray(0, 17 * 2048 - 1)],
  ])('with %s is raw', (_name, image) => {
    for (const chunkBytes of chunkSizes(image)) {
      expect(inspect('raw', image, { chunkBytes })).toBe(image.length)
      expect(() => inspect('iso', image, { chunkBytes })).toThrow(
        new WrongContentError(
          'Cannot store image data: the disk_format of the image is "iso", but the data has the format "raw"',
        ),
      )
    }
  })

  test.each([
    ['a sound table', partitioned({})],
    ['a table that makes no sense', partitioned({ firstLba: 0, flag: 7 })],
  ])('that boots as a disk too, with %s, is an iso', (_name, table) => {
    const image = disc([1, 'CD001'])
    table.copy(image)
    for (const chunkBytes of chunkSizes(image)) {
      expect(inspect('iso', image, { chunkBytes })).toBe(volumeBytes)
      expect(inspect('raw', image, { chunkBytes })).toBe(storedBytes)
    }
  })
})

describe.each(['xorriso', 'genisoimage'])('%s (skipped where there is none)', (tool) => {
  test.skipIf(!isInstalled(tool)).each(['-J -r', '-udf'])('makes an iso with %s', (options) => {
    if (tool === 'xorriso' && options === '-udf') return
    using workshop = openWorkshop()
    workshop.blank('file', 100_000)
    const asMkisofs = tool === 'xorriso' ? ['-as', 'mkisofs'] : []
    workshop.run(tool, [...asMkisofs, ...options.split(' '), '-o', 'disc', 'file'])
    const image = workshop.read('disc')
    expect(inspect('iso', image)).toBe(image.length)
  })
})
