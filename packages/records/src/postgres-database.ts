/** PostgreSQL as the database, for when one machine is not enough. */
import { Kysely } from 'kysely'
import pg from 'pg'
import {
  askAnything,
  type Database,
  drawProcessId,
  type ObserveDatabase,
  observedWrite,
  queryLog,
} from './database.ts'
import { migrate } from './migrate.ts'
import { livingProcesses, PostgresPresence } from './postgres-presence.ts'
import { planIsOutdated, preparingPostgresDialect } from './prepared-on-postgres.ts'
import type { Tables } from './tables.ts'

const bigintOid = 20
/** What running a transaction again resolves: two that collided, or a statement to be planned anew. */
const collisions = new Set(['40001', '40P01', planIsOutdated])
const mostAttempts = 5

export async function openPostgres(
  url: string,
  observe: ObserveDatabase | undefined,
): Promise<Database> {
  const pool = new pg.Pool({
    connectionString: url,
    max: 20,
    connectionTimeoutMillis: 10_000,
    types: {
      // Byte counts and milliseconds stay below 2^53, so a plain number holds them exactly.
      getTypeParser: (oid, format) =>
        oid === bigintOid ? Number : pg.types.getTypeParser(oid, format),
    },
  })
  // A connection that dies is the pool's to replace. Whoever waits for an answer on it is told; beyond
  // that the driver tells the pool, or the connection where someone has it, and would end us if
  // nobody listened.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  const queries = new Kysely<Tables>({
    dialect: preparingPostgresDialect(pool),
    ...queryLog(observe),
  })
  await migrate(queries, 'postgres')
  const presence = await PostgresPresence.begin(url, drawProcessId())

  return {
    dialect: 'postgres',
    read: queries,
    write: observedWrite(
      (work) => retryCollisions(() => queries.transaction().execute(work)),
      observe,
    ),
    check: () => askAnything(queries),
    processId: presence.processId,
    // Also while the connection that tells others is being made anew.
    livingProcesses: async () => [presence.processId, ...(await livingProcesses(queries))],
    [Symbol.asyncDispose]: async () => {
      await presence.end()
      await queries.destroy()
    },
  }
}

async function retryCollisions<T>(run: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run()
    } catch (error) {
      const code = error instanceof pg.DatabaseError ? error.code : undefined
      if (code === undefined || !collisions.has(code) || attempt === mostAttempts) throw error
    }
  }
}
