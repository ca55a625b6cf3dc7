/**
 * PostgreSQL plans a statement once per connection, rather than each time it is asked.
 *
 * To plan a list takes five times as long as to answer it. PostgreSQL keeps the plan of a statement
 * that was given a name, for as long as the connection lasts; so a text that is asked often gets one.
 * Lists have thousands of texts, and a plan takes memory on every connection, so only the first of
 * those that are asked often do.
 *
 * A statement whose rows have another shape than when it was planned, since a newer version of the
 * service has added a column meanwhile, cannot be asked by its name any more. From then on it is
 * asked without.
 */
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  PostgresDialect,
  type QueryResult,
} from 'kysely'
import pg from 'pg'
import { postgresTrouble } from './database-trouble.ts'

/** SQLSTATE of a plan whose rows would have another shape by now. */
export const planIsOutdated = '0A000'

/** SQLSTATEs after which the server closes the connection: it is stopped, or ends what took too long. */
const lastWords = /^(?:57P|08|25P0[34])/

/** As many as the service asks all the time, with room. */
const mostNames = 150
const asksBeforeName = 20
const mostCounted = 1000

/** PostgreSQL for Kysely, on connections of this pool. */
export function preparingPostgresDialect(pool: pg.Pool): Dialect {
  const dialect = new PostgresDialect({ pool })
  const names = new StatementNames()
  return {
    createAdapter: () => dialect.createAdapter(),
    createIntrospector: (queries) => dialect.createIntrospector(queries),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createDriver: () => new PreparingDriver(pool, names),
  }
}

class PreparingDriver implements Driver {
  readonly #pool: pg.Pool
  readonly #names: StatementNames

  constructor(pool: pg.Pool, names: StatementNames) {
    this.#pool = pool
    this.#names = names
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return new PreparingConnection(await this.#pool.connect().catch(throwTrouble), this.#names)
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    if (connection instanceof PreparingConnection) connection.release()
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin'))
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'))
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('rollback'))
  }

  destroy(): Promise<void> {
    return this.#pool.end()
  }
}

const changing = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE'])

class PreparingConnection implements DatabaseConnection {
  readonly #client: pg.PoolClient
  readonly #names: StatementNames
  #isClosing = false

  constructor(client: pg.PoolClient, names: StatementNames) {
    this.#client = client
    this.#names = names
  }

  /** Nobody gets it again that the server is about to close, though the driver has yet to notice. */
  release(): void {
    this.#client.release(this.#isClosing)
  }

  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    const { command, rowCount, rows } = await this.#ask(sql, [...parameters]).catch((error) => {
      this.#isClosing ||= error instanceof pg.DatabaseError && lastWords.test(error.code ?? '')
      return throwTrouble(error)
    })
    return changing.has(command) ? { rows, numAffectedRows: BigInt(rowCount ?? 0) } : { rows }
  }

  streamQuery(): AsyncIterableIterator<never> {
    throw new Error('Cannot stream rows: they are read a page at a time')
  }

  async #ask(text: string, values: unknown[]) {
    const name = this.#names.nameOf(text)
    if (name === undefined) return this.#client.query(text, values)
    try {
      return await this.#client.query({ name, text, values })
    } catch (error) {
      if (!(error instanceof pg.DatabaseError) || error.code !== planIsOutdated) throw error
      this.#names.takeBack(text)
      // In a transaction this fails as well: it has to begin anew, for which the cause is told.
      return this.#client.query(text, values).catch(() => {
        throw error
      })
    }
  }
}

function throwTrouble(error: unknown): never {
  throw postgresTrouble(error)
}

/** One for all connections, so that a text has the same name on each of them. */
class StatementNames {
  readonly #names = new Map<string, string | undefined>()
  readonly #asked = new Map<string, number>()

  /** @returns undefined for a text that is to be planned each time. */
  nameOf(text: string): string | undefined {
    if (this.#names.size === mostNames || this.#names.has(text)) return this.#names.get(text)
    const asked = (this.#asked.get(text) ?? 0) + 1
    if (asked < asksBeforeName) {
      if (this.#asked.size === mostCounted) this.#asked.clear()
      this.#asked.set(text, asked)
      return undefined
    }
    this.#asked.delete(text)
    const name = `vitrine_${this.#names.size}`
    this.#names.set(text, name)
    return name
  }

  takeBack(text: string): void {
    this.#names.set(text, undefined)
  }
}
