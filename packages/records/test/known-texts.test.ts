/** A text is what its pieces are together, whatever was put together before. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { KnownTexts } from '../src/known-texts.ts'

function textOf(known: KnownTexts, pieces: readonly string[]): string {
  return pieces.reduce((text, piece) => text.with(piece), known.begin()).text
}

test('a text is all of its pieces in their order', () => {
  const known = new KnownTexts()
  const pieces = fc.array(fc.constantFrom('', 'a', 'b', 'ab', '?'))
  fc.assert(fc.property(pieces, (some) => textOf(known, some) === some.join('')))
})

test('as many pieces as a request can have of them are a text', () => {
  const pieces = Array.from({ length: 20_000 }, (_, place) => `$${place}`)
  expect(textOf(new KnownTexts(), pieces)).toBe(pieces.join(''))
})

test('texts that never come again are forgotten rather than kept without end', () => {
  const known = new KnownTexts()
  const first = known.begin()
  for (let number = 0; number < 40_000; number++) textOf(known, ['once ', `${number}`])
  expect(known.begin()).not.toBe(first)
  expect(textOf(known, ['once ', '7'])).toBe('once 7')
})
