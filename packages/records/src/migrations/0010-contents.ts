/** Contents, kept once per store, and the images that carry them; when doomed objects are due. */
import { sql } from 'kysely'
import type { Migration } from '../migration.ts'

export const contents: Migration = async (schema, { text, bigint, clustered }, dialect) => {
  await schema
    .createTable('contents')
    .addColumn('store', text, (column) => column.notNull())
    .addColumn('key', text, (column) => column.notNull())
    .addColumn('digest', text)
    .addColumn('size_bytes', bigint)
    .addColumn('shared', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('contents_pk', ['store', 'key'])
    .execute()
  await schema
    .createIndex('contents_shared')
    .unique()
    .on('contents')
    .columns(['store', 'digest'])
    .where(sql`shared`, '=', sql.lit(1))
    .execute()
  await schema
    .createTable('carriers')
    .addColumn('store', text, (column) => column.notNull())
    .addColumn('key', text, (column) => column.notNull())
    .addColumn('image_id', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('carriers_pk', ['store', 'key', 'image_id'])
    .modifyEnd(clustered)
    .execute()

  const counter = (name: string) =>
    schema
      .alterTable('loose_objects')
      .addColumn(name, bigint, (column) => column.notNull().defaultTo(0))
      .execute()
  await counter('unsettled')
  await counter('due_at')

  // For whoever asks whose a staged object is.
  await schema
    .createIndex('images_by_incoming')
    .on('images')
    .column('incoming_key')
    .where(sql`incoming_key`, 'is not', null)
    .execute()

  // What images had before: an object for each. The keys of others' data are addresses.
  const location =
    dialect.name === 'sqlite'
      ? sql`json_each(images.locations) as location`
      : sql`json_array_elements(images.locations::json) as location(value)`
  const ours = sql`from images, ${location} where images.deleted = 0 and location.value->>1 not like '%:%'`
  await dialect.run(sql`
    insert into contents (store, key, digest, size_bytes, shared)
    select location.value->>0, location.value->>1, hash_algorithm || ':' || hash_value, size_bytes, 0
    ${ours}
  `)
  await dialect.run(sql`
    insert into carriers (store, key, image_id)
    select location.value->>0, location.value->>1, images.id
    ${ours}
  `)
  // Those that were kept twice stay so: an upgrade deletes no bytes. Weak digests are not shared by.
  await dialect.run(sql`
    update contents set shared = 1 where (store, key) in (
      select store, min(key) from contents
      where digest not like 'md5:%' and digest not like 'sha1:%'
      group by store, digest
    )
  `)
}
