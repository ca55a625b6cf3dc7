/** Work in the background. */
import type { Migration } from '../migration.ts'

export const tasks: Migration = async (schema, { text, bigint }) => {
  await schema
    .createTable('tasks')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('type', text, (column) => column.notNull())
    .addColumn('status', text, (column) => column.notNull())
    .addColumn('owner', text)
    .addColumn('user_id', text, (column) => column.notNull())
    .addColumn('image_id', text)
    .addColumn('request_id', text)
    .addColumn('input', text, (column) => column.notNull())
    .addColumn('result', text)
    .addColumn('message', text, (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('created_at', bigint, (column) => column.notNull())
    .addColumn('updated_at', bigint, (column) => column.notNull())
    .addColumn('expires_at', bigint)
    .addColumn('process_id', 'integer')
    .execute()
  await schema
    .createIndex('tasks_by_status')
    .on('tasks')
    .columns(['status', 'created_at', 'id'])
    .execute()
  await schema
    .createIndex('tasks_by_image')
    .on('tasks')
    .columns(['image_id', 'created_at'])
    .execute()
  await schema.createIndex('tasks_by_time').on('tasks').columns(['created_at', 'id']).execute()
}
