/**
 * Who may see and change metadata definitions.
 *
 *   see     readers: the public namespaces and those of their project; admins: all
 *   change  admins
 *
 * Whoever may not see a namespace is told that there is none. So is whoever has not even the role
 * of a reader, of every namespace and all lists: clients have come to rely on it.
 */
import { type Actor, hasRole, isAdmin } from '../actor.ts'
import { NotFoundError, quote } from '../errors.ts'
import { notAuthorized } from '../find-image.ts'
import type { MetadefReader } from '../ports/metadef-records.ts'
import type { MetadefNamespace } from './metadef.ts'

export function maySee(actor: Actor, { visibility, owner }: MetadefNamespace): boolean {
  if (isAdmin(actor)) return true
  if (!hasRole(actor, 'reader')) return false
  return visibility === 'public' || (actor.projectId !== undefined && actor.projectId === owner)
}

/** @throws {NotFoundError} when the caller has no role that lets it read anything. */
export function requireReader(actor: Actor): void {
  if (isAdmin(actor) || hasRole(actor, 'reader')) return
  throw new NotFoundError('The resource could not be found.')
}

/** @throws {ForbiddenError} for everyone but admins. */
export function requireAdmin(actor: Actor, policy: string): void {
  requireReader(actor)
  if (!isAdmin(actor)) throw notAuthorized(policy)
}

/** @throws {NotFoundError} when there is none, or none that the caller may know of. */
export async function findNamespaceFor(
  records: MetadefReader,
  actor: Actor,
  name: string,
): Promise<MetadefNamespace> {
  const namespace = await records.findNamespace(name)
  if (namespace !== undefined && maySee(actor, namespace)) return namespace
  throw new NotFoundError(`Metadata definition namespace ${quote(name)} was not found`)
}
