/**
 * `node:sqlite` for Kysely, with every statement prepared once.
 *
 * Kysely lets queries line up before its one connection to SQLite. Ours need not: each ends before
 * the next can begin, and transactions are the business of whoever uses this.
 */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import {
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type LimitNode,
  SqliteDialect,
  SqliteQueryCompiler,
  ValueNode,
} from 'kysely'

export function nodeSqliteDialect(database: DatabaseSync): Dialect {
  const dialect = new SqliteDialect({ database: forKysely(database) })
  return {
    createAdapter: () => dialect.createAdapter(),
    createIntrospector: (queries) => dialect.createIntrospector(queries),
    createQueryCompiler: () => new LimitsWrittenOut(),
    createDriver: () => unqueued(dialect.createDriver()),
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

/** The driver, which gives everyone its only connection at once. */
function unqueued(driver: Driver): Driver {
  const connecting = Promise.withResolvers<DatabaseConnection>()
  return {
    async init() {
      await driver.init()
      connecting.resolve(driver.acquireConnection())
    },
    acquireConnection: () => connecting.promise,
    releaseConnection: async () => {},
    beginTransaction: (connection, settings) => driver.beginTransaction(connection, settings),
    commitTransaction: (connection) => driver.commitTransaction(connection),
    rollbackTransaction: (connection) => driver.rollbackTransaction(connection),
    destroy: () => driver.destroy(),
  }
}

/** As many different queries as the service makes, with room; a statement is some kilobytes. */
const mostStatements = 200

/** In the shape that Kysely expects. */
function forKysely(database: DatabaseSync) {
  const prepared = new Map<string, ReturnType<typeof prepare>>()
  function prepare(sql: string) {
    const statement = database.prepare(sql)
    const columns = statement.columns().map(({ name }) => name)
    const toRow = rowMaker(columns)
    statement.setReturnArrays(true)
    return {
      reader: columns.length > 0,
      all: (parameters: readonly unknown[]) =>
        statement.all(...parameters.map(toSqlite)).map(toRow),
      run: (parameters: readonly unknown[]) => statement.run(...parameters.map(toSqlite)),
      iterate: (parameters: readonly unknown[]) =>
        statement.iterate(...parameters.map(toSqlite)).map(toRow),
    }
  }
  return {
    close: () => database.close(),
    prepare(sql: string) {
      const known = prepared.get(sql)
      if (known !== undefined) return known
      const [oldest] = prepared.keys()
      if (prepared.size >= mostStatements && oldest !== undefined) prepared.delete(oldest)
      const fresh = prepare(sql)
      prepared.set(sql, fresh)
      return fresh
    },
  }
}

/**
 * Makes a row of its values, by a function written for the statement: so all rows have one shape.
 * Those that SQLite's binding makes have none in common, and take three times as long to read.
 */
function rowMaker(columns: readonly string[]): (values: unknown) => unknown {
  const fields = columns.map((column, index) => `${JSON.stringify(column)}: values[${index}]`)
  const make = new Function('values', `return { ${fields.join(', ')} }`)
  return (values) => make(values)
}

function toSqlite(value: unknown): SQLInputValue {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value
  throw new TypeError(`Cannot bind a ${typeof value}: a column holds text, a number or null`)
}
