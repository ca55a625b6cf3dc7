/**
 * What Keystone says of a token, read from the body of its answer.
 *
 * Only a project gives rights to images. A token scoped to a domain, to the system or to nothing at
 * all speaks for its user alone, and the roles it carries are held elsewhere.
 *
 * Source: Identity API v3, "Validate and show information for token".
 */
import type { Actor } from '@vitrine/core'

/** A token that Keystone vouches for, until then at the longest. */
export type KnownToken = { readonly actor: Actor; readonly expiresAt: Date }

/** @returns undefined when the body is not one that Keystone writes. */
export function readKnownToken(body: unknown): KnownToken | undefined {
  const expiresAt = readExpiry(body)
  const actor = readActor(field(body, 'token'))
  return expiresAt && actor && { actor, expiresAt }
}

/** @returns undefined when the body names no time, or none that can be read. */
export function readExpiry(body: unknown): Date | undefined {
  const text = field(field(body, 'token'), 'expires_at')
  const time = typeof text === 'string' ? new Date(text) : undefined
  return time === undefined || Number.isNaN(time.getTime()) ? undefined : time
}

/** The code and the sentence of an error as Keystone writes one; undefined for any other body. */
export function readError(body: unknown): { code: number; message: string } | undefined {
  const [code, message] = [
    field(field(body, 'error'), 'code'),
    field(field(body, 'error'), 'message'),
  ]
  return typeof code === 'number' && typeof message === 'string' ? { code, message } : undefined
}

function readActor(token: unknown): Actor | undefined {
  const userId = field(field(token, 'user'), 'id')
  if (typeof userId !== 'string') return undefined
  const project = field(token, 'project')
  if (project === undefined) return { userId, projectId: undefined, roles: new Set() }
  const projectId = field(project, 'id')
  const roles = readRoles(field(token, 'roles'))
  return typeof projectId === 'string' && roles ? { userId, projectId, roles } : undefined
}

/** Implied roles are there already: Keystone expands them. */
function readRoles(roles: unknown): Set<string> | undefined {
  if (!Array.isArray(roles)) return undefined
  const names = roles.map((role) => field(role, 'name'))
  return names.every((name) => typeof name === 'string')
    ? new Set(names.map((name) => name.toLowerCase()))
    : undefined
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined
}
