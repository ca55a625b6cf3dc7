/**
 * Keeps a second process from opening the same embedded database.
 *
 * The lock is SQLite's own exclusive lock on an empty file beside the database. The operating
 * system drops it the moment the process ends, however it ends, so there is never a stale one.
 */
import { DatabaseSync } from 'node:sqlite'

/** Another process has the embedded database open. */
export class DatabaseInUseError extends Error {
  override readonly name = 'DatabaseInUseError'

  constructor(path: string, options?: ErrorOptions) {
    super(
      `${path} is in use by another process. Stop it first, or use PostgreSQL to run several`,
      options,
    )
  }
}

/** @throws {DatabaseInUseError} when another process has the database open. */
export function lockForThisProcess(path: string): Disposable {
  const lock = new DatabaseSync(`${path}.lock`)
  try {
    lock.exec('PRAGMA journal_mode = OFF; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
  } catch (error) {
    lock.close()
    throw new DatabaseInUseError(path, { cause: error })
  }
  return { [Symbol.dispose]: () => lock.close() }
}
