/** Sharing: what goes with a share, who was reminded, who is blocked, and what was done. */
import type { Migration } from '../migration.ts'

export const sharing: Migration = async (schema, { text, bigint, serial }) => {
  await schema
    .createTable('invitations')
    .addColumn('image_id', text, (column) => column.notNull())
    .addColumn('project_id', text, (column) => column.notNull())
    .addColumn('email', text)
    .addColumn('note', text, (column) => column.notNull())
    .addColumn('created_at', bigint, (column) => column.notNull())
    .addPrimaryKeyConstraint('invitations_pk', ['image_id', 'project_id'])
    .execute()

  await schema
    .createTable('reminders')
    .addColumn('image_id', text, (column) => column.notNull())
    .addColumn('project_id', text, (column) => column.notNull())
    .addColumn('count', 'integer', (column) => column.notNull())
    .addColumn('last_at', bigint, (column) => column.notNull())
    .addPrimaryKeyConstraint('reminders_pk', ['image_id', 'project_id'])
    .execute()

  await schema
    .createTable('blocks')
    .addColumn('project_id', text, (column) => column.notNull())
    .addColumn('producer_id', text, (column) => column.notNull())
    .addColumn('created_at', bigint, (column) => column.notNull())
    .addPrimaryKeyConstraint('blocks_pk', ['project_id', 'producer_id'])
    .execute()

  await schema
    .createIndex('members_by_change')
    .on('members')
    .columns(['project_id', 'status', 'deleted', 'updated_at', 'number'])
    .execute()

  await schema
    .createTable('activity')
    .addColumn('number', serial, (column) => column.primaryKey())
    .addColumn('type', text, (column) => column.notNull())
    .addColumn('happened_at', bigint, (column) => column.notNull())
    .addColumn('actor_user_id', text)
    .addColumn('actor_project_id', text)
    .addColumn('image_id', text, (column) => column.notNull())
    .addColumn('image_name', text)
    .addColumn('producer_id', text)
    .addColumn('consumer_id', text, (column) => column.notNull())
    .addColumn('note', text, (column) => column.notNull())
    .execute()
  for (const [name, columns] of [
    ['activity_by_image', ['image_id', 'number']],
    ['activity_of_consumer', ['consumer_id', 'number']],
    ['activity_of_consumer_by_image', ['image_id', 'consumer_id', 'number']],
    ['activity_of_producer', ['producer_id', 'number']],
  ] as const) {
    await schema
      .createIndex(name)
      .on('activity')
      .columns([...columns])
      .execute()
  }
}
