/**
 * /v2/tasks: work in the background, for admins. /v2/images/{image_id}/tasks: an image's own, for
 * whoever may see the image.
 *
 * Spec: Images API v2, "Tasks". The two write times differently, and clients of each count on it.
 */
import {
  InvalidError,
  quote,
  type Task,
  type TaskSortField,
  type Tasks,
  taskStatuses,
  taskTypes,
} from '@vitrine/core'
import { CreateTaskBody } from '@vitrine/wire'
import { bodyCheck } from './body-check.ts'
import { type Handler, pathPart, queryParameters, sendJson } from './call.ts'
import { readDraft } from './create-image.ts'
import { sendMessage } from './error-response.ts'
import type { ImageInput } from './image-input.ts'
import { viewTime } from './image-view.ts'
import { oneOf, type PageSizes, parseLimit } from './list-query.ts'
import { pageLink } from './page-link.ts'
import { readJsonObject } from './request-body.ts'

export function listTasks(tasks: Tasks, sizes: PageSizes): Handler {
  return async ({ actor, request, reply }) => {
    tasks.requireAccess(actor)
    const parameters = queryParameters(request.url)
    const query = parseTaskQuery(new Map(parameters), sizes)
    const page = await tasks.list(actor, query)
    const last = page.at(-1)
    const more = last !== undefined && page.length === query.limit
    return sendJson(reply, 200, {
      tasks: page.map(viewTaskStub),
      first: pageLink('/v2/tasks', parameters),
      ...(more && { next: pageLink('/v2/tasks', parameters, last.id) }),
      schema: '/v2/schemas/tasks',
    })
  }
}

export function showTask(tasks: Tasks): Handler {
  return async (call) =>
    sendJson(call.reply, 200, viewTask(await tasks.show(call.actor, pathPart(call, 'taskId'))))
}

export function createTask(tasks: Tasks, input: ImageInput): Handler {
  return async ({ actor, request, reply }) => {
    tasks.requireAccess(actor)
    const body = await readJsonObject(request.raw)
    const task = await tasks.createImport(actor, {
      ...readImportTask(body, input),
      requestId: request.id,
    })
    reply.header('location', `${request.protocol}://${request.host}/v2/tasks/${task.id}`)
    return sendJson(reply, 201, viewTask(task))
  }
}

const checkNewTask = bodyCheck(CreateTaskBody, 'create a task')

/** The only task that is asked for by hand. The others follow from calls of their own. */
function readImportTask(body: Readonly<Record<string, unknown>>, images: ImageInput) {
  const { input } = checkNewTask(body)
  return { uri: input.import_from, draft: readDraft(input.image_properties, images), input }
}

export function refuseToDeleteTask(tasks: Tasks): Handler {
  return async ({ actor, request, reply }) => {
    tasks.requireAccess(actor)
    reply.header('allow', 'GET')
    return sendMessage(request, reply, 405, 'Tasks cannot be deleted: they expire by themselves.')
  }
}

export function listImageTasks(tasks: Tasks): Handler {
  return async (call) => {
    const list = await tasks.ofImage(call.actor, pathPart(call, 'imageId'))
    return sendJson(call.reply, 200, { tasks: list.map(viewImageTask) })
  }
}

const sortNames: ReadonlyMap<string, TaskSortField> = new Map([
  ['id', 'id'],
  ['type', 'type'],
  ['status', 'status'],
  ['owner', 'owner'],
  ['expires_at', 'expiresAt'],
  ['created_at', 'createdAt'],
  ['updated_at', 'updatedAt'],
  ['image_id', 'imageId'],
  ['request_id', 'requestId'],
  ['user_id', 'userId'],
])

function parseTaskQuery(query: ReadonlyMap<string, string>, sizes: PageSizes) {
  const status = oneOf(query, 'status', taskStatuses)
  const type = oneOf(query, 'type', taskTypes)
  const owner = query.get('owner')
  const marker = query.get('marker')
  const key = query.get('sort_key') ?? 'created_at'
  const field = sortNames.get(key)
  if (field === undefined) {
    throw new InvalidError(
      `Invalid sort key ${quote(key)}: it should be one of ${[...sortNames.keys()].join(', ')}`,
    )
  }
  return {
    ...(status !== undefined && { status }),
    ...(type !== undefined && { type }),
    ...(owner !== undefined && { owner }),
    ...(marker !== undefined && { marker }),
    sort: { field, direction: oneOf(query, 'sort_dir', ['asc', 'desc'] as const) ?? 'desc' },
    limit: parseLimit(query.get('limit'), sizes),
  }
}

/** As in a list: without what may be long. */
function viewTaskStub(task: Task) {
  return {
    id: task.id,
    type: task.type,
    status: task.status,
    owner: task.owner,
    created_at: viewTime(task.createdAt),
    updated_at: viewTime(task.updatedAt),
    self: `/v2/tasks/${task.id}`,
    schema: '/v2/schemas/task',
    ...(task.expiresAt !== null && { expires_at: viewTime(task.expiresAt) }),
    ...(task.imageId !== null && { image_id: task.imageId }),
    ...(task.requestId !== null && { request_id: task.requestId }),
    user_id: task.userId,
  }
}

function viewTask(task: Task) {
  const { id, type, status, owner, created_at, updated_at, ...rest } = viewTaskStub(task)
  const { input, message, result } = task
  return { id, input, type, status, owner, message, result, created_at, updated_at, ...rest }
}

function viewImageTask(task: Task) {
  return {
    id: task.id,
    type: task.type,
    status: task.status,
    owner: task.owner,
    expires_at: task.expiresAt === null ? null : viewZonelessTime(task.expiresAt),
    created_at: viewZonelessTime(task.createdAt),
    updated_at: viewZonelessTime(task.updatedAt),
    deleted_at: null,
    deleted: false,
    image_id: task.imageId,
    request_id: task.requestId,
    user_id: task.userId,
    input: task.input,
    result: task.result,
    message: task.message,
  }
}

/** `2026-01-31T23:59:59.123000`: UTC, with microseconds, and without saying so. */
function viewZonelessTime(time: Date): string {
  return `${time.toISOString().slice(0, -1)}000`
}
