/** Users of the built-in accounts. */
import type { AccountRecords, IdOrName, NewUser, User, UserChanges } from '@vitrine/core'
import { ConflictError, NotFoundError, quote } from '@vitrine/core'
import { sql, type UpdateObject } from 'kysely'
import type { UserRow } from './account-tables.ts'
import { brokenConstraint } from './broken-constraint.ts'
import type { Database } from './database.ts'
import type { Tables } from './tables.ts'

type UserRecords = Pick<
  AccountRecords,
  'insertUser' | 'findUser' | 'listUsers' | 'findCredentials' | 'updateUser' | 'deleteUser'
>

/** All but the password hash, which leaves the table only to be compared. */
const publicColumns = [
  'id',
  'name',
  'email',
  'description',
  'enabled',
  'default_project_id',
] as const

type PublicRow = Pick<UserRow, (typeof publicColumns)[number]>

export function userRecords(database: Database): UserRecords {
  const users = (by: IdOrName) =>
    'id' in by
      ? database.read.selectFrom('users').where('id', '=', by.id)
      : database.read.selectFrom('users').where('name', '=', by.name)

  async function findUser(by: IdOrName): Promise<User | undefined> {
    return toUser(await users(by).select(publicColumns).executeTakeFirst())
  }

  return {
    async insertUser(user) {
      const insert = database.write((queries) =>
        queries.insertInto('users').values(toRow(user)).execute(),
      )
      await insert.catch((error: unknown) => refuse('create', user, error))
    },

    findUser,

    async listUsers({ name, enabled }) {
      let found = database.read.selectFrom('users').select(publicColumns)
      if (name !== undefined) found = found.where('name', '=', name)
      if (enabled !== undefined) found = found.where('enabled', '=', Number(enabled))
      return (await found.orderBy('name').execute()).map((row) => toUser(row))
    },

    async findCredentials(by) {
      const row = await users(by).selectAll().executeTakeFirst()
      return (
        row && {
          user: toUser(row),
          passwordHash: row.password_hash,
          tokenEpoch: row.token_epoch,
        }
      )
    },

    async updateUser(id, changes) {
      const set = toColumns(changes)
      if (Object.keys(set).length === 0) return findUser({ id })
      const update = database.write((queries) =>
        queries
          .updateTable('users')
          .set(set)
          .where('id', '=', id)
          .returning(publicColumns)
          .executeTakeFirst(),
      )
      return toUser(await update.catch((error: unknown) => refuse('change', changes, error)))
    },

    async deleteUser(id) {
      const { numDeletedRows } = await database.write((queries) =>
        queries.deleteFrom('users').where('id', '=', id).executeTakeFirst(),
      )
      return numDeletedRows > 0
    },
  }
}

function refuse(action: string, { name, defaultProjectId }: UserChanges, error: unknown): never {
  switch (brokenConstraint(error)) {
    case 'unique':
      throw new ConflictError(
        `Cannot ${action} user ${quote(name)}: a user with this name or id exists, and both must be unique`,
        { cause: error },
      )
    case 'reference':
      throw new NotFoundError(
        `Cannot ${action} a user with default project ${quote(defaultProjectId)}: there is no such project`,
        { cause: error },
      )
    default:
      throw error
  }
}

export function toRow(user: NewUser): UserRow {
  return {
    id: user.id,
    name: user.name,
    email: user.email,
    description: user.description,
    enabled: Number(user.enabled),
    default_project_id: user.defaultProjectId,
    password_hash: user.passwordHash,
    token_epoch: 0,
  }
}

function toColumns(changes: UserChanges): UpdateObject<Tables, 'users'> {
  const { name, email, description, enabled, defaultProjectId, passwordHash } = changes
  const callsInTokens = enabled === false || passwordHash !== undefined
  return {
    ...(name !== undefined && { name }),
    ...(email !== undefined && { email }),
    ...(description !== undefined && { description }),
    ...(enabled !== undefined && { enabled: Number(enabled) }),
    ...(defaultProjectId !== undefined && { default_project_id: defaultProjectId }),
    ...(passwordHash !== undefined && { password_hash: passwordHash }),
    ...(callsInTokens && { token_epoch: sql<number>`token_epoch + 1` }),
  }
}

function toUser(row: PublicRow): User
function toUser(row: PublicRow | undefined): User | undefined
function toUser(row: PublicRow | undefined): User | undefined {
  return (
    row && {
      id: row.id,
      name: row.name,
      email: row.email,
      description: row.description,
      enabled: row.enabled === 1,
      defaultProjectId: row.default_project_id,
    }
  )
}
