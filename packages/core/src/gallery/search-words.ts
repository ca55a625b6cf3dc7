/**
 * What is searched, and for what: words in lower case, without accents of Latin, Greek and Cyrillic.
 *
 * Texts are taken apart here and not in the databases, which each have their own idea of a word: so
 * both find the same. All else, quotes and operators among it, only stands between words.
 */
import type { Listing, Publisher } from './listing.ts'

const longestWord = 64
/** Of a query. Nobody means more. */
const mostWords = 16

function wordsOf(text: string): readonly string[] {
  const plain = text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC')
    .toLowerCase()
  const found = plain.match(/[\p{L}\p{M}\p{N}]+/gu) ?? []
  return [...new Set(found.map((word) => [...word].slice(0, longestWord).join('')))]
}

/**
 * The words of a search, each of which is to begin a word of what is found.
 *
 * @returns undefined for a search that asks for nothing; empty for one that nothing can be found by.
 */
export function searchWords(query: string): readonly string[] | undefined {
  return query.trim() === '' ? undefined : wordsOf(query).slice(0, mostWords)
}

/** The words that a listing is found by: those that say what it is come first in results. */
export function listingWords(
  listing: Listing,
  { name }: Pick<Publisher, 'name'>,
): { readonly title: readonly string[]; readonly others: readonly string[] } {
  const { title, operatingSystem, version, architecture, license, description } = listing
  const heading = wordsOf([title, operatingSystem, version ?? ''].join(' '))
  const others = wordsOf([architecture, license ?? '', name, description].join(' '))
  return { title: heading, others: others.filter((word) => !heading.includes(word)) }
}
