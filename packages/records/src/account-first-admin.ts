/** The one account that nobody can be asked to create. */
import type { AccountRecords } from '@vitrine/core'
import { toRow as toProjectRow } from './account-projects.ts'
import { toRow as toUserRow } from './account-users.ts'
import { brokenConstraint } from './broken-constraint.ts'
import type { Database } from './database.ts'

type FirstAdminRecords = Pick<AccountRecords, 'insertFirstAdmin'>

export function firstAdminRecords(database: Database): FirstAdminRecords {
  return {
    async insertFirstAdmin(user, project) {
      const insert = database.write(async (queries) => {
        const anyone = await queries.selectFrom('users').select('id').limit(1).executeTakeFirst()
        if (anyone !== undefined) return false

        await queries
          .insertInto('projects')
          .values(toProjectRow(project))
          .onConflict((conflict) => conflict.column('name').doNothing())
          .execute()
        const { id } = await queries
          .selectFrom('projects')
          .select('id')
          .where('name', '=', project.name)
          .executeTakeFirstOrThrow()
        await queries
          .insertInto('users')
          .values(toUserRow({ ...user, defaultProjectId: id }))
          .execute()
        await queries
          .insertInto('role_assignments')
          .values({ user_id: user.id, project_id: id, role: 'admin' })
          .execute()
        return true
      })
      return insert.catch((error: unknown) => {
        // Another process starting at the same moment was faster.
        if (brokenConstraint(error) === 'unique') return false
        throw error
      })
    },
  }
}
