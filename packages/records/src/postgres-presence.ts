/**
 * Which processes are alive, as PostgreSQL itself knows it.
 *
 * Each process holds an advisory lock under its number, on a connection of its own. The server
 * drops the lock the moment the connection ends, so a process killed at any point is known to be
 * dead at once, without clocks, heartbeats or time-outs.
 *
 * A process that loses its connection may be taken for dead while it lives. That is safe: it then
 * finds that its unfinished work was given up, and says so.
 */
import { sql } from 'kysely'
import pg from 'pg'
import type { Queries } from './database.ts'

/** Tells our advisory locks from those of other programs in the same database. "Vitr". */
const lockClass = 0x56697472
const reconnectAfterMs = 1000

export class PostgresPresence {
  readonly processId: number
  readonly #url: string
  #client: pg.Client | undefined
  #retry: NodeJS.Timeout | undefined
  #ended = false

  private constructor(url: string, processId: number) {
    this.#url = url
    this.processId = processId
  }

  static async begin(url: string, processId: number): Promise<PostgresPresence> {
    const presence = new PostgresPresence(url, processId)
    await presence.#hold()
    return presence
  }

  async end(): Promise<void> {
    this.#ended = true
    clearTimeout(this.#retry)
    await this.#client?.end()
  }

  async #hold(): Promise<void> {
    const client = new pg.Client({ connectionString: this.#url, keepAlive: true })
    client.on('error', () => this.#holdAgainLater())
    await client.connect()
    await client.query('select pg_advisory_lock($1, $2)', [lockClass, this.processId])
    this.#client = client
  }

  #holdAgainLater(): void {
    if (this.#ended) return
    clearTimeout(this.#retry)
    this.#retry = setTimeout(() => {
      this.#hold().catch(() => this.#holdAgainLater())
    }, reconnectAfterMs)
  }
}

export async function livingProcesses(queries: Queries): Promise<readonly number[]> {
  const { rows } = await sql<{ process: number }>`
    select objid::bigint as process from pg_locks
    where locktype = 'advisory' and classid = ${lockClass} and granted
      and database = (select oid from pg_database where datname = current_database())
  `.execute(queries)
  return rows.map((row) => row.process)
}
