/**
 * SQL as text and values, for statements whose shape is another with every request.
 *
 * Kysely makes a tree of a statement, and text of the tree, which for a list takes half as long as to
 * answer it. Statements of one shape are written once instead, see prepared.ts; those of lists have
 * thousands, so what is quick here is the writing: pieces are put together when the whole is there,
 * and a text that was made of the same pieces before is found by them, see known-texts.ts. `sql`
 * means what it means with Kysely, as far as lists need it.
 */
import { CompiledQuery, SqliteAdapter } from 'kysely'
import type { Queries } from './database.ts'
import { KnownTexts, type TextSoFar } from './known-texts.ts'

type Value = string | number | null

const known = new KnownTexts()

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
    const written = this.#write(
      known.begin(),
      values,
      isSqlite ? () => '?' : (place) => `$${place}`,
    )
    return CompiledQuery.raw(written.text, values)
  }

  async rows<Row>(queries: Queries): Promise<readonly Row[]> {
    const { rows } = await queries.executeQuery<Row>(this.compile(queries))
    return rows
  }

  /** @param values takes those of this piece. */
  #write(before: TextSoFar, values: Value[], placeholder: (place: number) => string): TextSoFar {
    let written = before
    for (let index = 0; index < this.#texts.length; index++) {
      written = written.with(this.#texts[index] ?? '')
      const part = this.#parts[index]
      if (part instanceof Sql) written = part.#write(written, values, placeholder)
      else if (part !== undefined) written = written.with(placeholder(values.push(part)))
    }
    return written
  }
}

export function sql(texts: readonly string[], ...parts: readonly (Sql | Value)[]): Sql {
  return new Sql(texts, parts)
}

/** Text of our own. What others have said is a value. */
sql.raw = (text: string | number) => new Sql([String(text)])

sql.join = (parts: readonly (Sql | Value)[], separator = ', '): Sql => {
  const texts = new Array<string>(parts.length + 1).fill(separator)
  texts[0] = ''
  texts[parts.length] = ''
  return new Sql(texts, parts)
}
