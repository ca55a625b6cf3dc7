/**
 * The roles that a built-in account can hold on a project, and which of them imply which.
 *
 *   admin ──► member ──► reader        service
 */
import type { Role } from './actor.ts'

export const accountRoles = ['admin', 'member', 'reader', 'service'] as const satisfies Role[]

const implied: Record<Role, readonly Role[]> = {
  admin: ['admin', 'member', 'reader'],
  member: ['member', 'reader'],
  reader: ['reader'],
  service: ['service'],
}

/** The roles assigned, with all that they imply. */
export function withImpliedRoles(assigned: Iterable<Role>): ReadonlySet<Role> {
  return new Set([...assigned].flatMap((role) => implied[role]))
}
