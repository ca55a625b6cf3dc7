/**
 * One look at SQLite for all that is read in a turn of the event loop.
 *
 *   read ─► BEGIN ─► read ─► read ─┬─► end of the turn ─► COMMIT
 *                                  └─► a commit of ours ─► COMMIT, and the next read begins anew
 *
 * A statement that is alone has SQLite lock the database, see what has changed, and unlock it, which
 * takes longer than to answer most of them; and a request asks several, beside those of others. Nothing
 * is read that is out of date: nobody else writes here (see sqlite-lock.ts), and what we commit ends
 * the look. It never lasts, since SQLite cannot begin its log anew while somebody looks at it.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite'

export class SharedLook {
  readonly #database: DatabaseSync
  readonly #begin: StatementSync
  readonly #commit: StatementSync
  #isOpen = false

  /** @param database on which nothing but reads is asked, and those through this. */
  constructor(database: DatabaseSync) {
    this.#database = database
    this.#begin = database.prepare('begin')
    this.#commit = database.prepare('commit')
  }

  /** To be called before each read. */
  begin(): void {
    if (this.#isOpen) return
    this.#begin.run()
    this.#isOpen = true
    setImmediate(() => this.end())
  }

  /** To be called before what others commit is to be seen, and before the database is closed. */
  end(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    // A disk that fails may have ended it already.
    if (this.#database.isTransaction) this.#commit.run()
  }
}
