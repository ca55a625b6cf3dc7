/**
 * Says in the port's words that the database cannot do its work, whatever was asked of it: nobody
 * reaches it, its disk is full, it is being restarted. What is wrong with a question, or with what a
 * constraint forbids, comes through unchanged.
 */
import { UnavailableError } from '@vitrine/core'

/** SQLite's result codes, of which the lowest byte says what kind it is of. */
const sqliteTroubles: Readonly<Record<number, string>> = {
  5: 'it is locked', // SQLITE_BUSY
  8: 'it is read-only', // SQLITE_READONLY
  10: 'its disk fails', // SQLITE_IOERR
  13: 'its disk is full', // SQLITE_FULL
  14: 'its file cannot be opened', // SQLITE_CANTOPEN
}

/** PostgreSQL's SQLSTATEs, or the classes that they begin with. */
const postgresTroubles: readonly (readonly [state: string, trouble: string])[] = [
  ['53100', 'its disk is full'],
  ['53', 'it has no room for more'], // memory, connections
  ['25006', 'it is read-only'], // a standby, or a primary that became one
  ['28', 'it does not let us in'],
  ['57P', 'it is being stopped or started'],
  ['58', 'its disk fails'],
  ['08', 'the connection to it broke'],
]

/** @returns what to throw instead of what SQLite threw. */
export function sqliteTrouble(error: unknown): unknown {
  if (!(error instanceof Error && 'errcode' in error)) return error
  return unavailable(sqliteTroubles[Number(error.errcode) & 0xff], error)
}

/** @returns what to throw instead of what the driver of PostgreSQL threw. */
export function postgresTrouble(error: unknown): unknown {
  if (error instanceof Error && 'severity' in error && 'code' in error) {
    const state = String(error.code)
    return unavailable(postgresTroubles.find(([begin]) => state.startsWith(begin))?.[1], error)
  }
  // A mistake of our own, such as a value that no column can hold, is none of the database.
  if (error instanceof TypeError || error instanceof RangeError) return error
  return unavailable('it cannot be reached', error)
}

function unavailable(trouble: string | undefined, cause: unknown): unknown {
  if (trouble === undefined) return cause
  return new UnavailableError(`Cannot use the database: ${trouble}`, { cause })
}
