/** The service as a process that can be killed, and one person who uses it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const program = join(import.meta.dirname, '../packages/server/src/main.js')

export type Settings = Readonly<Record<string, string>>

export class RunningService implements AsyncDisposable {
  readonly url: string
  readonly #process: ChildProcess

  private constructor(child: ChildProcess, url: string) {
    this.#process = child
    this.url = url
  }

  /** @throws {Error} when it ends before it listens. */
  static async start(settings: Settings): Promise<RunningService> {
    const child = spawn(process.execPath, [program], {
      env: { PATH: process.env.PATH, VITRINE_HTTP__PORT: '0', ...settings },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let complaints = ''
    child.stderr.on('data', (text) => {
      complaints = `${complaints}${text}`.slice(-4000)
    })
    for await (const line of createInterface(child.stdout)) {
      const url = /^Vitrine listens on (\S+)$/.exec(line)?.[1]
      if (url === undefined) continue
      child.stdout.resume()
      return new RunningService(child, url)
    }
    throw new Error(`The service ended before it listened: ${complaints}`)
  }

  /** How much memory it has at this moment; 0 where that cannot be told. */
  async residentBytes(): Promise<number> {
    const status = await readFile(`/proc/${this.#process.pid}/status`, 'utf8').catch(() => '')
    return 1024 * Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0)
  }

  /** As a power cut would end it, for the process. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end('SIGKILL')
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    const exited = once(this.#process, 'exit')
    this.#process.kill(signal)
    await exited
  }
}

export const adminPassword = 'secret'

/** @returns a token of the admin. */
export async function logIn(url: string): Promise<string> {
  const domain = { id: 'default' }
  const user = { name: 'admin', domain, password: adminPassword }
  const identity = { methods: ['password'], password: { user } }
  const scope = { project: { name: 'admin', domain } }
  const answer = await fetch(`${url}/identity/v3/auth/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ auth: { identity, scope } }),
  })
  const token = answer.headers.get('x-subject-token')
  if (token === null) throw new Error(`No token: ${answer.status} ${await answer.text()}`)
  return token
}
