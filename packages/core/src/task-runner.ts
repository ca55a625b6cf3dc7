/**
 * Runs tasks in the background, a few at once.
 *
 * A task is taken from the records, so it survives a restart, and is run by one process however
 * many there are. When that process dies another takes it over and begins anew; whoever runs a
 * task must be ready for what a dead one left half-done.
 */
import { VitrineError } from './errors.ts'
import type { Clock } from './ports/clock.ts'
import type { RecordsWithEvents } from './records-with-events.ts'
import type { Task } from './task.ts'

/** Carries out a task. What it returns is the task's result. */
export type RunTask = (
  task: Task,
  progress: Progress,
) => Promise<Readonly<Record<string, unknown>> | null>

export type Progress = {
  /** Aborts when the service stops: give up and let another process begin anew. */
  readonly signal: AbortSignal
  /** Tells how far the task has come. */
  say(message: string): Promise<void>
}

export type TaskRunnerParts = {
  readonly records: RecordsWithEvents
  readonly clock: Clock
  readonly run: RunTask
  /** Puts right what the task leaves when it is not run any more. */
  readonly giveUp: (task: Task, reason: string) => Promise<void>
  /** For how long an ended task is shown. */
  readonly keepSeconds: number
  readonly onError: (error: unknown, task: Task | undefined) => void
}

const mostAtOnce = 4
/** A task that ended as many processes as this is to blame itself. */
const mostAttempts = 3

export class TaskRunner implements AsyncDisposable {
  readonly #parts: TaskRunnerParts
  readonly #running = new Set<Promise<void>>()
  readonly #stopping = new AbortController()

  constructor(parts: TaskRunnerParts) {
    this.#parts = parts
  }

  /** Looks for tasks to run: after one was created, at the start, and now and then. */
  wake(): void {
    if (this.#stopping.signal.aborted || this.#running.size >= mostAtOnce) return
    const running = this.#runNext()
      .catch((error) => this.#parts.onError(error, undefined))
      .finally(() => this.#running.delete(running))
    this.#running.add(running)
  }

  /** Resolves when nothing runs any more. What was not finished waits for the next process. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort(new Error('the service stops'))
    while (this.#running.size > 0) await Promise.all(this.#running)
  }

  async #runNext(): Promise<void> {
    const { records, clock } = this.#parts
    const task = await records.claimTask(clock.now())
    if (task === undefined) return
    this.wake() // there may be more, and room for it
    if (task.attempts > mostAttempts) {
      await this.#fail(task, `Given up after ${mostAttempts} attempts that ended with the process`)
    } else {
      await this.#run(task)
    }
    this.wake()
  }

  async #run(task: Task): Promise<void> {
    const { signal } = this.#stopping
    const say = (message: string) => this.#save({ ...task, message })
    try {
      const result = await this.#parts.run(task, { signal, say })
      await this.#end({ ...task, status: 'success', result, message: '' })
    } catch (error) {
      if (signal.aborted) return this.#parts.records.releaseTask(task.id)
      // A refusal is written for people; of anything else only the operator hears more.
      const known = error instanceof VitrineError
      if (!known) this.#parts.onError(error, task)
      await this.#fail(task, known ? error.message : 'The task failed for an unexpected reason')
    }
  }

  async #fail(task: Task, reason: string): Promise<void> {
    await this.#parts.giveUp(task, reason)
    await this.#end({ ...task, status: 'failure', message: reason })
  }

  async #end(task: Task): Promise<void> {
    const { clock, keepSeconds } = this.#parts
    await this.#save({ ...task, expiresAt: new Date(clock.now().getTime() + keepSeconds * 1000) })
  }

  async #save(task: Task): Promise<void> {
    const { records, clock } = this.#parts
    await records.write((transaction) => transaction.saveTask({ ...task, updatedAt: clock.now() }))
  }
}
