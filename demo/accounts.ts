/**
 * Accounts for a tour: a project and its only user each, made through the Identity API as an
 * operator would make them. The SDK manages images, not accounts, so this is plain fetch.
 */
import { randomBytes } from 'node:crypto'
import { ImageClient, type Images, password } from '@vitrine/sdk'

export type Account = {
  /** Of the user, and of its project. */
  readonly name: string
  readonly password: string
  readonly projectId: string
  /** What the service shows and does for this user. */
  readonly client: ImageClient
  readonly images: Images
}

/** What the Identity API answers to the few requests below. */
type Answer = {
  readonly project: { readonly id: string }
  readonly user: { readonly id: string }
  readonly roles: readonly [{ readonly id: string }]
}

export class AccountDesk {
  readonly #identityUrl: string
  readonly #token: string

  private constructor(identityUrl: string, token: string) {
    this.#identityUrl = identityUrl
    this.#token = token
  }

  /** @param serviceUrl without a slash at its end. */
  static async open(serviceUrl: string, adminPassword: string): Promise<AccountDesk> {
    const identityUrl = `${serviceUrl}/identity/v3`
    const domain = { id: 'default' }
    const user = { name: 'admin', domain, password: adminPassword }
    const auth = {
      identity: { methods: ['password'], password: { user } },
      scope: { project: { name: 'admin', domain } },
    }
    const response = await fetch(`${identityUrl}/auth/tokens`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ auth }),
    })
    const token = response.headers.get('x-subject-token')
    if (token === null) throw new Error(`Cannot log in as admin: ${await response.text()}`)
    return new AccountDesk(identityUrl, token)
  }

  /** Makes the project, its user, and the user a member of it. */
  async create(name: string): Promise<Account> {
    const userPassword = randomBytes(6).toString('hex')
    const { project } = await this.#ask('POST', '/projects', { project: { name } })
    const { user } = await this.#ask('POST', '/users', { user: { name, password: userPassword } })
    const [role] = (await this.#ask('GET', '/roles?name=member')).roles
    await this.#ask('PUT', `/projects/${project.id}/users/${user.id}/roles/${role.id}`)

    const login = { username: name, password: userPassword, project: name }
    const client = new ImageClient({
      auth: password({ authUrl: this.#identityUrl, ...login }),
    })
    const { images } = client
    return { name, password: userPassword, projectId: project.id, client, images }
  }

  async #ask(method: string, path: string, body?: object): Promise<Answer> {
    const response = await fetch(`${this.#identityUrl}${path}`, {
      method,
      headers: { 'x-auth-token': this.#token, 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`Cannot ${method} ${path}: ${response.status} ${text}`)
    return JSON.parse(text === '' ? '{}' : text)
  }
}
