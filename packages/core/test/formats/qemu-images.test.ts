/** Every format and kind of image that QEMU can write, against what QEMU says of it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WrongContentError } from '../../src/errors.ts'
import { chunkSizes, inspect } from './inspect.ts'
import { isInstalled, openWorkshop, type Workshop } from './outside-tools.ts'

type Sample = { readonly format: string; readonly qemu: string; readonly options?: string }

const samples: Sample[] = [
  { format: 'raw', qemu: 'raw' },
  { format: 'qcow2', qemu: 'qcow2' },
  { format: 'qcow2', qemu: 'qcow2', options: 'compat=0.10' },
  { format: 'qcow2', qemu: 'qcow2', options: 'extended_l2=on' },
  { format: 'qcow2', qemu: 'qcow2', options: 'compression_type=zstd' },
  { format: 'qcow2', qemu: 'qcow2', options: 'lazy_refcounts=on' },
  { format: 'vhd', qemu: 'vpc' },
  { format: 'vhd', qemu: 'vpc', options: 'subformat=fixed' },
  { format: 'vhd', qemu: 'vpc', options: 'subformat=fixed,force_size=on' },
  { format: 'vhd', qemu: 'vpc', options: 'force_size=on' },
  { format: 'vhdx', qemu: 'vhdx' },
  { format: 'vhdx', qemu: 'vhdx', options: 'subformat=fixed' },
  { format: 'vhdx', qemu: 'vhdx', options: 'log_size=2M,block_size=8M' },
  { format: 'vmdk', qemu: 'vmdk' },
  { format: 'vmdk', qemu: 'vmdk', options: 'subformat=monolithicSparse,compat6=on' },
  { format: 'vmdk', qemu: 'vmdk', options: 'subformat=streamOptimized' },
  { format: 'vdi', qemu: 'vdi' },
  { format: 'vdi', qemu: 'vdi', options: 'static=on' },
]

/** A VHD of fixed size begins with its disk: only its end, where it is declared one, tells. */
function looksLike({ format, options = '' }: Sample): string {
  return format === 'vhd' && options.includes('fixed') ? 'raw' : format
}

describe.skipIf(!isInstalled('qemu-img'))('qemu-img (skipped where there is none)', () => {
  let workshop: Workshop
  beforeAll(() => {
    workshop = openWorkshop()
    workshop.blank('disk', 3 * 2 ** 20 + 512)
    // Some data, so that the images hold more than their headers.
    workshop.run('qemu-io', ['-f', 'raw', '-c', 'write -P 7 1M 100k', 'disk'])
  })
  afterAll(() => workshop[Symbol.dispose]())

  function convert({ qemu, options }: Sample, ...more: string[]): Buffer {
    const chosen = options === undefined ? [] : ['-o', options]
    workshop.run('qemu-img', ['convert', ...more, '-O', qemu, ...chosen, 'disk', 'image'])
    return workshop.read('image')
  }

  function sizeByQemu(qemu: string): number {
    const json = workshop.run('qemu-img', ['info', '--output=json', '-f', qemu, 'image'])
    return JSON.parse(json)['virtual-size']
  }

  describe.each(samples)('$qemu with options $options', (sample) => {
    let image: Buffer
    beforeAll(() => {
      image = convert(sample)
    })

    test('has the virtual size that QEMU sees, whatever the size of chunks', () => {
      const expected = sizeByQemu(sample.qemu)
      for (const chunkBytes of chunkSizes(image)) {
        expect(inspect(sample.format, image, { chunkBytes }), `chunks of ${chunkBytes}`).toBe(
          expected,
        )
      }
    })

    test('may be declared raw, and is then as long as it is stored', () => {
      expect(inspect('raw', image)).toBe(image.length)
    })

    test('is refused when declared another format, with the names of both', () => {
      const found = looksLike(sample)
      const others = [
        'qcow2',
        'vhd',
        'vhdx',
        'vmdk',
        'vdi',
        'iso',
        ...(found === 'raw' ? [] : ['ami']),
      ]
      for (const declared of others.filter((other) => other !== sample.format)) {
        expect(() => inspect(declared, image)).toThrow(
          new WrongContentError(
            `Cannot store image data: the disk_format of the image is "${declared}", but the data has the format "${found}"`,
          ),
        )
      }
    })
  })

  test.each(['qcow2', 'vmdk'])('compressed %s has the virtual size that QEMU sees', (format) => {
    const options = format === 'vmdk' ? { options: 'subformat=streamOptimized' } : {}
    const image = convert({ format, qemu: format, ...options }, '-c')
    expect(inspect(format, image)).toBe(sizeByQemu(format))
  })

  // QEMU measures the processor for a luks disk, and gives up where others keep it busy.
  test('a luks disk is as long as its payload', { retry: 10 }, () => {
    const secret = ['--object', 'secret,id=key,data=abc']
    const options = ['-o', 'key-secret=key,iter-time=10']
    workshop.run('qemu-img', ['create', ...secret, '-f', 'luks', ...options, 'image', '1M'])
    expect(inspect('luks', workshop.read('image'))).toBe(sizeByQemu('luks'))
  })
})
