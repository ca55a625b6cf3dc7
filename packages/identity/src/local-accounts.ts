/**
 * The built-in identity: accounts that Vitrine keeps itself, for when there is no Keystone.
 *
 * Reading goes straight to `records`. What is written here is what a change needs besides being
 * kept: an id, a check of its text, a password hash.
 */
import { randomBytes, randomUUID } from 'node:crypto'
import {
  type AccountRecords,
  type Actor,
  type Clock,
  type Identity,
  InvalidError,
  NotFoundError,
  type PasswordLogIn,
  type Project,
  type ProjectChanges,
  quote,
  systemClock,
  type TypedLogIn,
  UnauthorizedError,
  type User,
  type UserChanges,
} from '@vitrine/core'
import { AccountTokens } from './account-tokens.ts'
import { type PasswordCost, Passwords } from './password.ts'
import { canBeTyped, mostCharacters, requireName, requirePassword, requireText } from './text.ts'
import { TokenSigner } from './token-signer.ts'

export type LocalAccountsOptions = {
  readonly records: AccountRecords
  /** How long a token is good for when nothing revokes it. */
  readonly tokenLifetimeSeconds?: number
  readonly clock?: Clock
  readonly passwordCost?: Partial<PasswordCost>
}

/** A password as it was typed, where the records keep its hash. */
type WithPassword<T> = Omit<T, 'passwordHash'> & { readonly password?: string | null }

export type ProjectFields = Pick<Project, 'name'> & ProjectChanges
export type UserFields = Pick<User, 'name'> & WithPassword<UserChanges>

export type Bootstrap =
  | {
      readonly created: true
      readonly userName: string
      readonly projectName: string
      readonly password: string
    }
  | { readonly created: false }

const hourSeconds = 3600
const adminName = 'admin'

export class LocalAccounts implements Identity, PasswordLogIn {
  readonly records: AccountRecords
  readonly tokens: AccountTokens
  readonly #passwords: Passwords

  private constructor(records: AccountRecords, tokens: AccountTokens, passwords: Passwords) {
    this.records = records
    this.tokens = tokens
    this.#passwords = passwords
  }

  static async open(options: LocalAccountsOptions): Promise<LocalAccounts> {
    const { records, clock = systemClock, tokenLifetimeSeconds = hourSeconds } = options
    const secret = await records.signingSecret(randomBytes(32).toString('base64url'))
    const signer = await TokenSigner.open(secret, clock)
    const passwords = new Passwords(options.passwordCost)
    const lifetimeSeconds = tokenLifetimeSeconds
    const tokens = new AccountTokens({ records, signer, passwords, clock, lifetimeSeconds })
    return new LocalAccounts(records, tokens, passwords)
  }

  actorOf(token: string): Promise<Actor | undefined> {
    return this.tokens.actorOf(token)
  }

  async logIn(typed: TypedLogIn): Promise<Actor | undefined> {
    const { userName, domainName, password, projectId } = typed
    // There is one domain, and clients write its name as they like.
    if (domainName.toLowerCase() !== 'default') return undefined
    if (!canBeTyped(typed)) return undefined
    const scope = { kind: 'project', project: { id: projectId } } as const
    try {
      return (await this.tokens.issueForPassword({ name: userName }, password, scope)).actor
    } catch (error) {
      if (error instanceof UnauthorizedError) return undefined
      throw error
    }
  }

  /**
   * At the first start, makes the user `admin`, admin of the project `admin`. Does nothing when
   * there is any user already, so it may be called at every start.
   *
   * @param password random when none is given; whoever calls this shows it once.
   */
  async bootstrap(password = randomBytes(18).toString('base64url')): Promise<Bootstrap> {
    // The usual case, without the price of a hash at every start.
    if (await this.records.findUser({ name: adminName })) return { created: false }
    const admin = { id: newId(), name: adminName, description: null, enabled: true }
    const passwordHash = await this.#passwords.hash(requirePassword(password))
    const created = await this.records.insertFirstAdmin(
      { ...admin, email: null, defaultProjectId: null, passwordHash },
      { ...admin, id: newId(), description: 'Manages the service' },
    )
    if (!created) return { created }
    return { created, userName: adminName, projectName: adminName, password }
  }

  /**
   * @throws {InvalidError} when a text may not be what it is.
   * @throws {ConflictError} when another project has the name.
   */
  async createProject(fields: ProjectFields): Promise<Project> {
    checkProject(fields)
    const { name, description = '', enabled = true } = fields
    const project: Project = { id: newId(), name, description, enabled }
    await this.records.insertProject(project)
    return project
  }

  /** @throws {NotFoundError} when there is no such project; and as `createProject`. */
  async changeProject(id: string, changes: ProjectChanges): Promise<Project> {
    checkProject(changes)
    const project = await this.records.updateProject(id, changes)
    if (project !== undefined) return project
    throw new NotFoundError(`Cannot change project ${quote(id)}: there is no such project`)
  }

  /**
   * @throws {InvalidError} when a text may not be what it is.
   * @throws {ConflictError} when another user has the name.
   * @throws {NotFoundError} when there is no such default project.
   */
  async createUser(fields: UserFields): Promise<User> {
    checkUser(fields)
    const { name, email = null, description = null, enabled = true } = fields
    const { defaultProjectId = null, password = null } = fields
    const user: User = { id: newId(), name, email, description, enabled, defaultProjectId }
    await this.records.insertUser({ ...user, passwordHash: await this.#hash(password) })
    return user
  }

  /**
   * Changes what is given. A new password, or disabling the user, calls in all of its tokens.
   *
   * @throws {NotFoundError} when there is no such user; and as `createUser`.
   */
  async changeUser(id: string, changes: WithPassword<UserChanges>): Promise<User> {
    checkUser(changes)
    const { password, ...rest } = changes
    const hashed = password === undefined ? {} : { passwordHash: await this.#hash(password) }
    const user = await this.records.updateUser(id, { ...rest, ...hashed })
    if (user !== undefined) return user
    throw new NotFoundError(`Cannot change user ${quote(id)}: there is no such user`)
  }

  /** @throws {UnauthorizedError} when `original` is not the user's password. */
  async changePassword(userId: string, original: string, password: string): Promise<void> {
    requirePassword(password)
    const credentials = await this.records.findCredentials({ id: userId })
    if (!(await this.#passwords.matches(original, credentials?.passwordHash ?? null))) {
      throw new UnauthorizedError('Cannot change the password: the original password is wrong')
    }
    if (password === original) {
      throw new InvalidError('Cannot change the password: the new one must differ from the old')
    }
    await this.changeUser(userId, { password })
  }

  async #hash(password: string | null): Promise<string | null> {
    return password === null ? null : this.#passwords.hash(password)
  }
}

function checkProject({ name, description }: ProjectChanges): void {
  if (name !== undefined) requireName('a project name', name, mostCharacters.projectName)
  requireText('a description', description ?? '', mostCharacters.description)
}

function checkUser(fields: WithPassword<UserChanges>): void {
  const { name, email, description, defaultProjectId, password } = fields
  if (name !== undefined) requireName('a user name', name, mostCharacters.userName)
  requireText('an e-mail address', email ?? '', mostCharacters.email)
  requireText('a description', description ?? '', mostCharacters.description)
  requireText('a project id', defaultProjectId ?? '', mostCharacters.id)
  if (typeof password === 'string') requirePassword(password)
}

/** As Keystone writes ids: a UUID without its dashes. */
function newId(): string {
  return randomUUID().replaceAll('-', '')
}
