export { accountRoles, withImpliedRoles } from './account-roles.ts'
export type { Actor, Role } from './actor.ts'
export { hasRole, isAdmin } from './actor.ts'
export type { ByteRange } from './byte-range.ts'
export * from './errors.ts'
export type { Image, ImageStatus, Multihash, Visibility } from './image.ts'
export { imageStatuses, visibilities } from './image.ts'
export type { Member, MemberStatus } from './member.ts'
export { memberStatuses } from './member.ts'
export type {
  AccountFilter,
  AccountRecords,
  Credentials,
  IdOrName,
  NamedRoleAssignment,
  NewUser,
  Project,
  ProjectChanges,
  RoleAssignment,
  Standing,
  TokenSubject,
  User,
  UserChanges,
} from './ports/account-records.ts'
export type { Clock } from './ports/clock.ts'
export { systemClock } from './ports/clock.ts'
export type { Identity } from './ports/identity.ts'
export type { ObjectStore } from './ports/object-store.ts'
export { ObjectNotFoundError } from './ports/object-store.ts'
