/** Images, what they are found by, their members, and the objects that no image owns. */
import type { Migration } from '../migration.ts'

export const images: Migration = async (schema, { text, bigint, serial, clustered }) => {
  await schema
    .createTable('images')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('name', text)
    .addColumn('owner', text)
    .addColumn('visibility', text, (column) => column.notNull())
    .addColumn('status', text, (column) => column.notNull())
    .addColumn('protected', 'integer', (column) => column.notNull())
    .addColumn('hidden', 'integer', (column) => column.notNull())
    .addColumn('disk_format', text)
    .addColumn('container_format', text)
    .addColumn('min_disk_gib', 'integer', (column) => column.notNull())
    .addColumn('min_ram_mib', 'integer', (column) => column.notNull())
    .addColumn('size_bytes', bigint)
    .addColumn('virtual_size_bytes', bigint)
    .addColumn('checksum', text)
    .addColumn('hash_algorithm', text)
    .addColumn('hash_value', text)
    .addColumn('tags', text, (column) => column.notNull())
    .addColumn('properties', text, (column) => column.notNull())
    .addColumn('locations', text, (column) => column.notNull())
    .addColumn('copies', 'integer', (column) => column.notNull())
    .addColumn('incoming_store', text)
    .addColumn('incoming_key', text)
    .addColumn('import_state', text)
    .addColumn('remaining_stores', 'integer', (column) => column.notNull())
    .addColumn('created_at', bigint, (column) => column.notNull())
    .addColumn('updated_at', bigint, (column) => column.notNull())
    .addColumn('deleted', 'integer', (column) => column.notNull().defaultTo(0))
    .execute()
  // For what a project uses.
  await schema.createIndex('images_by_owner').on('images').columns(['owner', 'deleted']).execute()

  // Where an image stands in each list that shows it; see list-entries.ts.
  await schema
    .createTable('list_entries')
    .addColumn('key', text, (column) => column.notNull())
    .addColumn('image_id', text, (column) => column.notNull())
    .addColumn('created_at', bigint, (column) => column.notNull())
    .addColumn('name', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('list_entries_pk', ['key', 'created_at', 'image_id'])
    .modifyEnd(clustered)
    .execute()
  await schema
    .createIndex('list_entries_by_name')
    .on('list_entries')
    .columns(['key', 'name', 'created_at', 'image_id'])
    .execute()

  await schema
    .createTable('members')
    .addColumn('number', serial, (column) => column.primaryKey())
    .addColumn('image_id', text, (column) => column.notNull())
    .addColumn('project_id', text, (column) => column.notNull())
    .addColumn('status', text, (column) => column.notNull())
    .addColumn('created_at', bigint, (column) => column.notNull())
    .addColumn('updated_at', bigint, (column) => column.notNull())
    .addColumn('deleted', 'integer', (column) => column.notNull().defaultTo(0))
    // What lists are sorted by, repeated so that what is shared with a project is a list as well.
    .addColumn('image_created_at', bigint, (column) => column.notNull())
    .addColumn('image_name', text, (column) => column.notNull())
    .addUniqueConstraint('members_unique', ['image_id', 'project_id'])
    .execute()
  await schema
    .createIndex('members_by_project')
    .on('members')
    .columns(['project_id', 'status', 'deleted', 'image_created_at', 'image_id'])
    .execute()
  await schema
    .createIndex('members_by_project_and_name')
    .on('members')
    .columns(['project_id', 'status', 'deleted', 'image_name', 'image_created_at', 'image_id'])
    .execute()

  await schema
    .createTable('loose_objects')
    .addColumn('store', text, (column) => column.notNull())
    .addColumn('key', text, (column) => column.notNull())
    .addColumn('image_id', text, (column) => column.notNull())
    .addColumn('process_id', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('loose_objects_pk', ['key', 'store'])
    .execute()
}
