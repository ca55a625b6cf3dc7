/** Metadata definitions: namespaces, everything in them, and what they are about. */
import type { Migration } from '../migration.ts'

export const metadefs: Migration = async (schema, { text, bigint, serial }) => {
  await schema
    .createTable('metadef_namespaces')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('name', text, (column) => column.notNull().unique())
    .addColumn('display_name', text)
    .addColumn('description', text)
    .addColumn('visibility', text, (column) => column.notNull())
    .addColumn('protected', 'integer', (column) => column.notNull())
    .addColumn('owner', text)
    .addColumn('created_at', bigint, (column) => column.notNull())
    .addColumn('updated_at', bigint, (column) => column.notNull())
    .execute()

  await schema
    .createTable('metadef_items')
    .addColumn('number', serial, (column) => column.primaryKey())
    .addColumn('namespace_id', text, (column) =>
      column.notNull().references('metadef_namespaces.id').onDelete('cascade'),
    )
    .addColumn('kind', text, (column) => column.notNull())
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('body', text, (column) => column.notNull())
    .addColumn('created_at', bigint, (column) => column.notNull())
    .addColumn('updated_at', bigint, (column) => column.notNull())
    .addUniqueConstraint('metadef_items_unique', ['namespace_id', 'kind', 'name'])
    .execute()
  // What is about a type of resource, and where a property is defined.
  await schema
    .createIndex('metadef_items_by_name')
    .on('metadef_items')
    .columns(['kind', 'name'])
    .execute()

  await schema
    .createTable('metadef_resource_types')
    .addColumn('name', text, (column) => column.primaryKey())
    .addColumn('created_at', bigint, (column) => column.notNull())
    .addColumn('updated_at', bigint, (column) => column.notNull())
    .execute()
}
