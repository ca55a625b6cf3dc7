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
const task = { type: 'object', properties: taskSchema.properties }

function info(path: string, summary: string): Operation {
  return { method: 'GET', path: `/v2/info/${path}`, tag: 'Service', summary, success: ok('') }
}

function cache(method: Operation['method'], path: string): Operation {
  return {
    method,
    path: `/v2/cache${path}`,
    tag: 'Cache',
    summary: 'This service has no cache: 404 for admins, 403 for others',
    success: { status: 404, description: 'Caching is not supported here' },
  }
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
  cache('GET', ''),
  cache('DELETE', ''),
  cache('PUT', '/{image_id}'),
  cache('DELETE', '/{image_id}'),
  cache('GET', '/nodes/{image_id}'),
  cache('POST', '/clean'),
  cache('POST', '/prune'),
  ...['image', 'images', 'member', 'members', 'task', 'tasks'].map(schema),
  ...Object.keys(metadefSchemas).map((name) => schema(`metadefs/${name}`)),
]
