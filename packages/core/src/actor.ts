/**
 * Who is asking: what an identity service says of a token, and nothing more.
 *
 * The three personas of OpenStack stand on roles. Keystone gives every admin the role `member` and
 * every member the role `reader` too, so a rule names only the least role that it needs.
 */
export type Actor = {
  readonly userId: string
  /** The project the token is scoped to; undefined for a token without one. */
  readonly projectId: string | undefined
  /** Role names on that project, in lower case. */
  readonly roles: ReadonlySet<string>
}

export type Role = 'reader' | 'member' | 'admin' | 'service'

export function hasRole(actor: Actor, role: Role): boolean {
  return actor.roles.has(role)
}

/** An admin of any project is an admin of every image. */
export function isAdmin(actor: Actor): boolean {
  return actor.projectId !== undefined && hasRole(actor, 'admin')
}
