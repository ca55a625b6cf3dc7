/**
 * The Identity API on a port of its own, and requests to it as clients make them: once on SQLite
 * and once on PostgreSQL, with an admin to begin with.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describePostgres, freshPostgresDatabase } from '@vitrine/conformance/postgres'
import { LocalAccounts } from '@vitrine/identity'
import { accountRecords, openDatabase } from '@vitrine/records'
import { fastify } from 'fastify'
import { afterAll, beforeAll, describe } from 'vitest'
import { identityApi } from '../src/identity-api/identity-api.ts'
import { inDefault, passwordLogIn } from './identity-requests.ts'

export function describeIdentityApi(what: string, tests: (api: IdentityClient) => void): void {
  describe(`the Identity API on SQLite: ${what}`, () => {
    let directory: string
    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 'identity-'))
    })
    afterAll(() => rm(directory, { recursive: true }))
    tests(startedClient(async () => `sqlite:${join(directory, 'vitrine.db')}`))
  })
  describePostgres(`the Identity API on PostgreSQL: ${what}`, () => {
    tests(startedClient(freshPostgresDatabase))
  })
}

/** A client of a service that runs for as long as the tests of the `describe` around it. */
function startedClient(makeDatabase: () => Promise<string>): IdentityClient {
  const client = new IdentityClient()
  let service: AsyncDisposable
  beforeAll(async () => {
    const { url, ...rest } = await startIdentity(await makeDatabase())
    service = rest
    await client.use(url)
  })
  afterAll(() => service[Symbol.asyncDispose]())
  return client
}

async function startIdentity(databaseUrl: string) {
  const database = await openDatabase(databaseUrl)
  // Hashes that cost next to nothing: what they protect lives for a second.
  const passwordCost = { logN: 1, blockSize: 1, parallelization: 1 }
  const accounts = await LocalAccounts.open({ records: accountRecords(database), passwordCost })
  await accounts.bootstrap('secret')

  // Like the service, which parses neither bodies nor queries and has its own answers at its root.
  const app = fastify({
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 16_384, querystringParser: () => ({}) },
  })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _payload, done) => done(null))
  app.setNotFoundHandler((_request, reply) => reply.code(300).send('the root'))
  const publicUrl = () => 'https://images.example/'
  await app.register(identityApi({ accounts, publicUrl }), { prefix: '/identity' })

  return {
    url: await app.listen({ port: 0, host: '127.0.0.1' }),
    async [Symbol.asyncDispose]() {
      await app.close()
      await database[Symbol.asyncDispose]()
    },
  }
}

type Ask = {
  readonly token?: string
  /** A string is sent as it is; anything else as JSON. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

class IdentityClient {
  url = ''
  #admin = ''

  async use(url: string): Promise<void> {
    this.url = url
    this.#admin = await this.logIn()
  }

  /** The admin's token. */
  admin(): string {
    return this.#admin
  }

  /** Makes one request; the JSON of the answer is there as `body`. */
  async ask(method: string, path: string, { token, body, headers }: Ask = {}) {
    const response = await fetch(`${this.url}/identity${path}`, {
      method,
      headers: { ...(token && { 'x-auth-token': token }), ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: parse(text) }
  }

  async asAdmin(method: string, path: string, body?: unknown) {
    return this.ask(method, path, { token: this.#admin, body })
  }

  /** @returns the token of a log-in that must succeed. */
  async logIn({ user = 'admin', password = 'secret', project = 'admin' } = {}): Promise<string> {
    const scope = { project: { name: project, ...inDefault } }
    const { status, headers, body } = await this.ask('POST', '/v3/auth/tokens', {
      body: passwordLogIn({ name: user, ...inDefault }, password, scope),
    })
    const token = headers.get('x-subject-token')
    if (status !== 201 || token === null) throw new Error(`Cannot log in: ${JSON.stringify(body)}`)
    return token
  }

  /** Whether the token is worth anything. */
  async isGood(token: string): Promise<boolean> {
    return (await this.ask('GET', '/v3/auth/projects', { token })).status === 200
  }

  async newProject() {
    const { body } = await this.asAdmin('POST', '/v3/projects', {
      project: { name: unique('project') },
    })
    return body.project
  }

  /** A user who can log in with the password `right`. */
  async newUser() {
    const { body } = await this.asAdmin('POST', '/v3/users', {
      user: { name: unique('user'), password: 'right' },
    })
    return body.user
  }

  async roleId(name: string): Promise<string> {
    const { body } = await this.asAdmin('GET', `/v3/roles?name=${name}`)
    return body.roles[0].id
  }

  /** A user with a role on a project, logged in there. */
  async someone(role = 'member') {
    const [user, project] = [await this.newUser(), await this.newProject()]
    const grant = `/v3/projects/${project.id}/users/${user.id}/roles/${await this.roleId(role)}`
    await this.asAdmin('PUT', grant)
    const names = { user: user.name, project: project.name }
    return { user, project, grant, token: await this.logIn({ ...names, password: 'right' }) }
  }
}

// biome-ignore lint/suspicious/noExplicitAny: what a test expects of a body is its own business.
function parse(text: string): any {
  return text === '' ? undefined : JSON.parse(text)
}

let counter = 0

export function unique(what: string): string {
  counter++
  return `${what}-${counter}`
}
