/** Access requests, invitations that are answered by a link, digests, and how often things may happen. */
import { sql } from 'kysely'
import type { Migration } from '../migration.ts'

export const requests: Migration = async (schema, { text, bigint, serial }, { run }) => {
  await schema
    .createTable('invitation_links')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('image_id', text, (column) => column.notNull())
    .addColumn('project_id', text, (column) => column.notNull())
    .addColumn('expires_at', bigint, (column) => column.notNull())
    .addColumn('answer', text)
    .addColumn('answered_at', bigint)
    .execute()
  await schema
    .createIndex('invitation_links_of_share')
    .on('invitation_links')
    .columns(['image_id', 'project_id'])
    .execute()
  await schema
    .createIndex('invitation_links_by_end')
    .on('invitation_links')
    .columns(['expires_at'])
    .execute()

  await schema
    .createTable('digest_entries')
    .addColumn('number', serial, (column) => column.primaryKey())
    .addColumn('id', text, (column) => column.notNull().unique())
    .addColumn('contact_id', text, (column) => column.notNull())
    .addColumn('notice', text, (column) => column.notNull())
    .addColumn('created_at', bigint, (column) => column.notNull())
    .addColumn('waits', 'integer', (column) => column.notNull())
    .execute()
  await schema
    .createIndex('digest_entries_of_contact')
    .on('digest_entries')
    .columns(['waits', 'contact_id', 'created_at', 'number'])
    .execute()
  await schema
    .createIndex('digest_entries_by_age')
    .on('digest_entries')
    .columns(['waits', 'created_at'])
    .execute()

  await schema
    .createTable('rates')
    .addColumn('key', text, (column) => column.primaryKey())
    .addColumn('count', 'integer', (column) => column.notNull())
    .addColumn('ends_at', bigint, (column) => column.notNull())
    .execute()
  await schema.createIndex('rates_by_end').on('rates').columns(['ends_at']).execute()

  await schema
    .createTable('access_requests')
    .addColumn('number', serial, (column) => column.primaryKey())
    .addColumn('id', text, (column) => column.notNull().unique())
    .addColumn('image_id', text, (column) => column.notNull())
    .addColumn('title', text, (column) => column.notNull())
    .addColumn('producer_id', text)
    .addColumn('project_id', text, (column) => column.notNull())
    .addColumn('email', text, (column) => column.notNull())
    .addColumn('language', text, (column) => column.notNull())
    .addColumn('message', text, (column) => column.notNull())
    .addColumn('status', text, (column) => column.notNull())
    .addColumn('reason', text, (column) => column.notNull())
    .addColumn('user_id', text)
    .addColumn('created_at', bigint, (column) => column.notNull())
    .addColumn('updated_at', bigint, (column) => column.notNull())
    .execute()
  for (const [name, columns] of [
    ['access_requests_of_producer', ['producer_id', 'status', 'number']],
    ['access_requests_of_producer_in_order', ['producer_id', 'number']],
    ['access_requests_of_consumer', ['project_id', 'number']],
    ['access_requests_by_image', ['image_id', 'project_id', 'status']],
    ['access_requests_by_age', ['status', 'created_at']],
  ] as const) {
    await schema
      .createIndex(name)
      .on('access_requests')
      .columns([...columns])
      .execute()
  }
  await schema
    .createIndex('access_requests_open_once')
    .unique()
    .on('access_requests')
    .columns(['image_id', 'project_id'])
    .where(sql.ref('status'), '=', sql.lit('open'))
    .execute()

  await schema
    .createTable('approval_rules')
    .addColumn('image_id', text, (column) => column.primaryKey())
    .addColumn('projects', text)
    .addColumn('email_domains', text)
    .addColumn('most', 'integer')
    .addColumn('approved', 'integer', (column) => column.notNull())
    .execute()

  // What a contact wants was a list of kinds, all of them at once.
  const rows = await run(sql<{ id: string; wants: string }>`select id, wants from contacts`)
  for (const { id, wants } of rows) {
    const kinds: unknown = JSON.parse(wants)
    if (!Array.isArray(kinds)) continue
    const chosen = ['shared', 'reminder', 'revoked', 'answer'].map((kind) => [
      kind,
      kinds.includes(kind) ? 'at_once' : 'never',
    ])
    const chosenText = JSON.stringify(Object.fromEntries(chosen))
    await run(sql`update contacts set wants = ${chosenText} where id = ${id}`)
  }
}
