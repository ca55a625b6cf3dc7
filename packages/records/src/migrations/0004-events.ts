/** The outbox: events, the last place given out, and how far each consumer has come. */
import { sql } from 'kysely'
import type { Migration } from '../migration.ts'

export const events: Migration = async (schema, { text, bigint, serial }) => {
  await schema
    .createTable('events')
    .addColumn('number', serial, (column) => column.primaryKey())
    // Null until the event is known to be committed.
    .addColumn('place', bigint)
    .addColumn('id', text, (column) => column.notNull())
    .addColumn('image_id', text)
    .addColumn('happened_at', bigint, (column) => column.notNull())
    .addColumn('body', text, (column) => column.notNull())
    .execute()
  await schema.createIndex('events_by_place').on('events').column('place').execute()
  await schema
    .createIndex('events_without_place')
    .on('events')
    .column('number')
    .where(sql.ref('place'), 'is', null)
    .execute()

  await schema
    .createTable('event_places')
    .addColumn('name', text, (column) => column.primaryKey())
    .addColumn('last_place', bigint, (column) => column.notNull())
    .execute()
  await schema
    .createTable('event_consumers')
    .addColumn('name', text, (column) => column.primaryKey())
    .addColumn('place', bigint, (column) => column.notNull())
    .addColumn('process_id', 'integer')
    .execute()
}
