import type { Role } from '../actor.ts'

/**
 * Keeps the built-in accounts: who exists, who may log in, and who holds which role where.
 *
 * The promises below are tests in `@vitrine/conformance`: an adapter that passes may be used.
 * A change counts for every reader, in any number of processes, from the moment its call resolves;
 * by then it would outlive a power cut. Names are compared as they are, letter case included, and
 * lists come in the order of names. Text may be any that has no NUL and no lone surrogate.
 */
export interface AccountRecords {
  /**
   * The secret that tokens are signed with: `candidate` if there was none yet, and from then on
   * the same for everyone who asks.
   */
  signingSecret(candidate: string): Promise<string>

  /**
   * Keeps the first user and makes it admin of the given project, all at once. A project that
   * already has that name is used as it is.
   *
   * @returns false, changing nothing, when there is any user already.
   */
  insertFirstAdmin(user: NewUser, project: Project): Promise<boolean>

  /** @throws {ConflictError} when the name or the id is in use. */
  insertProject(project: Project): Promise<void>
  findProject(by: IdOrName): Promise<Project | undefined>
  listProjects(filter: AccountFilter): Promise<readonly Project[]>

  /** The enabled projects on which the user holds a role, those of a user that is disabled too. */
  listProjectsOf(userId: string): Promise<readonly Project[]>

  /**
   * Changes what is given and leaves the rest.
   *
   * @returns the project as it is now; undefined when there is none with this id.
   * @throws {ConflictError} when another project has the new name.
   */
  updateProject(id: string, changes: ProjectChanges): Promise<Project | undefined>

  /**
   * The project is gone, and with it every role held there; users who had it as their default
   * project have none.
   *
   * @returns false when there is no such project.
   */
  deleteProject(id: string): Promise<boolean>

  /**
   * @throws {ConflictError} when the name or the id is in use.
   * @throws {NotFoundError} when the default project does not exist.
   */
  insertUser(user: NewUser): Promise<void>
  findUser(by: IdOrName): Promise<User | undefined>
  listUsers(filter: AccountFilter): Promise<readonly User[]>

  /** The user with what it takes to check a password. Nothing else returns the hash. */
  findCredentials(by: IdOrName): Promise<Credentials | undefined>

  /**
   * Changes what is given and leaves the rest. Disabling the user, or a new password, raises its
   * token epoch.
   *
   * @returns the user as it is now; undefined when there is none with this id.
   * @throws {ConflictError} when another user has the new name.
   * @throws {NotFoundError} when the new default project does not exist.
   */
  updateUser(id: string, changes: UserChanges): Promise<User | undefined>

  /** The user is gone, with every role it held. @returns false when there is no such user. */
  deleteUser(id: string): Promise<boolean>

  /**
   * Quiet when the user holds the role there already.
   *
   * @throws {NotFoundError} when there is no such user or no such project.
   */
  assignRole(assignment: RoleAssignment): Promise<void>

  /** @returns false when the user did not hold the role there. */
  removeRole(assignment: RoleAssignment): Promise<boolean>

  /** In the order of users, projects and roles. Roles that others imply are not listed. */
  listRoleAssignments(filter: Partial<RoleAssignment>): Promise<readonly NamedRoleAssignment[]>

  /**
   * All that decides what a token of this user, for this project, is worth now: one indexed query,
   * since every request to Vitrine asks it.
   *
   * @returns undefined when the user, or the project if one is named, is disabled or missing.
   */
  findStanding(of: TokenSubject): Promise<Standing | undefined>

  /**
   * The token is worth nothing from now on. Quiet when it was so already. Tokens that expired
   * before `now` are forgotten, since their expiry alone refuses them.
   */
  revokeToken(token: { id: string; expiresAt: Date }, now: Date): Promise<void>
}

export type IdOrName = { readonly id: string } | { readonly name: string }

export type AccountFilter = {
  readonly name?: string | undefined
  readonly enabled?: boolean | undefined
}

export type Project = {
  /** 32 lower-case hex digits: a UUID without its dashes, as Keystone writes ids. */
  readonly id: string
  /** One project has it at a time. */
  readonly name: string
  readonly description: string
  readonly enabled: boolean
}

export type ProjectChanges = Partial<Omit<Project, 'id'>>

export type User = {
  /** 32 lower-case hex digits, and never used again when the user is deleted. */
  readonly id: string
  /** One user has it at a time. */
  readonly name: string
  readonly email: string | null
  readonly description: string | null
  readonly enabled: boolean
  /** Where a log-in that names no project goes. It gives no role there. */
  readonly defaultProjectId: string | null
}

export type NewUser = User & {
  /** Null for a user that cannot log in by password. */
  readonly passwordHash: string | null
}

export type UserChanges = Partial<Omit<NewUser, 'id'>>

export type Credentials = {
  readonly user: User
  readonly passwordHash: string | null
  readonly tokenEpoch: number
}

export type RoleAssignment = {
  readonly userId: string
  readonly projectId: string
  readonly role: Role
}

export type NamedRoleAssignment = RoleAssignment & {
  readonly userName: string
  readonly projectName: string
}

export type TokenSubject = {
  readonly tokenId: string
  readonly userId: string
  readonly projectId: string | undefined
}

export type Standing = {
  /**
   * Counts how often all tokens of the user were called in. A token is good only in the epoch in
   * which it was issued: a number, because the clocks of two processes never agree.
   */
  readonly tokenEpoch: number
  readonly tokenRevoked: boolean
  /** As assigned on the project, without those they imply; empty when no project is named. */
  readonly roles: readonly Role[]
}
