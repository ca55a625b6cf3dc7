/**
 * Many writes in one commit of SQLite.
 *
 *   write ─┐
 *   write ─┼─► queue ─► BEGIN · one after the other · COMMIT (one fsync) ─► all of them resolve
 *   write ─┘                        │
 *                                   └─ one fails half-way ─► ROLLBACK ─► all again, a savepoint each
 *
 * A commit costs one fsync however many works it carries, so a busy service writes much faster than
 * the disk can sync, and still answers only when the change would outlive a power cut.
 *
 * A work that throws disturbs no other. Nearly all that throw have found that they may not do what
 * was asked, and have changed nothing. Savepoints, with which one that has can be undone by itself,
 * have SQLite copy every page before it changes; so they are taken when they are known to be needed.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { setImmediate as restOfTurn } from 'node:timers/promises'
import type { Queries } from './database.ts'
import { sqliteTrouble } from './database-trouble.ts'

/** So that one long queue cannot keep its first works waiting for ever. */
const mostWorksPerCommit = 256

type Work = {
  readonly run: (queries: Queries) => Promise<unknown>
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

export class GroupCommit {
  readonly #database: DatabaseSync
  readonly #queries: Queries
  readonly #beforeCommit: () => void
  readonly #totalChanges: StatementSync
  readonly #waiting: Work[] = []
  #draining: Promise<void> | undefined

  /**
   * @param queries on this database, which is for writing alone.
   * @param beforeCommit called each time, so that whoever reads next sees it.
   */
  constructor(database: DatabaseSync, queries: Queries, beforeCommit = () => {}) {
    this.#database = database
    this.#queries = queries
    this.#beforeCommit = beforeCommit
    this.#totalChanges = database.prepare('select total_changes() as count')
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
    const works = new Set<Work>()
    try {
      this.#database.exec('BEGIN IMMEDIATE')
      if (!(await this.#runTogether(works))) {
        if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
        this.#database.exec('BEGIN IMMEDIATE')
        await this.#runApart(works)
      }
      this.#beforeCommit()
      this.#database.exec('COMMIT')
    } catch (error) {
      // Whoever writes after the end must hear of it, rather than wait for ever.
      const { isOpen } = this.#database
      if (isOpen && this.#database.isTransaction) this.#database.exec('ROLLBACK')
      // A failed BEGIN has taken no work yet: the first in the queue hears of it, so that we go on.
      const unlucky = works.size > 0 ? works : this.#waiting.splice(0, 1)
      const told = sqliteTrouble(error)
      for (const work of unlucky) work.reject(told)
      return
    }
    for (const work of works) work.resolve(undefined)
  }

  /**
   * @param works takes those that are to be kept.
   * @returns false when one has failed half-way: then none of them is.
   */
  async #runTogether(works: Set<Work>): Promise<boolean> {
    for (let count = 0; count < mostWorksPerCommit; count++) {
      const work = this.#waiting.shift()
      if (work === undefined) break
      works.add(work)
      const before = this.#changes()
      try {
        await work.run(this.#queries)
      } catch (error) {
        if (!this.#database.isTransaction || this.#changes() !== before) return false
        works.delete(work)
        work.reject(error)
      }
    }
    return true
  }

  /** @param works loses those that fail. */
  async #runApart(works: Set<Work>): Promise<void> {
    for (const work of works) {
      this.#database.exec('SAVEPOINT work')
      try {
        await work.run(this.#queries)
        this.#database.exec('RELEASE work')
      } catch (error) {
        works.delete(work)
        work.reject(error)
        // A full disk may have ended the whole transaction: then nothing of it can be kept.
        if (!this.#database.isTransaction) throw error
        this.#database.exec('ROLLBACK TO work; RELEASE work')
      }
    }
  }

  #changes(): unknown {
    return this.#totalChanges.get()?.count
  }
}
