/** Projects of the built-in accounts. */
import type { AccountRecords, IdOrName, Project, ProjectChanges } from '@vitrine/core'
import { ConflictError, quote } from '@vitrine/core'
import type { ProjectRow } from './account-tables.ts'
import { brokenConstraint } from './broken-constraint.ts'
import type { Database } from './database.ts'

type ProjectRecords = Pick<
  AccountRecords,
  | 'insertProject'
  | 'findProject'
  | 'listProjects'
  | 'listProjectsOf'
  | 'updateProject'
  | 'deleteProject'
>

export function projectRecords(database: Database): ProjectRecords {
  async function findProject(by: IdOrName): Promise<Project | undefined> {
    const projects = database.read.selectFrom('projects').selectAll()
    const found =
      'id' in by ? projects.where('id', '=', by.id) : projects.where('name', '=', by.name)
    return toProject(await found.executeTakeFirst())
  }

  return {
    async insertProject(project) {
      const insert = database.write((queries) =>
        queries.insertInto('projects').values(toRow(project)).execute(),
      )
      await insert.catch((error: unknown) => refuse('create', project.name, error))
    },

    findProject,

    async listProjects({ name, enabled }) {
      let projects = database.read.selectFrom('projects').selectAll()
      if (name !== undefined) projects = projects.where('name', '=', name)
      if (enabled !== undefined) projects = projects.where('enabled', '=', Number(enabled))
      return (await projects.orderBy('name').execute()).map((row) => toProject(row))
    },

    async listProjectsOf(userId) {
      const held = database.read.selectFrom('role_assignments').where('user_id', '=', userId)
      const projects = await database.read
        .selectFrom('projects')
        .selectAll()
        .where('id', 'in', held.select('project_id'))
        .where('enabled', '=', 1)
        .orderBy('name')
        .execute()
      return projects.map((row) => toProject(row))
    },

    async updateProject(id, changes) {
      const set = toColumns(changes)
      if (Object.keys(set).length === 0) return findProject({ id })
      const update = database.write((queries) =>
        queries
          .updateTable('projects')
          .set(set)
          .where('id', '=', id)
          .returningAll()
          .executeTakeFirst(),
      )
      return toProject(
        await update.catch((error: unknown) => refuse('rename', changes.name, error)),
      )
    },

    async deleteProject(id) {
      const { numDeletedRows } = await database.write((queries) =>
        queries.deleteFrom('projects').where('id', '=', id).executeTakeFirst(),
      )
      return numDeletedRows > 0
    },
  }
}

function refuse(action: string, name: string | undefined, error: unknown): never {
  if (brokenConstraint(error) !== 'unique') throw error
  throw new ConflictError(
    `Cannot ${action} project ${quote(name)}: a project with this name or id exists, and both must be unique`,
    { cause: error },
  )
}

export function toRow({ id, name, description, enabled }: Project): ProjectRow {
  return { id, name, description, enabled: Number(enabled) }
}

function toColumns({ enabled, name, description }: ProjectChanges): Partial<ProjectRow> {
  return {
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
    ...(enabled !== undefined && { enabled: Number(enabled) }),
  }
}

function toProject(row: ProjectRow): Project
function toProject(row: ProjectRow | undefined): Project | undefined
function toProject(row: ProjectRow | undefined): Project | undefined {
  return row && { ...row, enabled: row.enabled === 1 }
}
