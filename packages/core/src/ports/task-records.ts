import type { Event } from '../events.ts'
import type { Task, TaskStatus, TaskType } from '../task.ts'

/** Keeps tasks, also expired ones until they are forgotten. Part of the port `Records`. */
export interface TaskReader {
  findTask(id: string): Promise<Task | undefined>

  /** One page, in order of one field and then of id, without those that have expired. */
  listTasks(query: TaskListQuery): Promise<readonly Task[]>

  /** In the order in which they were created. */
  listTasksOfImage(imageId: string): Promise<readonly Task[]>
}

export interface TaskWriter {
  /** @param claimant who may claim it: any process, or while this one lives nobody else. */
  insertTask(task: Task, claimant?: 'any' | 'this process'): Promise<void>

  /**
   * Keeps status, result, message, `updatedAt` and `expiresAt`.
   *
   * @returns false, changing nothing, when the task has ended, or another process has begun it since
   *   it was read: its attempts tell.
   */
  saveTask(task: Task): Promise<boolean>
}

export interface TaskQueue {
  /**
   * Takes the oldest task that waits, or whose process has died, and makes it `processing`. Every
   * task is given to exactly one living process, however many ask.
   *
   * @param toEvents makes the events to be kept with it.
   * @returns the task with its attempt counted; undefined when there is nothing to do.
   */
  claimTask(now: Date, toEvents?: (task: Task) => readonly Event[]): Promise<Task | undefined>

  /**
   * Hands a claimed task back unfinished, as if it had not been begun. Quiet when this process does
   * not hold it any more.
   */
  releaseTask(id: string): Promise<void>

  /** Removes tasks that expired before `now`. */
  forgetExpiredTasks(now: Date): Promise<void>
}

export const taskSortFields = [
  'id',
  'type',
  'status',
  'owner',
  'expiresAt',
  'createdAt',
  'updatedAt',
  'imageId',
  'requestId',
  'userId',
] as const
export type TaskSortField = (typeof taskSortFields)[number]

export type TaskListQuery = {
  readonly now: Date
  readonly status?: TaskStatus
  readonly type?: TaskType
  readonly owner?: string
  readonly sort: { readonly field: TaskSortField; readonly direction: 'asc' | 'desc' }
  readonly after: Task | undefined
  readonly limit: number
}
