/**
 * Kysely on `node:sqlite`, with every statement prepared once.
 *
 *   a query that is built ──► Kysely: its executor, driver and connection ──┐
 *                                                                           ├──► SqliteStatements
 *   one that is compiled already ───────────────────────────────────────────┘
 *
 * Kysely hands a query through a dozen promises, and lets queries line up before its one connection.
 * Here each ends before the next can begin, and to ask one takes less than the promises do: so what
 * every request asks, see prepared.ts, goes straight to the database. Transactions are the business
 * of whoever uses this.
 */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import {
  type Compilable,
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  Kysely,
  type LimitNode,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  ValueNode,
} from 'kysely'
import { type ObserveDatabase, queryLog } from './database.ts'
import { sqliteTrouble } from './database-trouble.ts'
import type { SharedLook } from './shared-look.ts'

/** Whoever opened the database closes it. */
export class SqliteQueries<Tables> extends Kysely<Tables> {
  readonly #statements: SqliteStatements
  readonly #observe: ObserveDatabase | undefined

  /** @param look for a connection that reads: see there. */
  constructor(database: DatabaseSync, observe?: ObserveDatabase, look?: SharedLook) {
    const statements = new SqliteStatements(database, look)
    super({ dialect: dialectOn(statements), ...queryLog(observe) })
    this.#statements = statements
    this.#observe = observe
  }

  override async executeQuery<Row>(
    query: CompiledQuery<Row> | Compilable<Row>,
  ): Promise<QueryResult<Row>> {
    const compiled = 'compile' in query ? query.compile() : query
    if (this.#observe === undefined) return this.#statements.ask(compiled)
    const startedMs = performance.now()
    try {
      return this.#statements.ask(compiled)
    } finally {
      this.#observe('query', (performance.now() - startedMs) / 1000)
    }
  }
}

function dialectOn(statements: SqliteStatements): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createIntrospector: (queries) => new SqliteIntrospector(queries),
    createQueryCompiler: () => new LimitsWrittenOut(),
    createDriver: () => new OneConnection(statements),
  }
}

/**
 * SQLite plans by the value of a limit, and so plans a statement anew, which takes longer than most of
 * them do, whenever a limit is bound to it.
 */
class LimitsWrittenOut extends SqliteQueryCompiler {
  protected override visitLimit({ limit }: LimitNode): void {
    if (!ValueNode.is(limit) || typeof limit.value !== 'number') {
      throw new TypeError('A limit is a number')
    }
    this.append(`limit ${Math.trunc(limit.value)}`)
  }
}

class OneConnection implements Driver {
  readonly #connection: DatabaseConnection

  constructor(statements: SqliteStatements) {
    this.#connection = {
      executeQuery: async (query) => statements.ask(query),
      streamQuery: () => {
        throw new Error('Cannot stream rows: they are read a page at a time')
      },
    }
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection
  }

  async releaseConnection(): Promise<void> {}

  async beginTransaction(): Promise<void> {
    throw new Error('Cannot begin a transaction: works are put together in commits')
  }

  async commitTransaction(): Promise<void> {}

  async rollbackTransaction(): Promise<void> {}

  async destroy(): Promise<void> {}
}

/** As many different queries as the service makes, with room; a statement is some kilobytes. */
const mostStatements = 200

class SqliteStatements {
  readonly #database: DatabaseSync
  readonly #look: SharedLook | undefined
  readonly #prepared = new Map<string, <Row>(parameters: SQLInputValue[]) => QueryResult<Row>>()

  constructor(database: DatabaseSync, look: SharedLook | undefined) {
    this.#database = database
    this.#look = look
  }

  ask<Row>({ sql, parameters }: CompiledQuery): QueryResult<Row> {
    try {
      this.#look?.begin()
      const known = this.#prepared.get(sql) ?? this.#prepare(sql)
      return known(parameters.map(toSqlite))
    } catch (error) {
      throw sqliteTrouble(error)
    }
  }

  #prepare(sql: string) {
    const statement = this.#database.prepare(sql)
    const columns = statement.columns().map(({ name }) => name)
    const toRow = rowMaker(columns)
    statement.setReturnArrays(true)
    const ask = <Row>(parameters: SQLInputValue[]): QueryResult<Row> => {
      if (columns.length > 0) return { rows: statement.all(...parameters).map(toRow<Row>) }
      return { rows: [], numAffectedRows: BigInt(statement.run(...parameters).changes) }
    }
    const [oldest] = this.#prepared.keys()
    if (this.#prepared.size >= mostStatements && oldest !== undefined) this.#prepared.delete(oldest)
    this.#prepared.set(sql, ask)
    return ask
  }
}

/**
 * Makes a row of its values, by a function written for the statement: so all rows have one shape.
 * Those that SQLite's binding makes have none in common, and take three times as long to read.
 */
function rowMaker(columns: readonly string[]): <Row>(values: unknown) => Row {
  const fields = columns.map((column, index) => `${JSON.stringify(column)}: values[${index}]`)
  const make = new Function('values', `return { ${fields.join(', ')} }`)
  return (values) => make(values)
}

function toSqlite(value: unknown): SQLInputValue {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value
  throw new TypeError(`Cannot bind a ${typeof value}: a column holds text, a number or null`)
}
