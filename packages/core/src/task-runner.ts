/**
 * Runs tasks in the background, a few at once.
 *
 *   claim ──► run ──► end: the task's last change and its end, in one transaction
 *               └──► give up: what is taken back, and its failure, in one transaction
 *
 * A task is taken from the records, so it survives a restart, and is run by one process however
 * many there are. When that process dies another takes it over and begins anew; whoever runs a
 * task must be ready for what a dead one left half-done. Since what a task does last is committed
 * with its end, no task that has done its work is ever begun anew.
 */
import { GoneError, VitrineError } from './errors.ts'
import type { Clock } from './ports/clock.ts'
import type { RecordsWithEvents, TransactionWithEvents } from './records-with-events.ts'
import { starterOf, type Task, type TaskStatus } from './task.ts'

/** Carries out a task, up to what it does last. */
export type RunTask = (task: Task, progress: Progress) => Promise<Ending>

/** What a task does last: in the transaction that ends it, and on behalf of who asked for it. */
export type Ending = (transaction: TransactionWithEvents) => Promise<Ended>

export type Ended = {
  readonly result: Task['result']
  /** Runs once that is committed. When it fails, the task has ended all the same. */
  readonly afterwards?: () => Promise<void>
}

export type Progress = {
  /** Aborts when the service stops: give up and let another process begin anew. */
  readonly signal: AbortSignal
  /**
   * Tells how far the task has come.
   *
   * @throws {GoneError} when the task is not this process's any more.
   */
  say(message: string): Promise<void>
  /** Tells the operator of a failure that does not end the task, unless it is a refusal of ours. */
  complain(error: unknown): void
}

export type TaskRunnerParts = {
  readonly records: RecordsWithEvents
  readonly clock: Clock
  readonly run: RunTask
  /** Puts right what the task leaves when it is not run any more. */
  readonly giveUp: (task: Task) => Ending
  /** For how long an ended task is shown. */
  readonly keepSeconds: number
  readonly onError: (error: unknown, task: Task | undefined) => void
}

const mostAtOnce = 4
/** A task that ended as many processes as this is to blame itself. */
const mostAttempts = 3
/** How long to wait when not even the failure of a task could be written down. */
const retryAfterMs = 5_000

export class TaskRunner implements AsyncDisposable {
  readonly #parts: TaskRunnerParts
  readonly #running = new Set<Promise<void>>()
  readonly #stopping = new AbortController()
  #finishing = false

  constructor(parts: TaskRunnerParts) {
    this.#parts = parts
  }

  /** Looks for tasks to run: after one was created, at the start, and now and then. */
  wake(): void {
    if (this.#finishing || this.#running.size >= mostAtOnce) return
    const running = this.#runNext()
      .catch((error) => {
        this.#parts.onError(error, undefined)
        return false
      })
      .then((ranOne) => {
        this.#running.delete(running)
        if (ranOne) this.wake() // there is room again, and may be more
      })
    this.#running.add(running)
  }

  /** Begins no more tasks. Resolves when those that run have ended, or that time is over. */
  async finish(patienceMs: number): Promise<void> {
    this.#finishing = true
    const enough = new AbortController()
    const ended = Promise.all(this.#running).then(() => enough.abort())
    await Promise.race([ended, pause(patienceMs, enough.signal)])
  }

  /** Resolves when nothing runs any more. What was not finished waits for the next process. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#finishing = true
    this.#stopping.abort(new Error('the service stops'))
    while (this.#running.size > 0) await Promise.all(this.#running)
  }

  /** @returns whether there was a task. */
  async #runNext(): Promise<boolean> {
    const { records, clock } = this.#parts
    const task = await records.claimTask(clock.now())
    if (task === undefined) return false
    this.wake() // there may be more, and room for it
    if (task.attempts > mostAttempts) {
      await this.#fail(task, `Given up after ${mostAttempts} attempts that ended with the process`)
    } else {
      await this.#run(task)
    }
    return true
  }

  async #run(task: Task): Promise<void> {
    const { signal } = this.#stopping
    try {
      const ending = await this.#parts.run(task, {
        signal,
        say: (message) => this.#say({ ...task, message }),
        complain: (error) => this.#complain(error, task),
      })
      await this.#end(task, 'success', '', ending)
    } catch (error) {
      if (signal.aborted) return this.#parts.records.releaseTask(task.id)
      this.#complain(error, task)
      // A refusal is written for people; of anything else only the operator hears more.
      const isRefusal = error instanceof VitrineError
      await this.#fail(task, isRefusal ? error.message : 'The task failed for an unexpected reason')
    }
  }

  /** Goes on until it is written down: until then the image waits for the task. */
  async #fail(task: Task, reason: string): Promise<void> {
    const { signal } = this.#stopping
    for (;;) {
      try {
        return await this.#end(task, 'failure', reason, this.#parts.giveUp(task))
      } catch (error) {
        if (error instanceof GoneError) return // the task is another process's now
        this.#parts.onError(error, task)
        await pause(retryAfterMs, signal)
        if (signal.aborted) return this.#parts.records.releaseTask(task.id)
      }
    }
  }

  async #end(task: Task, status: TaskStatus, message: string, ending: Ending): Promise<void> {
    const { records, clock, keepSeconds } = this.#parts
    const afterwards = await records.by(starterOf(task)).write(async (transaction) => {
      const { result, afterwards } = await ending(transaction)
      const now = clock.now()
      const expiresAt = new Date(now.getTime() + keepSeconds * 1000)
      const ended = { ...task, status, message, result, updatedAt: now, expiresAt }
      requireSaved(await transaction.saveTask(ended), task)
      return afterwards
    })
    await afterwards?.().catch((error) => this.#parts.onError(error, task))
  }

  async #say(task: Task): Promise<void> {
    const { records, clock } = this.#parts
    const said = { ...task, updatedAt: clock.now() }
    requireSaved(await records.write((transaction) => transaction.saveTask(said)), task)
  }

  #complain(error: unknown, task: Task): void {
    if (!(error instanceof VitrineError)) this.#parts.onError(error, task)
  }
}

function requireSaved(saved: boolean, { id }: Task): void {
  if (saved) return
  throw new GoneError(`Cannot go on with task ${id}: it has ended, or another process runs it`)
}

/** Resolves after that time, and at once when the signal is aborted. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, milliseconds)
    signal.addEventListener('abort', done)
  })
}
