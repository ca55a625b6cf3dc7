/** A token as the Identity API tells of it. */
import { NotFoundError } from '@vitrine/core'
import type { GoodToken } from '@vitrine/identity'
import type { FastifyRequest } from 'fastify'
import type { Context } from './context.ts'
import { domain } from './domains.ts'
import { queryText } from './request-fields.ts'
import { roleNamed } from './roles.ts'
import { serviceCatalog } from './service-catalog.ts'

export async function tokenBody(context: Context, request: FastifyRequest, good: GoodToken) {
  const { records } = context.accounts
  const { claims } = good
  const user = await records.findUser({ id: claims.userId })
  if (user === undefined) throw new NotFoundError('Cannot show the token: its user is gone')
  const token = {
    methods: claims.methods,
    user: { id: user.id, name: user.name, domain, password_expires_at: null },
    audit_ids: [claims.tokenId, ...(claims.parentId === undefined ? [] : [claims.parentId])],
    issued_at: microseconds(claims.issuedAt),
    expires_at: microseconds(claims.expiresAt),
  }
  if (claims.projectId === undefined) return { token }

  const project = await records.findProject({ id: claims.projectId })
  if (project === undefined) throw new NotFoundError('Cannot show the token: its project is gone')
  const wantsCatalog = queryText(request, 'nocatalog') === undefined
  return {
    token: {
      ...token,
      project: { id: project.id, name: project.name, domain },
      is_domain: false,
      roles: [...good.actor.roles].toSorted().map(roleNamed),
      ...(wantsCatalog && { catalog: serviceCatalog(context, request) }),
    },
  }
}

/** As Keystone writes times: `2030-01-01T12:00:00.123000Z`. */
function microseconds(time: Date): string {
  return time.toISOString().replace('Z', '000Z')
}
