/** The service as an operator runs it: a process of its own, on a directory and a port of its own. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'

export type PeerService = AsyncDisposable & {
  readonly url: string
  /** Where its users log in. */
  readonly authUrl: string
  readonly adminPassword: string
  /** For whatever the clients write; removed with the service's own files. */
  readonly directory: string
  /** All that it has written, its log among it. */
  said(): string
  /** Ends it as a power cut would. Its files stay, for another to be started on them. */
  kill(): Promise<void>
}

const program = join(import.meta.dirname, '..', 'packages', 'server', 'src', 'main.js')
const adminPassword = 'secret'

/**
 * Disposing of it ends the process, which must end well, and removes its files.
 *
 * @param settings such as `{ VITRINE_HTTP__PORT: '0' }`.
 * @param killed whose files it goes on with.
 */
export async function startPeerService(
  settings: Readonly<Record<string, string>> = {},
  killed?: PeerService,
): Promise<PeerService> {
  const directory = killed?.directory ?? (await mkdtemp(join(tmpdir(), 'vitrine-peers-')))
  const child = spawn(process.execPath, [program, '--port', '0', '--data', 'data'], {
    cwd: directory,
    // Not this process's environment: it may hold settings of somebody's own service.
    env: { PATH: process.env.PATH, VITRINE_ADMIN_PASSWORD: adminPassword, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = once(child, 'exit')
  let said = ''
  // Read to its end even when the address is known, so that the service never waits for a reader.
  child.stdout.on('data', (chunk) => {
    said += chunk
  })
  child.stderr.on('data', (chunk) => {
    said += chunk
    process.stderr.write(chunk)
  })
  const url = await addressFrom(child.stdout, () => said)
  return {
    url,
    authUrl: settings.VITRINE_IDENTITY__AUTH_URL ?? `${url}/identity/v3`,
    adminPassword,
    directory,
    said: () => said,
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      const [status] = await ended
      await rm(directory, { recursive: true })
      if (status !== 0)
        throw new Error(`Expected the service to end with 0; it ended with ${status}`)
    },
  }
}

async function addressFrom(stdout: Readable, said: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    stdout.on('data', () => {
      const url = /listens on (\S+)/.exec(said())?.[1]
      if (url !== undefined) resolve(url)
    })
    stdout.on('end', () => reject(new Error(`Cannot start the service; it said: ${said()}`)))
  })
}
