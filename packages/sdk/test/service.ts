/** The real service with its built-in accounts, on a directory and a port of its own. */
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConfig, type StartOptions, startService } from '@vitrine/server'
import { ImageClient, type Images, type PasswordOptions, password } from '../src/index.ts'

/** A project and its only user. */
export type Account = {
  readonly projectId: string
  readonly authUrl: string
  readonly username: string
  readonly password: string
  readonly project: string
  /** As this user, with the endpoint from the catalog. */
  readonly images: Images
  readonly client: ImageClient
}

export type TestService = AsyncDisposable & {
  readonly url: string
  account(name: string): Promise<Account>
  /** As the admin of the first start. */
  readonly admin: ImageClient
  readonly adminLogin: PasswordOptions
}

/** @param settings such as `{ VITRINE_IDENTITY__TOKEN_SECONDS: '2' }`. */
export async function testService(settings: Record<string, string> = {}): Promise<TestService> {
  await using opened = new AsyncDisposableStack()
  const directory = await mkdtemp(join(tmpdir(), 'vitrine-sdk-'))
  opened.defer(() => rm(directory, { recursive: true }))
  const { config } = readConfig({
    environment: {
      VITRINE_HTTP__PORT: '0',
      VITRINE_DATA__DIRECTORY: directory,
      VITRINE_IDENTITY__PASSWORD_COST: '10',
      ...settings,
    },
  })
  const adminPassword = randomUUID()
  const { url } = opened.use(await startService(config, { log: quietLog(), adminPassword }))
  const identity = await administrator(`${url}/identity/v3`, adminPassword)

  const adminLogin = {
    authUrl: `${url}/identity`,
    username: 'admin',
    password: adminPassword,
    project: 'admin',
  }
  const everything = opened.move()
  return {
    url,
    admin: new ImageClient({ auth: password(adminLogin) }),
    adminLogin,
    account: (name) => newAccount(identity, `${url}/identity`, name),
    [Symbol.asyncDispose]: () => everything.disposeAsync(),
  }
}

/** Asks the Identity API as the admin of the first start. */
type Identity = (method: string, path: string, body?: unknown) => Promise<Answer>

/** What the Identity API answers to the few requests below. */
type Answer = {
  readonly project: { readonly id: string }
  readonly user: { readonly id: string }
  readonly roles: readonly [{ readonly id: string }]
}

async function administrator(identityUrl: string, adminPassword: string): Promise<Identity> {
  const session = await password({
    authUrl: identityUrl,
    username: 'admin',
    password: adminPassword,
    project: 'admin',
  }).authenticate({
    fetch,
    retry: { attempts: 1, baseDelayMs: 1, maxDelayMs: 1 },
    signal: AbortSignal.timeout(10_000),
  })
  return async (method, path, body) => {
    const response = await fetch(`${identityUrl}${path}`, {
      method,
      headers: { 'x-auth-token': session.token, 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
    })
    if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`)
    return response.status === 204 ? undefined : JSON.parse(await response.text())
  }
}

async function newAccount(identity: Identity, authUrl: string, name: string): Promise<Account> {
  const login = { authUrl, username: name, password: randomUUID(), project: name }
  const { project } = await identity('POST', '/projects', { project: { name } })
  const { user } = await identity('POST', '/users', { user: { name, password: login.password } })
  const [role] = (await identity('GET', '/roles?name=member')).roles
  await identity('PUT', `/projects/${project.id}/users/${user.id}/roles/${role.id}`)
  const client = new ImageClient({ auth: password(login) })
  return { ...login, projectId: project.id, images: client.images, client }
}

function quietLog(): StartOptions['log'] {
  const quiet = () => {}
  const log: StartOptions['log'] = {
    level: 'silent',
    fatal: quiet,
    error: quiet,
    warn: quiet,
    info: quiet,
    debug: quiet,
    trace: quiet,
    silent: quiet,
    child: () => log,
  }
  return log
}
