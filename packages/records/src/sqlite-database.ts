/** SQLite as the embedded database: one connection reads, one writes, and many writes share a commit. */
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import {
  askAnything,
  type Database,
  drawProcessId,
  type ObserveDatabase,
  observedWrite,
  type Queries,
} from './database.ts'
import { GroupCommit } from './group-commit.ts'
import { migrate } from './migrate.ts'
import { SharedLook } from './shared-look.ts'
import { lockForThisProcess } from './sqlite-lock.ts'
import { SqliteQueries } from './sqlite-queries.ts'
import type { Tables } from './tables.ts'

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
  // What savepoints and statements keep of pages stays in memory: beyond 64 KiB in a transaction every
  // page that they change would else be written to a temporary file, which nobody ever reads.
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
  const look = new SharedLook(reading)
  const reads = new SqliteQueries<Tables>(reading, observe, look)
  const commits = new GroupCommit(writing, writes, () => look.end())
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
      look.end()
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
