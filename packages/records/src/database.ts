/**
 * An open database: where to read, and the one way to write.
 *
 * SQLite and PostgreSQL differ below this line and nowhere above it. The tables are the same, and
 * so are the types of their columns: text compares by bytes, times are milliseconds since 1970,
 * booleans are 0 or 1, and lists and maps that are only ever read whole are JSON text.
 */
import { randomInt } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { Tables } from './tables.ts'

export type Queries = Kysely<Tables>

/** Hears how long the database took, for one query or for a whole transaction with its commit. */
export type ObserveDatabase = (operation: 'query' | 'transaction', seconds: number) => void

/** For Kysely, which measures nothing where nobody listens. */
export function queryLog(observe: ObserveDatabase | undefined) {
  if (observe === undefined) return {}
  return {
    log: ({ queryDurationMillis }: { readonly queryDurationMillis: number }) =>
      observe('query', queryDurationMillis / 1000),
  }
}

/** The same writing, with an ear on how long it takes. */
export function observedWrite(
  write: Database['write'],
  observe: ObserveDatabase | undefined,
): Database['write'] {
  if (observe === undefined) return write
  return async (work) => {
    const startedMs = performance.now()
    try {
      return await write(work)
    } finally {
      observe('transaction', (performance.now() - startedMs) / 1000)
    }
  }
}

/** Any table that is always there. */
export async function askAnything(queries: Queries): Promise<void> {
  await queries.selectFrom('event_places').select('name').limit(1).execute()
}

export interface Database extends AsyncDisposable {
  readonly dialect: 'sqlite' | 'postgres'

  /** For reading what is committed. */
  readonly read: Queries

  /**
   * Runs `work` in a transaction and resolves once it is durable. `work` may be run again from its
   * start when the database asks for it.
   */
  write<T>(work: (queries: Queries) => Promise<T>): Promise<T>

  /** Resolves when the database answers. */
  check(): Promise<void>

  /** Names this process among all that ever wrote to the database. A positive 31-bit number. */
  readonly processId: number

  /**
   * The processes that have the database open at this moment, this one included.
   *
   * What a process wrote before this call was written by one that is in the list, or has ended. What
   * it writes later may be by one that is not: so look for its traces first, then ask.
   */
  livingProcesses(): Promise<readonly number[]>
}

/** Those of these processes that have ended, whose numbers were read before. */
export async function endedAmong(
  database: Database,
  processIds: readonly (number | null)[],
): Promise<readonly number[]> {
  const others = processIds.filter((id) => id !== null && id !== database.processId)
  if (others.length === 0) return []
  const living = new Set(await database.livingProcesses())
  return others.filter((id) => id !== null && !living.has(id)).map(Number)
}

/** Long enough that two processes of one database never draw the same. */
export function drawProcessId(): number {
  return randomInt(1, 2 ** 31)
}
