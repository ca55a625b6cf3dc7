/** The built-in accounts on SQLite or PostgreSQL: one part of them per file. */
import type { AccountRecords } from '@vitrine/core'
import { firstAdminRecords } from './account-first-admin.ts'
import { projectRecords } from './account-projects.ts'
import { roleRecords } from './account-roles.ts'
import { tokenRecords } from './account-tokens.ts'
import { userRecords } from './account-users.ts'
import type { Database } from './database.ts'

export function accountRecords(database: Database): AccountRecords {
  return {
    ...firstAdminRecords(database),
    ...projectRecords(database),
    ...userRecords(database),
    ...roleRecords(database),
    ...tokenRecords(database),
  }
}
