/**
 * The built-in identity: projects, users, roles and who holds which where.
 *
 * The references keep a role from outliving its user or project, whoever deletes them and when.
 */
import type { Migration } from '../migration.ts'

export const accounts: Migration = async (schema, { text, bigint }) => {
  await schema
    .createTable('projects')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('name', text, (column) => column.notNull().unique())
    .addColumn('description', text, (column) => column.notNull())
    .addColumn('enabled', 'integer', (column) => column.notNull())
    .execute()

  await schema
    .createTable('users')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('name', text, (column) => column.notNull().unique())
    .addColumn('email', text)
    .addColumn('description', text)
    .addColumn('enabled', 'integer', (column) => column.notNull())
    .addColumn('default_project_id', text, (column) =>
      column.references('projects.id').onDelete('set null'),
    )
    .addColumn('password_hash', text)
    .addColumn('token_epoch', 'integer', (column) => column.notNull())
    .execute()
  await schema
    .createIndex('users_by_default_project')
    .on('users')
    .columns(['default_project_id'])
    .execute()

  await schema
    .createTable('role_assignments')
    .addColumn('user_id', text, (column) =>
      column.notNull().references('users.id').onDelete('cascade'),
    )
    .addColumn('project_id', text, (column) =>
      column.notNull().references('projects.id').onDelete('cascade'),
    )
    .addColumn('role', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('role_assignments_pk', ['user_id', 'project_id', 'role'])
    .execute()
  await schema
    .createIndex('role_assignments_by_project')
    .on('role_assignments')
    .columns(['project_id'])
    .execute()

  await schema
    .createTable('revoked_tokens')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('expires_at', bigint, (column) => column.notNull())
    .execute()
  await schema
    .createIndex('revoked_tokens_by_expiry')
    .on('revoked_tokens')
    .columns(['expires_at'])
    .execute()

  await schema
    .createTable('signing_secrets')
    .addColumn('name', text, (column) => column.primaryKey())
    .addColumn('secret', text, (column) => column.notNull())
    .execute()
}
