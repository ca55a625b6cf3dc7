/** Chooses the database by its URL. */
import { existsSync } from 'node:fs'
import type { Database, ObserveDatabase } from './database.ts'

/**
 * Opens the database at `url`, `sqlite:<path>` or `postgres://…`, and brings its tables up to date.
 *
 * @param observe undefined where nobody wants to know how long it takes.
 * @throws {Error} when the URL has another scheme, or the database cannot be opened.
 */
export async function openDatabase(
  url: string,
  observe?: ObserveDatabase | undefined,
): Promise<Database> {
  // Loaded when asked for: the embedded default must not pay for the other's driver at start-up.
  if (url.startsWith('sqlite:')) {
    const { openSqlite } = await import('./sqlite-database.ts')
    return openSqlite(url.slice('sqlite:'.length), observe)
  }
  if (/^postgres(ql)?:/.test(url)) {
    const { openPostgres } = await import('./postgres-database.ts')
    return openPostgres(url, observe)
  }
  throw new Error(`Cannot open a database: its URL must begin with "sqlite:" or "postgres:"`)
}

/**
 * Opens a database that is there already, for a program that reads it beside the service. An embedded
 * one cannot be written to.
 *
 * @throws {Error} when there is none.
 */
export async function openDatabaseBeside(url: string): Promise<Database> {
  if (!url.startsWith('sqlite:')) return openDatabase(url)
  const path = url.slice('sqlite:'.length)
  if (!existsSync(path)) throw new Error(`there is no database at ${path}`)
  const { openSqliteToRead } = await import('./sqlite-database.ts')
  return openSqliteToRead(path)
}
