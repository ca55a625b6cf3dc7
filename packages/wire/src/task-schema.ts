/** The task documents that clients fetch. Spec: Images API v2, "Task schemas". */
import { uuidPattern } from './image-schema.ts'

const stub = {
  id: { type: 'string', description: 'An identifier for the task', pattern: uuidPattern },
  type: {
    type: 'string',
    description: 'The type of task represented by this content',
    enum: ['import', 'api_image_import', 'location_import'],
  },
  status: {
    type: 'string',
    description: 'The current status of this task',
    enum: ['pending', 'processing', 'success', 'failure'],
  },
  owner: { type: 'string', description: 'An identifier for the owner of this task' },
  expires_at: {
    type: ['null', 'string'],
    description: 'Datetime when this resource would be subject to removal',
  },
  created_at: { type: 'string', description: 'Datetime when this resource was created' },
  updated_at: { type: 'string', description: 'Datetime when this resource was updated' },
  image_id: { type: 'string', description: 'Image associated with the task' },
  request_id: { type: 'string', description: 'Human-readable informative request-id' },
  user_id: { type: 'string', description: 'User associated with the task' },
  self: { type: 'string', readOnly: true },
  schema: { type: 'string', readOnly: true },
}

/** `GET /v2/schemas/task` */
export const taskSchema = {
  name: 'task',
  properties: {
    ...stub,
    input: { type: ['null', 'object'], description: 'The parameters required by task, JSON blob' },
    result: { type: ['null', 'object'], description: 'The result of current task, JSON blob' },
    message: { type: 'string', description: 'Human-readable informative message' },
  },
}

/** `GET /v2/schemas/tasks`: its items leave out what may be long. */
export const tasksSchema = {
  name: 'tasks',
  properties: {
    tasks: { type: 'array', items: { name: 'task', properties: stub } },
    schema: { type: 'string' },
  },
  links: [{ rel: 'describedby', href: '{schema}' }],
}
