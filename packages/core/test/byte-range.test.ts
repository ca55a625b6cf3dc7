import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { InvalidError, OutOfRangeError, parseByteRange, parseContentRange } from '../src/index.ts'

/** Lengths of objects, small ones more often than large ones. */
const size = fc.oneof(fc.nat(20), fc.nat(2 ** 40))

describe('a Range header', () => {
  test.each([
    ['bytes=0-4', 0, 5],
    ['bytes = 0-1', 0, 2],
    ['BYTES=0-1', 0, 2],
    ['bytes=5-', 5, 10],
    ['bytes=-3', 7, 10],
    ['bytes=-20', 0, 10],
    ['bytes=0-100', 0, 10],
    ['bytes=9-9', 9, 10],
    ['bytes=0-99999999999999999999999999', 0, 10],
  ])('%s of 10 bytes asks for %i to %i', (header, start, end) => {
    expect(parseByteRange(header, 10)).toEqual({ start, end })
  })

  test.each([
    'bytes=10-',
    'bytes=5-2',
    'bytes=-0',
    'bytes=-',
    'bytes=',
    'bytes',
    'abc',
    '',
    'items=0-1',
    'bytes=a-b',
    'bytes=1-2-3',
    'bytes=--1',
    'bytes=1.5-3',
    'bytes=0x1-2',
    'bytes=99999999999999999999999999-',
  ])('%s of 10 bytes lies outside of them', (header) => {
    expect(() => parseByteRange(header, 10)).toThrow(OutOfRangeError)
  })

  test.each(['bytes=0-1,3-4', 'bytes=,', 'bytes=0-,'])('%s asks for several parts', (header) => {
    expect(() => parseByteRange(header, 10)).toThrow(InvalidError)
  })

  test.each(['bytes=0-', 'bytes=0-0', 'bytes=-1'])('%s of no bytes lies outside', (header) => {
    expect(() => parseByteRange(header, 0)).toThrow(OutOfRangeError)
  })

  test('with a first and a last byte means both of them and all between', () => {
    fc.assert(
      fc.property(size, fc.nat(), fc.nat(), (sizeBytes, first, length) => {
        fc.pre(first < sizeBytes)
        const part = parseByteRange(`bytes=${first}-${first + length}`, sizeBytes)
        expect(part).toEqual({ start: first, end: Math.min(first + length + 1, sizeBytes) })
      }),
    )
  })

  test('that counts from the end means as much as there is', () => {
    fc.assert(
      fc.property(size, fc.integer({ min: 1 }), (sizeBytes, length) => {
        fc.pre(sizeBytes > 0)
        const { start, end } = parseByteRange(`bytes=-${length}`, sizeBytes)
        expect([end, end - start]).toEqual([sizeBytes, Math.min(length, sizeBytes)])
      }),
    )
  })

  test('of whatever text is a part of the object, or refused by name', () => {
    const headers = fc.oneof(
      fc.string(),
      fc.stringMatching(/^bytes=[-0-9, a-f]{0,12}$/),
      fc.string({ unit: 'binary' }).map((text) => `bytes=${text}`),
    )
    fc.assert(
      fc.property(headers, size, (header, sizeBytes) => {
        try {
          const { start, end } = parseByteRange(header, sizeBytes)
          expect(start).toBeGreaterThanOrEqual(0)
          expect(start).toBeLessThan(end)
          expect(end).toBeLessThanOrEqual(sizeBytes)
        } catch (error) {
          if (!(error instanceof InvalidError)) expect(error).toBeInstanceOf(OutOfRangeError)
        }
      }),
      { numRuns: 500 },
    )
  })
})

describe('a Content-Range header of a request', () => {
  test.each([
    ['bytes 0-4/10', 0, 5],
    ['bytes 0-4/*', 0, 5],
    ['bytes 9-9/10', 9, 10],
  ])('%s of 10 bytes asks for %i to %i', (header, start, end) => {
    expect(parseContentRange(header, 10)).toEqual({ start, end })
  })

  test.each([
    'bytes */10',
    'bytes 0-10/10',
    'bytes 10-10/*',
    'bytes 4-0/10',
    'bytes 0-4/11',
    'bytes 0-4',
    'bytes=0-4/10',
    '',
  ])('%s of 10 bytes lies outside of them', (header) => {
    expect(() => parseContentRange(header, 10)).toThrow(OutOfRangeError)
  })
})
