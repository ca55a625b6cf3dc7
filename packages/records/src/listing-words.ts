/**
 * Finding listings by words that begin as asked: FTS5 on SQLite, a `tsvector` on PostgreSQL.
 *
 * The core takes texts apart, into words of letters, marks and digits alone. So nothing in them means
 * anything to either query language, and neither database has a say in what a word is.
 */
import { type RawBuilder, sql } from 'kysely'
import type { Database, Queries } from './database.ts'

export type ListingWords = {
  readonly title: readonly string[]
  readonly others: readonly string[]
}

/** How rows of `listings` are asked for words. */
export type WordSearch = {
  /** Whether the listing has all of these words. */
  readonly has: RawBuilder<boolean>
  /** 1 where all of them are in its title, else 0. */
  readonly inTitle: RawBuilder<number>
}

export function wordSearch(dialect: Database['dialect'], words: readonly string[]): WordSearch {
  return dialect === 'sqlite' ? sqliteSearch(words) : postgresSearch(words)
}

function sqliteSearch(words: readonly string[]): WordSearch {
  const all = words.map((word) => `"${word}"*`).join(' AND ')
  const numbers = (query: string) =>
    sql`(select rowid from listing_words where listing_words match ${query})`
  return {
    has: sql`listings.number in ${numbers(all)}`,
    inTitle: sql`(listings.number in ${numbers(`{title} : (${all})`)})`,
  }
}

function postgresSearch(words: readonly string[]): WordSearch {
  const query = (weights: string) => words.map((word) => `'${word}':*${weights}`).join(' & ')
  const numbers = (weights: string) =>
    sql`(select listing_words.number from listing_words where words @@ ${query(weights)}::tsquery)`
  return {
    // An array is read in one walk along the index. For a join, PostgreSQL plans by how many it expects,
    // which for the first letters of a word is a guess: with thousands it would look up each by itself.
    has: sql`listings.number = any (array ${numbers('')})`,
    inTitle: sql`(listings.number in ${numbers('A')})::integer`,
  }
}

export async function saveWords(
  queries: Queries,
  dialect: Database['dialect'],
  number: number,
  words: ListingWords,
): Promise<void> {
  await deleteWords(queries, dialect, number)
  const statement =
    dialect === 'sqlite'
      ? sql`insert into listing_words (rowid, title, others)
          values (${number}, ${words.title.join(' ')}, ${words.others.join(' ')})`
      : sql`insert into listing_words (number, words) values (${number}, ${vectorOf(words)}::tsvector)`
  await statement.execute(queries)
}

export async function deleteWords(
  queries: Queries,
  dialect: Database['dialect'],
  number: number,
): Promise<void> {
  const key = sql.ref(dialect === 'sqlite' ? 'rowid' : 'number')
  await sql`delete from listing_words where ${key} = ${number}`.execute(queries)
}

/** Where a word stands is of no matter, only whether that is the title. */
function vectorOf({ title, others }: ListingWords): string {
  const inTitle = title.map((word) => `'${word}':1A`)
  return [...inTitle, ...others.map((word) => `'${word}':1`)].join(' ')
}
