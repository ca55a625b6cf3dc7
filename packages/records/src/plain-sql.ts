/**
 * SQL as text and values, for statements whose shape is another with every request.
 *
 * Kysely makes a tree of a statement, and text of the tree, which for a list takes half as long as to
 * answer it. Statements of one shape are written once instead, see prepared.ts; those of lists have
 * thousands, so what is quick here is the writing: pieces are put together when the whole is there.
 * `sql` means what it means with Kysely, as far as lists need it.
 */
import { CompiledQuery, SqliteAdapter } from 'kysely'
import type { Queries } from './database.ts'

type Value = string | number | null

/** Texts with a value, or more SQL, between each two. */
export class Sql {
  readonly #texts: readonly string[]
  readonly #parts: readonly (Sql | Value)[]

  constructor(texts: readonly string[], parts: readonly (Sql | Value)[] = []) {
    this.#texts = texts
    this.#parts = parts
  }

  compile(queries: Queries): CompiledQuery {
    const isSqlite = queries.getExecutor().adapter instanceof SqliteAdapter
    const values: Value[] = []
    const text = this.#write(values, isSqlite ? () => '?' : (place) => `$${place}`)
    return CompiledQuery.raw(text, values)
  }

  async rows<Row>(queries: Queries): Promise<readonly Row[]> {
    const { rows } = await queries.executeQuery<Row>(this.compile(queries))
    return rows
  }

  /** @param values takes those of this piece. */
  #write(values: Value[], placeholder: (place: number) => string): string {
    let text = ''
    this.#texts.forEach((before, index) => {
      text += before
      const part = this.#parts[index]
      if (part instanceof Sql) text += part.#write(values, placeholder)
      else if (part !== undefined) text += placeholder(values.push(part))
    })
    return text
  }
}

export function sql(texts: readonly string[], ...parts: readonly (Sql | Value)[]): Sql {
  return new Sql(texts, parts)
}

/** Text of our own. What others have said is a value. */
sql.raw = (text: string | number) => new Sql([String(text)])

sql.join = (parts: readonly (Sql | Value)[], separator = ', '): Sql => {
  const between = parts.slice(1).map(() => separator)
  return new Sql(['', ...between, ''], parts)
}
