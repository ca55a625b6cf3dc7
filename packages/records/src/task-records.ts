/** Tasks on a database. A task is claimed by one statement, so no two processes get the same. */
import {
  type Task,
  type TaskListQuery,
  type TaskQueue,
  type TaskReader,
  type TaskSortField,
  type TaskStatus,
  type TaskWriter,
  taskStatuses,
  taskTypes,
} from '@vitrine/core'
import { type Selectable, sql } from 'kysely'
import { type Database, endedAmong, type Queries } from './database.ts'
import { type EventListeners, eventWriter } from './event-records.ts'
import { oneOf } from './image-rows.ts'
import type { TaskRow } from './tables.ts'

/** In which a task may still change. */
const unended: TaskStatus[] = ['pending', 'processing']

export function taskReader(queries: Queries): TaskReader {
  return {
    async findTask(id) {
      const row = await queries
        .selectFrom('tasks')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirst()
      return row && toTask(row)
    },

    listTasks: (query) => listTasks(queries, query),

    async listTasksOfImage(imageId) {
      const rows = await queries
        .selectFrom('tasks')
        .selectAll()
        .where('image_id', '=', imageId)
        .orderBy('created_at')
        .orderBy('id')
        .execute()
      return rows.map(toTask)
    },
  }
}

export function taskWriter(queries: Queries, processId: number): TaskWriter {
  return {
    async insertTask(task, claimant = 'any') {
      const process_id = claimant === 'any' ? null : processId
      await queries
        .insertInto('tasks')
        .values({ ...toTaskRow(task), process_id })
        .execute()
    },

    async saveTask(task) {
      const { status, result, message, updated_at, expires_at } = toTaskRow(task)
      const { numUpdatedRows } = await queries
        .updateTable('tasks')
        .set({ status, result, message, updated_at, expires_at })
        .where('id', '=', task.id)
        .where('status', 'in', unended)
        .where('attempts', '=', task.attempts)
        .executeTakeFirst()
      return numUpdatedRows > 0n
    },
  }
}

export function taskQueue(database: Database, listeners: EventListeners): TaskQueue {
  return {
    async claimTask(now, toEvents = () => []) {
      const claimants = await database.read
        .selectFrom('tasks')
        .select('process_id')
        .distinct()
        .where('status', 'in', unended)
        .execute()
      const ended = await endedAmong(
        database,
        claimants.map((row) => row.process_id),
      )
      const claimed = await database.write(async (queries) => {
        const next = queries
          .selectFrom('tasks')
          .select('id')
          .where('status', 'in', unended)
          .where((where) =>
            where.or([
              where('process_id', 'is', null),
              where('status', '=', 'pending').and('process_id', '=', database.processId),
              ...(ended.length === 0 ? [] : [where('process_id', 'in', ended)]),
            ]),
          )
          .orderBy('created_at')
          .orderBy('id')
          .limit(1)
          .$if(database.dialect === 'postgres', (query) => query.forUpdate().skipLocked())
        const row = await queries
          .updateTable('tasks')
          .set({
            status: 'processing',
            process_id: database.processId,
            attempts: sql`attempts + 1`,
            updated_at: now.getTime(),
          })
          .where('id', 'in', next)
          .returningAll()
          .executeTakeFirst()
        const task = row && toTask(row)
        if (task !== undefined) await eventWriter(queries).insertEvents(toEvents(task))
        return task
      })
      if (claimed !== undefined) listeners.tell()
      return claimed
    },

    async releaseTask(id) {
      await database.write((queries) =>
        queries
          .updateTable('tasks')
          .set({ status: 'pending', process_id: null, attempts: sql`attempts - 1` })
          .where('id', '=', id)
          .where('status', '=', 'processing')
          .where('process_id', '=', database.processId)
          .execute(),
      )
    },

    async forgetExpiredTasks(now) {
      await database.write((queries) =>
        queries.deleteFrom('tasks').where('expires_at', '<', now.getTime()).execute(),
      )
    },
  }
}

const sortColumns = {
  id: 'id',
  type: 'type',
  status: 'status',
  owner: 'owner',
  expiresAt: 'expires_at',
  createdAt: 'created_at',
  updatedAt: 'updated_at',
  imageId: 'image_id',
  requestId: 'request_id',
  userId: 'user_id',
} as const satisfies Record<TaskSortField, keyof TaskRow>

/** As what a field sorts when a task has none. */
const whenMissing: Partial<Record<TaskSortField, string | number>> = {
  owner: '',
  imageId: '',
  requestId: '',
  expiresAt: 0,
}

async function listTasks(queries: Queries, query: TaskListQuery): Promise<Task[]> {
  const { status, type, owner, after, sort } = query
  const { direction } = sort
  const column = sql.ref(sortColumns[sort.field])
  const missing = whenMissing[sort.field]
  const field = missing === undefined ? column : sql`coalesce(${column}, ${sql.lit(missing)})`
  const beyond = direction === 'asc' ? sql`>` : sql`<`
  const rows = await queries
    .selectFrom('tasks')
    .selectAll()
    .where((where) =>
      where.or([where('expires_at', 'is', null), where('expires_at', '>=', query.now.getTime())]),
    )
    .$if(status !== undefined, (page) => page.where('status', '=', status ?? ''))
    .$if(type !== undefined, (page) => page.where('type', '=', type ?? ''))
    .$if(owner !== undefined, (page) => page.where('owner', '=', owner ?? ''))
    .$if(after !== undefined, (page) =>
      page.where(
        sql<boolean>`(${field}, id) ${beyond} (${sortValue(after, sort.field)}, ${after?.id ?? ''})`,
      ),
    )
    .orderBy(field, direction)
    .orderBy('id', direction)
    .limit(query.limit)
    .execute()
  return rows.map(toTask)
}

function sortValue(task: Task | undefined, field: TaskSortField): string | number {
  const value = task?.[field]
  if (value instanceof Date) return value.getTime()
  return value ?? whenMissing[field] ?? ''
}

function toTask(row: Selectable<TaskRow>): Task {
  return {
    id: row.id,
    type: oneOf(taskTypes, row.type),
    status: oneOf(taskStatuses, row.status),
    owner: row.owner,
    userId: row.user_id,
    imageId: row.image_id,
    requestId: row.request_id,
    input: JSON.parse(row.input),
    result: row.result === null ? null : JSON.parse(row.result),
    message: row.message,
    attempts: row.attempts,
    createdAt: new Date(row.created_at),
    updatedAt: new Date(row.updated_at),
    expiresAt: row.expires_at === null ? null : new Date(row.expires_at),
  }
}

function toTaskRow(task: Task) {
  return {
    id: task.id,
    type: task.type,
    status: task.status,
    owner: task.owner,
    user_id: task.userId,
    image_id: task.imageId,
    request_id: task.requestId,
    input: JSON.stringify(task.input),
    result: task.result === null ? null : JSON.stringify(task.result),
    message: task.message,
    attempts: task.attempts,
    created_at: task.createdAt.getTime(),
    updated_at: task.updatedAt.getTime(),
    expires_at: task.expiresAt?.getTime() ?? null,
  }
}
