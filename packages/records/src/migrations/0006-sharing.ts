/** Sharing: what goes with a share, who is told of it and how, and what was done. */
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
    .createTable('contacts')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('project_id', text, (column) => column.notNull())
    .addColumn('email', text, (column) => column.notNull())
    .addColumn('language', text, (column) => column.notNull())
    .addColumn('proven', 'integer', (column) => column.notNull())
    .addColumn('wants', text, (column) => column.notNull())
    .addColumn('created_at', bigint, (column) => column.notNull())
    .addColumn('updated_at', bigint, (column) => column.notNull())
    .execute()
  await schema
    .createIndex('contacts_of_project')
    .on('contacts')
    .columns(['project_id', 'created_at', 'id'])
    .execute()

  await schema
    .createTable('muted_addresses')
    .addColumn('email', text, (column) => column.primaryKey())
    .execute()

  await schema
    .createTable('mails')
    .addColumn('number', serial, (column) => column.primaryKey())
    .addColumn('id', text, (column) => column.notNull().unique())
    .addColumn('address', text, (column) => column.notNull())
    .addColumn('kind', text, (column) => column.notNull())
    .addColumn('contact_id', text)
    .addColumn('subject', text, (column) => column.notNull())
    .addColumn('plain', text, (column) => column.notNull())
    .addColumn('html', text, (column) => column.notNull())
    .addColumn('unsubscribe', text)
    .addColumn('status', text, (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('failure', text, (column) => column.notNull())
    .addColumn('created_at', bigint, (column) => column.notNull())
    .addColumn('due_at', bigint, (column) => column.notNull())
    .execute()
  await schema
    .createIndex('mails_by_status')
    .on('mails')
    .columns(['status', 'due_at', 'number'])
    .execute()

  await schema
    .createTable('secrets')
    .addColumn('name', text, (column) => column.primaryKey())
    .addColumn('value', text, (column) => column.notNull())
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
