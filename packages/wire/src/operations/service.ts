/** The operations on the service itself: what it can do, its tasks, its schemas. */
import { metadefSchemas } from '../metadef-schema.ts'
import { CreateTaskBody } from '../requests.ts'
import { taskSchema, tasksSchema } from '../task-schema.ts'
import { json, type Operation, oneOf, paging, text } from './operation.ts'

const ok = (description: string, schema: object = { type: 'object' }) => ({
  status: 200,
  description,
  ...json(schema),
})
const done = { status: 204, description: 'Done' }
const task = { type: 'object', properties: taskSchema.properties }

function info(path: string, summary: string): Operation {
  return { method: 'GET', path: `/v2/info/${path}`, tag: 'Service', summary, success: ok('') }
}

/** Without a cache every call is refused: 404 for admins, 403 for others. */
function cache(
  method: Operation['method'],
  path: string,
  summary: string,
  success: Operation['success'],
): Operation {
  const refusals = path.startsWith('/nodes') ? [409] : []
  return { method, path: `/v2/cache${path}`, tag: 'Cache', summary, success, refusals }
}

function schema(name: string): Operation {
  return {
    method: 'GET',
    path: `/v2/schemas/${name}`,
    tag: 'Schemas',
    summary: `The schema of ${name}`,
    success: ok('A JSON schema'),
  }
}

export const serviceOperations: readonly Operation[] = [
  info('import', 'The import methods'),
  info('stores', 'The stores, where the operator has named them'),
  info('stores/detail', 'The stores in detail: for services and admins'),
  info('usage', 'What the project uses of its limits'),
  {
    method: 'GET',
    path: '/v2/tasks',
    tag: 'Tasks',
    summary: 'List tasks: for admins',
    query: [
      ...paging,
      { name: 'status', description: '', schema: oneOf(...taskSchema.properties.status.enum) },
      { name: 'type', description: '', schema: oneOf(...taskSchema.properties.type.enum) },
      { name: 'owner', description: 'Project id', schema: text },
      { name: 'sort_key', description: '', schema: text },
      { name: 'sort_dir', description: '', schema: oneOf('asc', 'desc') },
    ],
    success: ok('A page', { type: 'object', properties: tasksSchema.properties }),
  },
  {
    method: 'POST',
    path: '/v2/tasks',
    tag: 'Tasks',
    summary: 'Create an image and fetch its data, in the background: for admins',
    body: json(CreateTaskBody),
    success: { status: 201, description: 'The task', ...json(task) },
  },
  {
    method: 'GET',
    path: '/v2/tasks/{task_id}',
    tag: 'Tasks',
    summary: 'Show a task: for admins',
    success: ok('The task', task),
  },
  {
    method: 'DELETE',
    path: '/v2/tasks/{task_id}',
    tag: 'Tasks',
    summary: 'Refused: tasks expire by themselves',
    success: { status: 405, description: 'Tasks cannot be deleted' },
  },
  {
    method: 'GET',
    path: '/v2/images/{image_id}/tasks',
    tag: 'Tasks',
    summary: 'List the tasks of an image',
    success: ok('The tasks'),
  },
  cache('GET', '', 'Lists what is cached and what is to be, for admins', ok('Both lists')),
  {
    ...cache('DELETE', '', 'Forgets all of it, for admins', done),
    headers: [
      {
        name: 'X-Image-Cache-Clear-Target',
        description: 'What to forget; both when it is empty or left out',
        schema: oneOf('cache', 'queue', ''),
      },
    ],
  },
  cache('PUT', '/{image_id}', 'Has an image cached, for admins', { ...done, status: 202 }),
  cache('DELETE', '/{image_id}', 'Forgets an image, for admins', done),
  cache('GET', '/nodes/{image_id}', 'Not kept here: 409, for admins', ok('Addresses of nodes')),
  cache('POST', '/clean', 'Drops what is invalid, for admins', { ...done, status: 200 }),
  cache('POST', '/prune', 'Drops what is too much, for admins', ok('How much that was')),
  ...['image', 'images', 'member', 'members', 'task', 'tasks'].map(schema),
  ...Object.keys(metadefSchemas).map((name) => schema(`metadefs/${name}`)),
]
