/**
 * A real Keystone on a port of its own, with a database of its own, started by the scripts that lie
 * beside this repository (or where `PEER_SERVERS` says). It comes with the projects producer,
 * consumer and outsider, each with a user of its name, and with `glance` in the project `service`.
 */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { IdentityApiPeople } from '@vitrine/conformance'
import { freePort } from '@vitrine/conformance/free-port'
import { describe } from 'vitest'
import { keystonePrograms } from './keystone-programs.ts'
import { peerScripts } from './peer-scripts.ts'

export type Keystone = AsyncDisposable & {
  /** With the `/v3` at its end. */
  readonly url: string
  readonly people: IdentityApiPeople
  /** Moves the image service in the catalog. */
  setImageEndpoint(url: string): Promise<void>
  /** It keeps its port and answers nothing until `resume`. */
  stall(): Promise<void>
  resume(): Promise<void>
  /** Nothing listens on its port until `start`. */
  stop(): Promise<void>
  start(options?: { readonly tokenSeconds?: number }): Promise<void>
}

/** The password of all of its users. */
export const password = 'secret'

/** `describe` for tests that need Keystone; where it cannot be had the report says why. */
export function describeKeystone(name: string, tests: () => void): void {
  const missing = [join(peerScripts, 'keystone-up.sh'), ...Object.values(keystonePrograms)].find(
    (path) => !existsSync(path),
  )
  if (missing === undefined) describe(name, tests)
  else describe.skip(`${name} (skipped: there is no ${missing})`, tests)
}

/** Disposing of it stops it and removes its files. */
export async function startKeystone(): Promise<Keystone> {
  // Not in os.tmpdir(), which another user, such as Keystone's, may not be able to enter.
  const directory = await mkdtemp('/var/tmp/vitrine-keystone-')
  const port = String(await freePort())
  let tokenSeconds = 3600
  const run = async (script: string, ...args: readonly string[]) => {
    const env = {
      PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
      REF: directory,
      KEYSTONE_PORT: port,
      TOKEN_SECONDS: String(tokenSeconds),
    }
    await promisify(execFile)('/bin/bash', [join(peerScripts, script), ...args], { env })
  }
  const signal = async (name: NodeJS.Signals) => {
    process.kill(await pidIn(directory), name)
  }

  await using opened = new AsyncDisposableStack()
  opened.defer(() => run('keystone-down.sh'))
  await run('keystone-up.sh')
  const url = `http://127.0.0.1:${port}/v3`
  const admin = { username: 'admin', password, projectName: 'admin' }
  const people = await IdentityApiPeople.open({ ...admin, url })
  // Stalled, it would not hear that it is to stop.
  opened.defer(() => signal('SIGCONT'))

  const everything = opened.move()
  return {
    url,
    people,
    setImageEndpoint: (imageUrl) => run('set-endpoint.sh', imageUrl),
    stall: () => signal('SIGSTOP'),
    resume: () => signal('SIGCONT'),
    async stop() {
      const pid = await pidIn(directory)
      process.kill(pid, 'SIGTERM')
      while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 50))
    },
    start: async (options = {}) => {
      tokenSeconds = options.tokenSeconds ?? tokenSeconds
      await run('keystone-up.sh')
    },
    [Symbol.asyncDispose]: () => everything.disposeAsync(),
  }
}

/** Of the process that the scripts started and recorded. */
async function pidIn(directory: string): Promise<number> {
  const recorded = await readFile(join(directory, 'run', 'keystone.pid'), 'utf8')
  return Number.parseInt(recorded, 10)
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
