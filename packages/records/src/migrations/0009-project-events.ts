/** What each project is told: its feed of events, its webhooks, and what was delivered to them. */
import type { Migration } from '../migration.ts'

export const projectEvents: Migration = async (schema, { text, bigint, serial, clustered }) => {
  await schema
    .createTable('feeds')
    .addColumn('project_id', text, (column) => column.primaryKey())
    .addColumn('last_position', bigint, (column) => column.notNull())
    .modifyEnd(clustered)
    .execute()
  await schema
    .createTable('feed_entries')
    .addColumn('project_id', text, (column) => column.notNull())
    .addColumn('position', bigint, (column) => column.notNull())
    .addColumn('place', bigint, (column) => column.notNull())
    .addPrimaryKeyConstraint('feed_entries_pk', ['project_id', 'position'])
    .modifyEnd(clustered)
    .execute()
  // By which entries go when their event goes.
  await schema.createIndex('feed_entries_by_place').on('feed_entries').column('place').execute()

  await schema
    .createTable('webhooks')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('project_id', text, (column) => column.notNull())
    .addColumn('url', text, (column) => column.notNull())
    .addColumn('description', text, (column) => column.notNull())
    .addColumn('types', text)
    .addColumn('secret', text, (column) => column.notNull())
    .addColumn('old_secret', text)
    .addColumn('old_secret_until', bigint)
    .addColumn('enabled', 'integer', (column) => column.notNull())
    .addColumn('disabled_reason', text, (column) => column.notNull())
    .addColumn('failing_since', bigint)
    .addColumn('created_at', bigint, (column) => column.notNull())
    .addColumn('updated_at', bigint, (column) => column.notNull())
    // When the next of its deliveries is due; null while there is none, or it is switched off.
    .addColumn('due_at', bigint)
    .execute()
  await schema
    .createIndex('webhooks_of_project')
    .on('webhooks')
    .columns(['project_id', 'created_at', 'id'])
    .execute()
  await schema.createIndex('webhooks_by_due').on('webhooks').column('due_at').execute()

  await schema
    .createTable('webhook_deliveries')
    .addColumn('number', serial, (column) => column.primaryKey())
    .addColumn('id', text, (column) => column.notNull().unique())
    .addColumn('webhook_id', text, (column) => column.notNull())
    .addColumn('event_id', text, (column) => column.notNull())
    .addColumn('type', text, (column) => column.notNull())
    .addColumn('image_id', text, (column) => column.notNull())
    .addColumn('body', text, (column) => column.notNull())
    .addColumn('state', text, (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('status', 'integer')
    .addColumn('failure', text, (column) => column.notNull())
    .addColumn('answer', text, (column) => column.notNull())
    .addColumn('duration_ms', 'integer')
    .addColumn('created_at', bigint, (column) => column.notNull())
    .addColumn('since', bigint, (column) => column.notNull())
    .addColumn('attempted_at', bigint)
    .addColumn('due_at', bigint, (column) => column.notNull())
    .execute()
  for (const [name, columns] of [
    ['webhook_deliveries_in_turn', ['webhook_id', 'state', 'due_at', 'number']],
    ['webhook_deliveries_by_image', ['webhook_id', 'image_id', 'state', 'number']],
    ['webhook_deliveries_listed', ['webhook_id', 'number']],
    ['webhook_deliveries_listed_by_state', ['webhook_id', 'state', 'number']],
    ['webhook_deliveries_by_age', ['since']],
  ] as const) {
    await schema
      .createIndex(name)
      .on('webhook_deliveries')
      .columns([...columns])
      .execute()
  }
}
