/** What an image's row has been: another number with each change. */
import type { Migration } from '../migration.ts'

export const versions: Migration = async (schema, { bigint }) => {
  await schema
    .alterTable('images')
    .addColumn('version', bigint, (column) => column.notNull().defaultTo(0))
    .execute()
}
