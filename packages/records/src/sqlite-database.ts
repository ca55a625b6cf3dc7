/**
 * SQLite as the embedded database: one connection reads, one writes, and many writes share a commit.
 *
 *   write ─┐
 *   write ─┼─► queue ─► BEGIN · savepoint each · COMMIT (one fsync) ─► all of them resolve
 *   write ─┘
 *
 * A commit costs one fsync however many works it carries, so a busy service writes much faster than
 * the disk can sync, and still answers only when the change would outlive a power cut. A work that
 * throws rolls back to its own savepoint and disturbs no other.
 */
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setImmediate as restOfTurn } from 'node:timers/promises'
import {
  askAnything,
  type Database,
  drawProcessId,
  type ObserveDatabase,
  observedWrite,
  type Queries,
} from './database.ts'
import { sqliteTrouble } from './database-trouble.ts'
import { migrate } from './migrate.ts'
import { lockForThisProcess } from './sqlite-lock.ts'
import { SqliteQueries } from './sqlite-queries.ts'
import type { Tables } from './tables.ts'

/** So that one long queue cannot keep its first works waiting for ever. */
const mostWorksPerCommit = 256

export async function openSqlite(
  path: string,
  observe: ObserveDatabase | undefined,
): Promise<Database> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const lock = lockForThisProcess(path)
  const writing = new DatabaseSync(path)
  // FULL: in WAL mode anything less may lose the last commits in a power cut. Caches are small: what
  // they do not have, the system's cache of the file does. The log is carried over to the file once it
  // has 16 MiB, so that a page that changes with every commit is carried over a quarter as often; one
  // part of SQLite's index of the log holds that many pages, and a longer log would take longer to read.
  // What savepoints keep of pages stays in memory: once it has 64 KiB, as with any two shares, every
  // page that a work changes would else be written to a temporary file, which nobody ever reads.
  writing.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA busy_timeout = 5000;
    PRAGMA foreign_keys = ON;
    PRAGMA cache_size = -4096;
    PRAGMA wal_autocheckpoint = 4000;
    PRAGMA temp_store = MEMORY;
  `)
  const writes: Queries = new SqliteQueries<Tables>(writing)
  // All of it or nothing: a process that dies here must not leave half of a schema.
  writing.exec('BEGIN IMMEDIATE')
  await migrate(writes, 'sqlite')
  writing.exec('COMMIT')

  const reading = new DatabaseSync(path, { readOnly: true })
  reading.exec('PRAGMA busy_timeout = 5000; PRAGMA cache_size = -8192;')
  const reads = new SqliteQueries<Tables>(reading, observe)
  const commits = new GroupCommit(writing, writes)
  const processId = drawProcessId()

  return {
    dialect: 'sqlite',
    read: reads,
    write: observedWrite((work) => commits.write(work), observe),
    check: () => askAnything(reads),
    processId,
    // Whoever opens an embedded database has it alone: see `lockForThisProcess`.
    livingProcesses: async () => [processId],
    [Symbol.asyncDispose]: async () => {
      await commits.idle()
      reading.close()
      writing.close()
      lock[Symbol.dispose]()
    },
  }
}

/** Beside the process that has it open: nothing can be written, and it must be up to date. */
export async function openSqliteToRead(path: string): Promise<Database> {
  const reading = new DatabaseSync(path, { readOnly: true })
  reading.exec('PRAGMA busy_timeout = 5000; PRAGMA cache_size = -8192;')
  const reads = new SqliteQueries<Tables>(reading)
  const processId = drawProcessId()
  return {
    dialect: 'sqlite',
    read: reads,
    write: async () => {
      throw new Error(`Cannot change ${path}: it was opened to be read`)
    },
    check: () => askAnything(reads),
    processId,
    livingProcesses: async () => [processId],
    [Symbol.asyncDispose]: async () => reading.close(),
  }
}

type Work = {
  readonly run: (queries: Queries) => Promise<unknown>
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

class GroupCommit {
  readonly #database: DatabaseSync
  readonly #queries: Queries
  readonly #waiting: Work[] = []
  #draining: Promise<void> | undefined

  constructor(database: DatabaseSync, queries: Queries) {
    this.#database = database
    this.#queries = queries
  }

  async write<T>(work: (queries: Queries) => Promise<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    let result: { value: T } | undefined
    this.#waiting.push({
      run: async (queries) => {
        result = { value: await work(queries) }
      },
      resolve: () => result && resolve(result.value),
      reject,
    })
    this.#draining ??= this.#drain()
    return promise
  }

  async idle(): Promise<void> {
    await this.#draining
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      await this.#gather()
      await this.#commitOnce()
    }
    // In the same breath as the look at the queue: a work that comes later must drain it anew.
    this.#draining = undefined
  }

  /**
   * Waits for as long as each turn of the event loop brings more works: requests that have arrived
   * by then shall share the commit, those among them whose clients the last one has answered.
   */
  async #gather(): Promise<void> {
    let before: number
    do {
      before = this.#waiting.length
      await restOfTurn()
    } while (this.#waiting.length > before && this.#waiting.length < mostWorksPerCommit)
  }

  async #commitOnce(): Promise<void> {
    const kept: Work[] = []
    try {
      this.#database.exec('BEGIN IMMEDIATE')
      for (let count = 0; count < mostWorksPerCommit; count++) {
        const work = this.#waiting.shift()
        if (work === undefined) break
        if (await this.#runInSavepoint(work)) kept.push(work)
      }
      this.#database.exec('COMMIT')
    } catch (error) {
      // Whoever writes after the end must hear of it, rather than wait for ever.
      const { isOpen } = this.#database
      if (isOpen && this.#database.isTransaction) this.#database.exec('ROLLBACK')
      // A failed BEGIN has taken no work yet: the first in the queue hears of it, so that we go on.
      const unlucky = kept.length > 0 ? kept : this.#waiting.splice(0, 1)
      const told = sqliteTrouble(error)
      for (const work of unlucky) work.reject(told)
      return
    }
    for (const work of kept) work.resolve(undefined)
  }

  async #runInSavepoint(work: Work): Promise<boolean> {
    this.#database.exec('SAVEPOINT work')
    try {
      await work.run(this.#queries)
      this.#database.exec('RELEASE work')
      return true
    } catch (error) {
      work.reject(error)
      // A full disk may already have ended the whole transaction: then the commit below fails too.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK TO work; RELEASE work')
      return false
    }
  }
}
