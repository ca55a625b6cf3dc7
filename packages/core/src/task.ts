/**
 * Work that outlives the call that asked for it.
 *
 *   pending ──claimed by a process──► processing ──► success
 *                   ▲                     │    └───► failure
 *                   └──the process died───┘
 */
import { randomUUID } from 'node:crypto'
import type { Actor } from './actor.ts'

export const taskTypes = ['import', 'api_image_import', 'location_import'] as const
export type TaskType = (typeof taskTypes)[number]

export const taskStatuses = ['pending', 'processing', 'success', 'failure'] as const
export type TaskStatus = (typeof taskStatuses)[number]

export type Task = {
  readonly id: string
  readonly type: TaskType
  readonly status: TaskStatus
  /** Project that asked for it. */
  readonly owner: string | null
  readonly userId: string
  readonly imageId: string | null
  /** Id of the request that asked for it, as its answer said. */
  readonly requestId: string | null
  /** What was asked for. JSON; its shape belongs to the type of task. */
  readonly input: Readonly<Record<string, unknown>>
  readonly result: Readonly<Record<string, unknown>> | null
  /** How far it has come, or why it failed. For people. */
  readonly message: string
  /** How many processes have begun it. */
  readonly attempts: number
  readonly createdAt: Date
  readonly updatedAt: Date
  /** Null until the task has ended; from this time on it is not shown. */
  readonly expiresAt: Date | null
}

/** Whoever asked for the task: what it changes is their doing. */
export function starterOf({ userId, owner }: Task): Actor {
  return { userId, projectId: owner ?? undefined, roles: new Set() }
}

/** A task that waits for a process to claim it, on behalf of whoever asked for it. */
export function newTask(
  actor: Actor,
  now: Date,
  asked: Pick<Task, 'type' | 'imageId' | 'requestId' | 'input'>,
): Task {
  return {
    ...asked,
    id: randomUUID(),
    status: 'pending',
    owner: actor.projectId ?? null,
    userId: actor.userId,
    result: null,
    message: '',
    attempts: 0,
    createdAt: now,
    updatedAt: now,
    expiresAt: null,
  }
}

export function hasEnded({ status }: Task): boolean {
  return status === 'success' || status === 'failure'
}
