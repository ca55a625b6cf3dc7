/**
 * People with projects and roles, made through an Identity API v3: Keystone's, or ours, which says
 * the same. What an adapter that asks such an API needs for `describeIdentity`.
 *
 * Source: Identity API v3, "Authentication and token management", "Users", "Projects", "Roles".
 */
import type { Role } from '@vitrine/core'
import type { People, Person } from './identity.ts'

export type IdentityApiLogin = {
  /** With the `/v3` at its end. */
  readonly url: string
  readonly username: string
  readonly password: string
  readonly projectName: string
}

/** Who a token is asked for, by name or id, as the API's JSON has it. */
type User = { readonly id: string } | { readonly name: string; readonly domain: { id: string } }

type Place = Pick<Person, 'userId' | 'projectId'>

const domain = { id: 'default' }
const password = 'right'

export class IdentityApiPeople implements People {
  readonly #url: string
  readonly #adminToken: string

  private constructor(url: string, adminToken: string) {
    this.#url = url
    this.#adminToken = adminToken
  }

  /** @param login of an admin. */
  static async open({ url, username, password, projectName }: IdentityApiLogin) {
    const scope = { project: { name: projectName, domain } }
    const token = await logIn(url, { name: username, domain }, password, scope)
    return new IdentityApiPeople(url, token)
  }

  async newPerson(): Promise<Person> {
    const name = crypto.randomUUID()
    const projectId = await this.#create('project', { name, domain_id: domain.id })
    const userId = await this.#create('user', { name, domain_id: domain.id, password })
    await this.grant({ userId, projectId }, 'member')
    const token = await this.logIn(userId, { project: { id: projectId } })
    return { userId, userName: name, password, projectId, token }
  }

  tokenWithoutProject({ userId }: Person): Promise<string> {
    return this.logIn(userId, 'unscoped')
  }

  /** @param scope as the API's JSON has it, such as `{ system: { all: true } }`. */
  logIn(userId: string, scope: unknown): Promise<string> {
    return logIn(this.#url, { id: userId }, password, scope)
  }

  async grant(person: Place, role: Role): Promise<void> {
    await this.ask('PUT', `/projects/${await this.#grantPath(person, role)}`)
  }

  async takeAway(person: Person, role: Role): Promise<void> {
    await this.ask('DELETE', `/projects/${await this.#grantPath(person, role)}`)
  }

  /** @param where `system`, or `domains/<id>`. */
  async grantOn(where: string, userId: string, role: Role): Promise<void> {
    await this.ask('PUT', `/${where}/users/${userId}/roles/${await this.#roleId(role)}`)
  }

  async revoke(token: string): Promise<void> {
    await this.ask('DELETE', '/auth/tokens', undefined, { 'x-subject-token': token })
  }

  async disableUser({ userId }: Person): Promise<void> {
    await this.ask('PATCH', `/users/${userId}`, { user: { enabled: false } })
  }

  async deleteUser({ userId }: Person): Promise<void> {
    await this.ask('DELETE', `/users/${userId}`)
  }

  async disableProject({ projectId }: Person): Promise<void> {
    await this.ask('PATCH', `/projects/${projectId}`, { project: { enabled: false } })
  }

  async deleteProject({ projectId }: Person): Promise<void> {
    await this.ask('DELETE', `/projects/${projectId}`)
  }

  /** As the admin, a request that must succeed. */
  async ask(method: string, path: string, body?: unknown, headers = {}): Promise<unknown> {
    const response = await fetch(`${this.#url}${path}`, {
      method,
      headers: {
        'x-auth-token': this.#adminToken,
        'content-type': 'application/json',
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`Expected success of ${method} ${path}: ${text}`)
    return text === '' ? undefined : JSON.parse(text)
  }

  async #create(kind: 'project' | 'user', fields: object): Promise<string> {
    const body = await this.ask('POST', `/${kind}s`, { [kind]: fields })
    return idOf(body, kind)
  }

  async #grantPath({ projectId, userId }: Place, role: Role): Promise<string> {
    return `${projectId}/users/${userId}/roles/${await this.#roleId(role)}`
  }

  async #roleId(role: Role): Promise<string> {
    return idOf(await this.ask('GET', `/roles?name=${role}`), 'roles', '0')
  }
}

async function logIn(url: string, user: User, password: string, scope: unknown): Promise<string> {
  const identity = { methods: ['password'], password: { user: { ...user, password } } }
  const response = await fetch(`${url}/auth/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ auth: { identity, scope } }),
  })
  const text = await response.text()
  const token = response.headers.get('x-subject-token')
  if (token === null) throw new Error(`Expected a token from ${url}: ${text}`)
  return token
}

/** The `id` of what lies at the end of this path in the body. */
export function idOf(body: unknown, ...path: readonly string[]): string {
  let found = body
  for (const name of [...path, 'id']) {
    if (typeof found === 'object' && found !== null) found = Reflect.get(found, name)
  }
  if (typeof found === 'string') return found
  throw new Error(`Expected an id at ${path.join('.')} of ${JSON.stringify(body)}`)
}
