/**
 * Queries that are written once and asked often.
 *
 * To write SQL with the query builder takes several times as long as to answer most of it. So what
 * every request asks is built when it is first asked, with slots where its values go; after that
 * only the values are new. Both databases keep the statement by its text.
 */
import { type Compilable, type CompiledQuery, type QueryResult, type RawBuilder, sql } from 'kysely'
import type { Queries } from './database.ts'
import type { Tables } from './tables.ts'

/** Stands where a value will stand. */
class Slot {
  readonly name: string

  constructor(name: string) {
    this.name = name
  }
}

type Slots<Values> = <Name extends keyof Values & string>(name: Name) => RawBuilder<Values[Name]>

/** Asks the query with these values. */
export type Prepared<Values, Row> = (queries: Queries, values: Values) => Promise<QueryResult<Row>>

/**
 * A query with slots for `Values`, as in
 * `prepared<{ id: string }>()((queries, slot) => queries.selectFrom('images').where('id', '=', slot('id')))`.
 */
export function prepared<Values extends Record<string, unknown>>() {
  const slot: Slots<Values> = (name) => sql`${new Slot(name)}`
  return <Row>(
    write: (queries: Queries, slot: Slots<Values>) => Compilable<Row>,
  ): Prepared<Values, Row> => {
    const written = onceForEach((queries) => write(queries, slot).compile())
    return (queries, values) => {
      const compiled = written(queries)
      const parameters = compiled.parameters.map((value) =>
        value instanceof Slot ? values[value.name] : value,
      )
      return queries.executeQuery<Row>({ ...compiled, parameters })
    }
  }
}

/** Once for each database, of which transactions share the adapter. */
function onceForEach<Made>(make: (queries: Queries) => Made): (queries: Queries) => Made {
  const made = new WeakMap<object, Made>()
  return (queries) => {
    const { adapter } = queries.getExecutor()
    const known = made.get(adapter)
    if (known !== undefined) return known
    const fresh = make(queries)
    made.set(adapter, fresh)
    return fresh
  }
}

/** So that there are few texts to keep. More rows than this are inserted piece by piece. */
const mostRows = 32

/**
 * Inserts rows of these columns, however many.
 *
 * @param ending what follows the rows, such as what to do about those that are there already.
 * @returns how many were inserted, and what the ending returns of them.
 */
export function preparedInsert<Column extends string, Returned = never>(
  table: keyof Tables,
  columns: readonly Column[],
  ending: RawBuilder<Returned> = sql``,
) {
  const byRowCount = onceForEach(() => new Map<number, CompiledQuery<Returned>>())

  const write = (queries: Queries, rowCount: number) => {
    const row = sql`(${sql.join(columns.map(() => null))})`
    const rows = sql.join(Array.from({ length: rowCount }, () => row))
    const names = sql.join(columns.map((column) => sql.ref(column)))
    const into = sql`insert into ${sql.table(table)} (${names})`
    return sql<Returned>`${into} values ${rows} ${ending}`.compile(queries)
  }

  return async (
    queries: Queries,
    rows: readonly Readonly<Record<Column, unknown>>[],
  ): Promise<{ readonly count: number; readonly returned: readonly Returned[] }> => {
    const known = byRowCount(queries)
    const returned: Returned[] = []
    let count = 0
    for (let start = 0; start < rows.length; start += mostRows) {
      const some = rows.slice(start, start + mostRows)
      const compiled = known.get(some.length) ?? write(queries, some.length)
      known.set(some.length, compiled)
      const parameters = some.flatMap((row) => columns.map((column) => row[column]))
      const statement = { ...compiled, parameters }
      const { rows: back, numAffectedRows } = await queries.executeQuery<Returned>(statement)
      count += Number(numAffectedRows ?? back.length)
      returned.push(...back)
    }
    return { count, returned }
  }
}
