/** Images made by QEMU that name other files, or that nobody should take. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WrongContentError } from '../../src/errors.ts'
import { chunkSizes, inspect } from './inspect.ts'
import { isInstalled, openWorkshop, type Workshop } from './outside-tools.ts'

type Sample = {
  readonly name: string
  readonly format: string
  /** Parameters of `qemu-img create` before the name of the image. */
  readonly create: string
  readonly reason: string
}

const samples: Sample[] = [
  {
    name: 'a qcow2 with a backing file',
    format: 'qcow2',
    create: '-f qcow2 -b base.qcow2 -F qcow2',
    reason: 'for qcow2: it names a backing file',
  },
  {
    name: 'a qcow2 of version 2 with a backing file',
    format: 'qcow2',
    create: '-f qcow2 -o compat=0.10 -b base.qcow2 -F qcow2',
    reason: 'for qcow2: it names a backing file',
  },
  {
    name: 'a qcow2 with an external data file',
    format: 'qcow2',
    create: '-f qcow2 -o data_file=data,data_file_raw=on',
    reason: 'for qcow2: it keeps its data in an external file',
  },
  {
    name: 'a qcow, of version 1',
    format: 'qcow2',
    create: '-f qcow',
    reason: 'for qcow2: its version is 1, not 2 or 3',
  },
  {
    name: 'a vmdk on top of another',
    format: 'vmdk',
    create: '-f vmdk -b base.vmdk -F vmdk',
    reason: 'for vmdk: it needs a parent disk',
  },
  ...['monolithicFlat', 'twoGbMaxExtentFlat', 'twoGbMaxExtentSparse'].map((kind) => ({
    name: `the descriptor of a ${kind} vmdk`,
    format: 'vmdk',
    create: `-f vmdk -o subformat=${kind}`,
    reason: 'for vmdk: its descriptor names other files',
  })),
  { name: 'a qed', format: 'qed', create: '-f qed', reason: 'for qed: QED images are never taken' },
]

describe.skipIf(!isInstalled('qemu-img'))('qemu-img (skipped where there is none)', () => {
  let workshop: Workshop
  beforeAll(() => {
    workshop = openWorkshop()
    for (const format of ['qcow2', 'vmdk']) {
      workshop.run('qemu-img', ['create', '-f', format, `base.${format}`, '1M'])
    }
  })
  afterAll(() => workshop[Symbol.dispose]())

  describe.each(samples)('$name', ({ format, create, reason }) => {
    let image: Buffer
    beforeAll(() => {
      workshop.run('qemu-img', ['create', ...create.split(' '), 'image', '1M'])
      image = workshop.read('image')
    })

    test.each([format, 'raw'])('is refused as %s, whatever the size of chunks', (declared) => {
      for (const chunkBytes of chunkSizes(image)) {
        expect(() => inspect(declared, image, { chunkBytes })).toThrow(
          new WrongContentError(`Cannot store image data: it has failed safety checks ${reason}`),
        )
      }
    })

    test('is refused also where formats need not match', () => {
      expect(() => inspect('vdi', image, { requireMatch: false })).toThrow(reason)
    })

    test('is taken in a container that is not inspected', () => {
      expect(inspect(format, image, { containerFormat: 'ovf' })).toBe(null)
    })
  })
})
