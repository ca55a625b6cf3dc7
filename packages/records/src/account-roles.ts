/** Which user holds which role on which project. */
import type { AccountRecords, Role } from '@vitrine/core'
import { accountRoles, NotFoundError, quote } from '@vitrine/core'
import type { RoleAssignmentRow } from './account-tables.ts'
import { brokenConstraint } from './broken-constraint.ts'
import type { Database } from './database.ts'

type RoleRecords = Pick<AccountRecords, 'assignRole' | 'removeRole' | 'listRoleAssignments'>

export function roleRecords(database: Database): RoleRecords {
  return {
    async assignRole({ userId, projectId, role }) {
      const row: RoleAssignmentRow = { user_id: userId, project_id: projectId, role }
      const insert = database.write((queries) =>
        queries
          .insertInto('role_assignments')
          .values(row)
          .onConflict((conflict) => conflict.doNothing())
          .execute(),
      )
      await insert.catch((error: unknown) => {
        if (brokenConstraint(error) !== 'reference') throw error
        throw new NotFoundError(
          `Cannot give role ${quote(role)} to user ${quote(userId)} on project ${quote(projectId)}: the user or the project does not exist`,
          { cause: error },
        )
      })
    },

    async removeRole({ userId, projectId, role }) {
      const { numDeletedRows } = await database.write((queries) =>
        queries
          .deleteFrom('role_assignments')
          .where('user_id', '=', userId)
          .where('project_id', '=', projectId)
          .where('role', '=', role)
          .executeTakeFirst(),
      )
      return numDeletedRows > 0
    },

    async listRoleAssignments({ userId, projectId, role }) {
      let assignments = database.read
        .selectFrom('role_assignments as held')
        .innerJoin('users', 'users.id', 'held.user_id')
        .innerJoin('projects', 'projects.id', 'held.project_id')
        .select([
          'held.user_id as userId',
          'users.name as userName',
          'held.project_id as projectId',
          'projects.name as projectName',
          'held.role',
        ])
      if (userId !== undefined) assignments = assignments.where('held.user_id', '=', userId)
      if (projectId !== undefined)
        assignments = assignments.where('held.project_id', '=', projectId)
      if (role !== undefined) assignments = assignments.where('held.role', '=', role)
      const rows = await assignments
        .orderBy('users.name')
        .orderBy('projects.name')
        .orderBy('held.role')
        .execute()
      return rows.map((row) => ({ ...row, role: toRole(row.role) }))
    },
  }
}

/** @throws {Error} for a role that only a newer version of Vitrine can have written. */
export function toRole(name: string): Role {
  const role = accountRoles.find((known) => known === name)
  if (role === undefined) throw new Error(`Cannot read a role assignment: unknown role "${name}"`)
  return role
}
