/**
 * Ranges of every form, held to a second reading of RFC 9110 §14.1 that is written here: the answer is
 * the part that the header names, or a refusal, and never anything else of the data.
 */
import fc from 'fast-check'
import { expect } from 'vitest'
import type { Answer } from './http-client.ts'

/** A hundred characters, no two stretches of which are the same. */
export const hundred = Array.from({ length: 100 }, (_, i) =>
  String.fromCharCode(33 + (i % 91)),
).join('')

const blank = fc.constantFrom('', ' ', '\t', '  ')
const unit = fc.constantFrom('bytes', 'Bytes', 'BYTES')
const position = fc.oneof(
  fc.integer({ min: 0, max: 140 }).map(String),
  fc.constantFrom('', '0', '00', '007', '99', '100', '101', '18446744073709551616'),
  fc.bigInt({ min: 0n, max: 10n ** 40n }).map(String),
)
const oneRange = fc.tuple(unit, blank, position, position).map(([name, space, first, last]) => ({
  header: `${name}=${space}${first}-${last}`,
  first,
  last,
}))
const severalRanges = fc
  .array(fc.tuple(position, position), { minLength: 2, maxLength: 6 })
  .map((ranges) => `bytes=${ranges.map(([first, last]) => `${first}-${last}`).join(', ')}`)
const noRange = fc.oneof(
  fc.stringMatching(/^[!-~]([ -~]{0,38}[!-~])?$/),
  fc.stringMatching(/^bytes=[-0-9; x+.*e]{0,24}$/),
  fc.constantFrom('bytes', 'bytes=-', 'bytes=0-1-2', 'bytes 0-4', 'bytes=0x1-2', 'items=0-4'),
)

/** @param data as `hundred`. */
export async function fuzzRanges(
  data: string,
  get: (range: string) => Promise<Answer>,
  numRuns = 150,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(oneRange, async ({ header, first, last }) => {
      const answer = await get(header)
      const part = partOf(data, first, last)
      const expected = part === undefined ? [416, false] : [206, true]
      expect([answer.status, answer.text === part]).toEqual(expected)
      if (part !== undefined) expectPartIn(data, answer)
    }),
    { numRuns },
  )
  await fc.assert(
    fc.asyncProperty(severalRanges, async (header) => {
      expect((await get(header)).status).toBe(400)
    }),
    { numRuns: numRuns / 3 },
  )
  await fc.assert(
    fc.asyncProperty(noRange, async (header) => {
      const answer = await get(header)
      expect([206, 400, 416]).toContain(answer.status)
      if (answer.status === 206) expectPartIn(data, answer)
    }),
    { numRuns },
  )
}

/** What `first-last` names, as §14.1.2 has it; undefined where it names nothing that is there. */
function partOf(data: string, first: string, last: string): string | undefined {
  const size = BigInt(data.length)
  if (first === '') {
    const length = BigInt(last || '0')
    return length === 0n ? undefined : data.slice(-Number(length < size ? length : size))
  }
  const start = BigInt(first)
  const end = last === '' ? size - 1n : BigInt(last)
  return start >= size || end < start ? undefined : data.slice(Number(start), Number(end) + 1)
}

/** Content-Range says what was sent, and that is all that was sent. */
function expectPartIn(data: string, { headers, text }: Answer): void {
  const [, first, last] = /^bytes (\d+)-(\d+)\/100$/.exec(headers['content-range'] ?? '') ?? []
  expect(text).toBe(data.slice(Number(first), Number(last) + 1))
  expect(headers['content-length']).toBe(String(text.length))
}
