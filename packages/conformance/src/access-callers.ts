/**
 * Who asks in the tables of access: projects around one image, and what their tokens may do.
 *
 * A column of a table stands for all callers that must be answered alike: whatever a consumer has
 * answered, and whether a stranger never was a member or is one no longer.
 */
import type { MemberStatus, Role } from '@vitrine/core'

export const columns = ['own', 'ownR', 'mem', 'memR', 'non', 'adm', 'svc', 'none'] as const
export type Column = (typeof columns)[number]

export const projects = [
  'producer',
  'pending',
  'accepted',
  'rejected',
  /** Was a member once. */
  'removed',
  'stranger',
  'cloud',
  'compute',
] as const
export type ProjectName = (typeof projects)[number]

export type Caller = {
  readonly name: string
  readonly column: Column
  readonly project: ProjectName
  readonly roles: readonly Role[]
}

const memberships: readonly ProjectName[] = ['pending', 'accepted', 'rejected']

export const callers: readonly Caller[] = [
  { name: 'own', column: 'own', project: 'producer', roles: ['member', 'reader'] },
  { name: 'ownR', column: 'ownR', project: 'producer', roles: ['reader'] },
  ...memberships.flatMap((project): Caller[] => [
    { name: `mem, ${project}`, column: 'mem', project, roles: ['member', 'reader'] },
    { name: `memR, ${project}`, column: 'memR', project, roles: ['reader'] },
  ]),
  { name: 'non', column: 'non', project: 'stranger', roles: ['member', 'reader'] },
  { name: 'non, removed', column: 'non', project: 'removed', roles: ['member', 'reader'] },
  { name: 'adm', column: 'adm', project: 'cloud', roles: ['admin', 'member', 'reader'] },
  { name: 'svc', column: 'svc', project: 'compute', roles: ['service'] },
  // The producer's project, with no role that any rule of images names.
  { name: 'none', column: 'none', project: 'producer', roles: ['service'] },
]

/** With whom every image of the tables is shared, in the order of its list. */
export const consumers: readonly (readonly [ProjectName | 'someone', MemberStatus])[] = [
  ['pending', 'pending'],
  ['accepted', 'accepted'],
  ['rejected', 'rejected'],
  ['someone', 'pending'],
]
