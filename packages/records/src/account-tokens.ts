/** What decides whether a token is good: its user's and project's state, its roles, its revocation. */
import type { AccountRecords } from '@vitrine/core'
import { toRole } from './account-roles.ts'
import type { Database } from './database.ts'
import { prepared } from './prepared.ts'

type TokenRecords = Pick<AccountRecords, 'signingSecret' | 'findStanding' | 'revokeToken'>

const secretName = 'tokens'

export function tokenRecords(database: Database): TokenRecords {
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
      const { tokenId, userId } = subject
      // No id is empty, so a token without a project joins none.
      const projectId = subject.projectId ?? ''
      const { rows } = await standings(database.read, { tokenId, userId, projectId })
      const [first, ...others] = rows
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

/** One row for each role held, or one without. Every request to Vitrine asks this. */
const standings = prepared<{ tokenId: string; userId: string; projectId: string }>()(
  (queries, slot) =>
    queries
      .selectFrom('users')
      .leftJoin('projects', (join) =>
        join.on('projects.id', '=', slot('projectId')).on('projects.enabled', '=', 1),
      )
      .leftJoin('role_assignments as held', (join) =>
        join.onRef('held.user_id', '=', 'users.id').onRef('held.project_id', '=', 'projects.id'),
      )
      .leftJoin('revoked_tokens', (join) => join.on('revoked_tokens.id', '=', slot('tokenId')))
      .where('users.id', '=', slot('userId'))
      .where('users.enabled', '=', 1)
      .select([
        'users.token_epoch',
        'projects.id as project_id',
        'held.role',
        'revoked_tokens.id as revoked_id',
      ]),
)
