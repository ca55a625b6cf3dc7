/** Images, what they are found by, their members, and the objects that no image owns. */
import type { Migration } from '../migration.ts'

export const images: Migration = async (schema, { text, bigint, serial }) => {
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
    .addColumn('created_at', bigint, (column) => column.notNull())
    .addColumn('updated_at', bigint, (column) => column.notNull())
    .addColumn('deleted', 'integer', (column) => column.notNull().defaultTo(0))
    .execute()
  // One index for each way in which an access rule selects images, in the default order of lists.
  await schema
    .createIndex('images_by_owner')
    .on('images')
    .columns(['owner', 'deleted', 'hidden', 'created_at', 'id'])
    .execute()
  await schema
    .createIndex('images_by_visibility')
    .on('images')
    .columns(['visibility', 'deleted', 'hidden', 'created_at', 'id'])
    .execute()
  await schema.createIndex('images_by_name').on('images').columns(['name', 'id']).execute()

  await schema
    .createTable('image_tags')
    .addColumn('image_id', text, (column) => column.notNull())
    .addColumn('tag', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('image_tags_pk', ['tag', 'image_id'])
    .execute()
  await schema.createIndex('image_tags_by_image').on('image_tags').columns(['image_id']).execute()

  await schema
    .createTable('image_properties')
    .addColumn('image_id', text, (column) => column.notNull())
    .addColumn('name', text, (column) => column.notNull())
    // A digest: a value may be longer than an index entry can be.
    .addColumn('value_digest', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('image_properties_pk', ['name', 'value_digest', 'image_id'])
    .execute()
  await schema
    .createIndex('image_properties_by_image')
    .on('image_properties')
    .columns(['image_id'])
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
    .addUniqueConstraint('members_unique', ['image_id', 'project_id'])
    .execute()
  await schema
    .createIndex('members_by_project')
    .on('members')
    .columns(['project_id', 'deleted', 'status', 'image_id'])
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
