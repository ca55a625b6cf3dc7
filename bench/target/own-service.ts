/** Vitrine from this very checkout, as `npm start` runs it, on files that are removed afterwards. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { AccountDesk } from '../../demo/accounts.ts'
import type { Target } from './target.ts'

const root = join(import.meta.dirname, '..', '..')
const adminPassword = 'secret'

export type OwnService = AsyncDisposable & {
  readonly url: string
  /** From the command to the line that says where it listens. */
  readonly startMs: number
}

export type OwnServiceOptions = {
  /** Where to make its directory: the disk is part of what is measured. */
  readonly directory: string
  /** Undefined for the embedded default. */
  readonly databaseUrl?: string | undefined
}

/** Disposing of it ends it and removes its files. */
export async function startOwnService(options: OwnServiceOptions): Promise<OwnService> {
  await using opened = new AsyncDisposableStack()
  const data = await mkdtemp(join(options.directory, 'vitrine-bench-'))
  opened.defer(() => rm(data, { recursive: true, force: true }))
  const start = performance.now()
  const command = ['--min-semi-space-size=4', join(root, 'packages', 'server', 'src', 'main.js')]
  const child = spawn(process.execPath, [...command, '--port', '0', '--data', data], {
    cwd: data,
    env: {
      PATH: process.env.PATH,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      VITRINE_ADMIN_PASSWORD: adminPassword,
      ...(options.databaseUrl !== undefined && { VITRINE_DATABASE__URL: options.databaseUrl }),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  opened.defer(async () => {
    child.kill('SIGTERM')
    await ended
  })
  let said = ''
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
    said += String(chunk)
    if (said.includes('listens on')) break
  }
  child.stdout.resume()
  const startMs = performance.now() - start
  const url = /listens on (\S+)/.exec(said)?.[1]
  if (url === undefined) throw new Error(`Vitrine did not start; it said: ${said}`)

  const everything = opened.move()
  return { url, startMs, [Symbol.asyncDispose]: () => everything.disposeAsync() }
}

/** The service as a target, with a producer and a consumer made for the occasion. */
export async function targetOf({ url }: OwnService, name: string): Promise<Target> {
  const desk = await AccountDesk.open(url, adminPassword)
  const tokenOf = async (user: string) => {
    const account = await desk.create(user)
    return logIn(`${url}/identity/v3`, { user, password: account.password, project: user })
  }
  return {
    name,
    url,
    token: await tokenOf('bench-producer'),
    consumerToken: await tokenOf('bench-consumer'),
  }
}

export type Login = { readonly user: string; readonly password: string; readonly project: string }

/** A token for the project, of our own Identity API or of Keystone. */
export async function logIn(identityUrl: string, login: Login): Promise<string> {
  const domain = { id: 'default' }
  const user = { name: login.user, domain, password: login.password }
  const response = await fetch(`${identityUrl}/auth/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      auth: {
        identity: { methods: ['password'], password: { user } },
        scope: { project: { name: login.project, domain } },
      },
    }),
  })
  const token = response.headers.get('x-subject-token')
  if (token !== null) return token
  throw new Error(`Cannot log in as ${login.user}: ${response.status} ${await response.text()}`)
}
