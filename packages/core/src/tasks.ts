/** Tasks as callers see them, and the oldest way of all to import: a task that makes an image. */
import { mayUseTasks } from './access.ts'
import type { Actor } from './actor.ts'
import { isAdmin } from './actor.ts'
import { InvalidError, NotFoundError, quote } from './errors.ts'
import { findImageFor, notAuthorized } from './find-image.ts'
import type { ImageDraft, Images } from './images.ts'
import type { Clock } from './ports/clock.ts'
import type { TaskListQuery } from './ports/task-records.ts'
import type { WebSource } from './ports/web-source.ts'
import type { RecordsWithEvents } from './records-with-events.ts'
import type { Stores } from './stores.ts'
import { newTask, type Task } from './task.ts'

export type TasksParts = {
  readonly records: RecordsWithEvents
  /** By which the image of a new task is made. */
  readonly images: Images
  readonly stores: Stores
  readonly web: WebSource
  readonly clock: Clock
  readonly wake: () => void
}

export type TaskListRequest = Omit<TaskListQuery, 'now' | 'after'> & { readonly marker?: string }

export type ImportTaskRequest = {
  readonly uri: string
  readonly draft: ImageDraft
  /** As the client sent it, and as it is shown with the task. */
  readonly input: Readonly<Record<string, unknown>>
  readonly requestId: string
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

export class Tasks {
  readonly #parts: TasksParts

  constructor(parts: TasksParts) {
    this.#parts = parts
  }

  /** @throws {ForbiddenError} for everyone but admins, before anything else is looked at. */
  requireAccess(actor: Actor): void {
    if (!mayUseTasks(actor)) throw notAuthorized('tasks_api_access')
  }

  async list(actor: Actor, { marker, ...request }: TaskListRequest): Promise<readonly Task[]> {
    this.requireAccess(actor)
    const { records, clock } = this.#parts
    const after = marker === undefined ? undefined : await this.#marker(marker)
    if (request.limit === 0) return []
    return records.listTasks({ ...request, after, now: clock.now() })
  }

  async show(actor: Actor, id: string): Promise<Task> {
    this.requireAccess(actor)
    const task = await this.#find(id)
    if (task !== undefined) return task
    throw new NotFoundError(`Task not found for task_id ${id.slice(0, 100)}`)
  }

  /** An image's tasks: all of them for admins, the own project's for others. */
  async ofImage(actor: Actor, imageId: string): Promise<readonly Task[]> {
    await findImageFor(this.#parts.records, actor, imageId, 'get_image')
    const now = this.#parts.clock.now()
    const tasks = await this.#parts.records.listTasksOfImage(imageId)
    return tasks.filter(
      (task) => !hasExpired(task, now) && (isAdmin(actor) || task.owner === actor.projectId),
    )
  }

  /** Makes an image and begins to fetch its data from the web. */
  async createImport(actor: Actor, request: ImportTaskRequest): Promise<Task> {
    this.requireAccess(actor)
    const { records, images, stores, web, clock, wake } = this.#parts
    await web.checkHost(request.uri)
    const image = images.draw(actor, request.draft)
    const task = newTask(actor, clock.now(), {
      type: 'import',
      imageId: image.id,
      requestId: request.requestId,
      input: request.input,
    })
    await records.by(actor).write(async (transaction) => {
      const importState = {
        taskId: task.id,
        remainingStores: [stores.default.id],
        failedStores: [],
      }
      await images.insert(transaction, { ...image, importState }, { uploading: 1 })
      await transaction.insertTask(task)
    })
    wake()
    return task
  }

  async #marker(id: string): Promise<Task> {
    const task = uuid.test(id) ? await this.#find(id) : undefined
    if (task !== undefined) return task
    throw new InvalidError(`Cannot list tasks after marker ${quote(id)}: there is no such task`)
  }

  async #find(id: string): Promise<Task | undefined> {
    const task = await this.#parts.records.findTask(id)
    return task !== undefined && hasExpired(task, this.#parts.clock.now()) ? undefined : task
  }
}

function hasExpired({ expiresAt }: Task, now: Date): boolean {
  return expiresAt !== null && expiresAt < now
}
