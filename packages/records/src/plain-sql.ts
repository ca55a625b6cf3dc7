/**
 * SQL as text and values, for statements whose shape is another with every request.
 *
 * Kysely makes a tree of a statement, and text of the tree, which for a list takes half as long as to
 * answer it. Statements of one shape are written once instead, see prepared.ts; those of lists have
 * thousands, so what is quick here is the writing: pieces of text are put together, and that is all.
 * `sql` means what it means with Kysely, as far as lists need it.
 */
import { CompiledQuery, SqliteAdapter } from 'kysely'
import type { Queries } from './database.ts'

type Value = string | number | null

/** Texts with a value between each two. */
export class Sql {
  readonly texts: readonly string[]
  readonly values: readonly Value[]

  constructor(texts: readonly string[], values: readonly Value[] = []) {
    this.texts = texts
    this.values = values
  }

  compile(queries: Queries): CompiledQuery {
    const isSqlite = queries.getExecutor().adapter instanceof SqliteAdapter
    const [first = '', ...others] = this.texts
    const text = others.reduce(
      (before, after, index) => `${before}${isSqlite ? '?' : `$${index + 1}`}${after}`,
      first,
    )
    return CompiledQuery.raw(text, [...this.values])
  }

  async rows<Row>(queries: Queries): Promise<readonly Row[]> {
    const { rows } = await queries.executeQuery<Row>(this.compile(queries))
    return rows
  }
}

export function sql(texts: readonly string[], ...parts: readonly (Sql | Value)[]): Sql {
  const allTexts: string[] = []
  const values: Value[] = []
  let text = ''
  texts.forEach((before, index) => {
    text += before
    const part = parts[index]
    if (part === undefined) return
    if (!(part instanceof Sql)) {
      allTexts.push(text)
      values.push(part)
      text = ''
      return
    }
    part.texts.forEach((piece, place) => {
      if (place > 0) {
        allTexts.push(text)
        text = ''
      }
      text += piece
    })
    values.push(...part.values)
  })
  return new Sql([...allTexts, text], values)
}

/** Text of our own. What others have said is a value. */
sql.raw = (text: string | number) => new Sql([String(text)])

sql.join = (parts: readonly (Sql | Value)[], separator = ', '): Sql => {
  const between = parts.slice(1).map(() => separator)
  return sql(['', ...between, ''], ...parts)
}
