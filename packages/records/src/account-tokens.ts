/** What decides whether a token is good: its user's and project's state, its roles, its revocation. */
import type { AccountRecords, TokenSubject } from '@vitrine/core'
import type { InferResult } from 'kysely'
import { toRole } from './account-roles.ts'
import type { Database, Queries } from './database.ts'

type TokenRecords = Pick<AccountRecords, 'signingSecret' | 'findStanding' | 'revokeToken'>

const secretName = 'tokens'

export function tokenRecords(database: Database): TokenRecords {
  const findRows = standingQuery(database.read)

  return {
    async signingSecret(candidate) {
      return database.write(async (queries) => {
        await queries
          .insertInto('signing_secrets')
          .values({ name: secretName, secret: candidate })
          .onConflict((conflict) => conflict.doNothing())
          .execute()
        const kept = await queries
          .selectFrom('signing_secrets')
          .select('secret')
          .where('name', '=', secretName)
          .executeTakeFirstOrThrow()
        return kept.secret
      })
    },

    async findStanding(subject) {
      const [first, ...others] = await findRows(subject)
      if (first === undefined) return undefined
      if (subject.projectId !== undefined && first.project_id === null) return undefined
      return {
        tokenEpoch: first.token_epoch,
        tokenRevoked: first.revoked_id !== null,
        roles: [first, ...others].flatMap(({ role }) => (role === null ? [] : [toRole(role)])),
      }
    },

    async revokeToken({ id, expiresAt }, now) {
      await database.write(async (queries) => {
        await queries.deleteFrom('revoked_tokens').where('expires_at', '<', now.getTime()).execute()
        await queries
          .insertInto('revoked_tokens')
          .values({ id, expires_at: expiresAt.getTime() })
          .onConflict((conflict) => conflict.doNothing())
          .execute()
      })
    },
  }
}

/**
 * One row for each role held, or one without. Every request to Vitrine asks this, and writing the
 * SQL takes longer than answering it: so it is written once.
 */
function standingQuery(read: Queries) {
  const subject = { tokenId: '{token}', userId: '{user}', projectId: '{project}' }
  const query = read
    .selectFrom('users')
    .leftJoin('projects', (join) =>
      join.on('projects.id', '=', subject.projectId).on('projects.enabled', '=', 1),
    )
    .leftJoin('role_assignments as held', (join) =>
      join.onRef('held.user_id', '=', 'users.id').onRef('held.project_id', '=', 'projects.id'),
    )
    .leftJoin('revoked_tokens', (join) => join.on('revoked_tokens.id', '=', subject.tokenId))
    .where('users.id', '=', subject.userId)
    .where('users.enabled', '=', 1)
    .select([
      'users.token_epoch',
      'projects.id as project_id',
      'held.role',
      'revoked_tokens.id as revoked_id',
    ])
  const compiled = query.compile()

  type Row = InferResult<typeof query>[number]
  return async ({ tokenId, userId, projectId }: TokenSubject): Promise<readonly Row[]> => {
    const values = new Map<unknown, string>([
      [subject.tokenId, tokenId],
      [subject.userId, userId],
      // No id is empty, so a token without a project joins none.
      [subject.projectId, projectId ?? ''],
    ])
    const parameters = compiled.parameters.map((parameter) => values.get(parameter) ?? parameter)
    const { rows } = await read.executeQuery<Row>({ ...compiled, parameters })
    return rows
  }
}
