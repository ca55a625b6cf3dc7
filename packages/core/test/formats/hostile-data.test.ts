/** Whatever arrives, in whatever pieces: it is taken or refused, always alike, and cheaply. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { WrongContentError } from '../../src/errors.ts'
import { EndOfData } from '../../src/formats/end-of-data.ts'
import { examinations, formatNames } from '../../src/formats/formats.ts'
import { inspectImage } from '../../src/formats/inspect-image.ts'
import { inspect } from './inspect.ts'
import * as samples from './samples.ts'

const real = [
  samples.qcow2({}),
  samples.partitioned({}, samples.protective),
  samples.disc([0, 'CD001'], [1, 'CD001']),
  samples.vmdk(samples.soundDescriptor, { footer: true }),
  Buffer.from(samples.soundDescriptor),
  Buffer.concat([samples.partitioned({}), samples.vhdFooter(2)]),
  samples.vhdFooter(3),
  samples.vdi(),
  samples.luks(),
  samples.qed(),
  samples.vhdx(),
]

/** Where headers, tables and footers are; the rest says nothing. */
const telling = fc.oneof(
  { weight: 4, arbitrary: fc.nat(600) },
  fc.integer({ min: 32_768, max: 32_900 }),
  fc.integer({ min: 192 * 1024, max: 192 * 1024 + 100 }),
  fc.integer({ min: 1024 * 1024, max: 1024 * 1024 + 100 }),
  fc.integer({ min: 1024 * 1024 + 64 * 1024, max: 1024 * 1024 + 64 * 1024 + 16 }),
  fc.integer({ min: -1536, max: -1 }),
)

const mutated = fc
  .record({
    start: fc.constantFrom(...real),
    changes: fc.array(fc.tuple(telling, fc.uint8Array({ minLength: 1, maxLength: 8 })), {
      maxLength: 6,
    }),
    cut: fc.option(fc.nat(5000)),
    more: fc.option(fc.constantFrom(...real)),
  })
  .map(({ start, changes, cut, more }) => {
    const bytes = Buffer.concat([start, ...(more === null ? [] : [more])])
    for (const [place, values] of changes) {
      const from = place < 0 ? bytes.length + place : place
      if (from >= 0 && from < bytes.length) bytes.set(values.subarray(0, bytes.length - from), from)
    }
    const left = cut === null ? bytes : bytes.subarray(0, Math.max(0, bytes.length - cut))
    // A counterexample of a megabyte is told by how it was made.
    const recipe = { start: start.toString('latin1', 0, 8), changes, cut, more: more !== null }
    return Object.assign(left, { [fc.toStringMethod]: () => JSON.stringify(recipe) })
  })

const random = fc.uint8Array({ maxLength: 2000 }).map((bytes) => Buffer.from(bytes))

const declared = fc.constantFrom('raw', 'ami', ...formatNames)

/** The virtual size, or that the data is refused: for which of its faults may depend on the chunks. */
function outcome(...parameters: Parameters<typeof inspect>): number | 'refused' | null {
  try {
    return inspect(...parameters)
  } catch (error) {
    if (error instanceof WrongContentError) return 'refused'
    throw error
  }
}

describe.each([
  ['random bytes', random],
  ['images with errors', mutated],
])('%s', (_name, bytes) => {
  test('are taken or refused, always alike, whatever the size of chunks', () => {
    fc.assert(
      fc.property(
        bytes,
        declared,
        fc.boolean(),
        fc.integer({ min: 300, max: 70_000 }),
        (...given) => {
          const [data, format, requireMatch, chunkBytes] = given
          const whole = outcome(format, data, { requireMatch })
          expect(outcome(format, data, { requireMatch, chunkBytes })).toEqual(whole)
          if (data.length > 20_000) return
          expect(outcome(format, data, { requireMatch, chunkBytes: 1 })).toEqual(whole)
          expect(outcome(format, data, { requireMatch, chunkBytes: 13 })).toEqual(whole)
        },
      ),
      { numRuns: 500 },
    )
  })

  test('are taken only with a size that can be counted', () => {
    fc.assert(
      fc.property(bytes, declared, fc.boolean(), (data, format, requireMatch) => {
        const size = outcome(format, data, { requireMatch })
        if (typeof size === 'number') expect(size).toSatisfy(Number.isSafeInteger)
        if (typeof size === 'number') expect(size).toBeGreaterThanOrEqual(0)
      }),
      { numRuns: 500 },
    )
  })
})

test('the end of the data is kept, whatever the size of chunks', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 })), (chunks) => {
      const end = new EndOfData(16)
      for (const chunk of chunks) end.receive(chunk)
      expect(end.bytes).toEqual(Buffer.concat(chunks).subarray(-16))
    }),
  )
})

test('no inspector ever asks for more than 64 KiB at once', () => {
  fc.assert(
    fc.property(mutated, (data) => {
      for (const examination of examinations('vhd')) {
        examination.receive(data)
        expect(examination.heldBytes).toBeLessThanOrEqual(65_536)
      }
    }),
  )
})

test('a gibibyte behind the headers costs next to nothing', () => {
  const chunk = Buffer.alloc(65_536)
  for (const start of real) {
    const inspection = inspectImage(
      { diskFormat: 'raw', containerFormat: 'bare' },
      { requireMatch: true, warn: () => {} },
    )
    const begin = process.cpuUsage()
    try {
      inspection.receive(start)
      for (let count = 0; count < 16_384; count++) inspection.receive(chunk)
      inspection.finish()
    } catch (error) {
      expect(error).toBeInstanceOf(WrongContentError)
    }
    expect(process.cpuUsage(begin).user / 1000, 'milliseconds').toBeLessThan(200)
  }
})
