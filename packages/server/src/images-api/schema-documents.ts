/** GET /v2/schemas/…: the documents that clients read field names and choices from. */
import {
  type Formats,
  imageSchema,
  imagesSchema,
  memberSchema,
  membersSchema,
  metadefSchemas,
  taskSchema,
  tasksSchema,
} from '@vitrine/wire'
import { type Handler, sendText } from './call.ts'

export function schemaDocuments(formats: Formats): ReadonlyMap<string, Handler> {
  const documents = {
    image: imageSchema(formats),
    images: imagesSchema(formats),
    member: memberSchema,
    members: membersSchema,
    task: taskSchema,
    tasks: tasksSchema,
    ...Object.fromEntries(
      Object.entries(metadefSchemas).map(([name, document]) => [`metadefs/${name}`, document]),
    ),
  }
  return new Map(
    Object.entries(documents).map(([name, document]) => {
      // They change only with the configuration, so they are written once.
      const text = JSON.stringify(document)
      return [name, async ({ reply }) => sendText(reply, 'application/json', text)]
    }),
  )
}
