/** Listings and who publishes them, and the words that listings are found by. */
import { sql } from 'kysely'
import type { Migration } from '../migration.ts'

export const listings: Migration = async (schema, { text, bigint, serial }, dialect) => {
  await schema
    .createTable('publishers')
    .addColumn('project_id', text, (column) => column.primaryKey())
    .addColumn('slug', text, (column) => column.notNull().unique())
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('description', text, (column) => column.notNull())
    .addColumn('contact', text)
    .addColumn('verified', 'integer', (column) => column.notNull())
    .addColumn('created_at', bigint, (column) => column.notNull())
    .addColumn('updated_at', bigint, (column) => column.notNull())
    .execute()

  await schema
    .createTable('listings')
    .addColumn('number', serial, (column) => column.primaryKey())
    .addColumn('image_id', text, (column) => column.notNull().unique())
    .addColumn('publisher_id', text, (column) => column.notNull())
    .addColumn('title', text, (column) => column.notNull())
    .addColumn('description', text, (column) => column.notNull())
    .addColumn('operating_system', text, (column) => column.notNull())
    .addColumn('version', text)
    .addColumn('architecture', text, (column) => column.notNull())
    .addColumn('license', text)
    .addColumn('support', text)
    .addColumn('documentation', text)
    .addColumn('published_at', bigint, (column) => column.notNull())
    .addColumn('updated_at', bigint, (column) => column.notNull())
    // What is narrowed down by, as it is compared.
    .addColumn('operating_system_key', text, (column) => column.notNull())
    .addColumn('license_key', text)
    // Of the image, kept up with every change of it.
    .addColumn('shown', 'integer', (column) => column.notNull())
    .addColumn('format', text)
    .execute()

  // Counting by all facets reads this index alone, in its order; so does whatever narrows down.
  await schema
    .createIndex('listings_by_facets')
    .on('listings')
    .columns([
      'shown',
      'operating_system_key',
      'architecture',
      'license_key',
      'format',
      'publisher_id',
      'operating_system',
      'license',
      'published_at',
    ])
    .execute()
  await schema
    .createIndex('listings_by_time')
    .on('listings')
    .columns(['shown', 'published_at', 'number'])
    .execute()
  await schema
    .createIndex('listings_of_publisher')
    .on('listings')
    .columns(['publisher_id', 'shown', 'published_at', 'number'])
    .execute()

  // The words are taken apart by the core: both only look them up, from their first letter on.
  if (dialect.name === 'sqlite') {
    await dialect.run(sql`create virtual table listing_words using fts5 (
      title, others, content = '', contentless_delete = 1, prefix = '1 2 3',
      tokenize = "unicode61 remove_diacritics 0 categories 'L* M* N* Co'"
    )`)
  } else {
    await dialect.run(sql`create table listing_words (
      number bigint primary key, words tsvector not null
    )`)
    await dialect.run(sql`create index listing_words_index on listing_words using gin (words)`)
  }
}
