/** The service as a process of its own, on a directory that lasts as long as the test. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'
import { filesIn } from './files-in.ts'
import { HttpClient } from './http-client.ts'
import { inDefault, passwordLogIn } from './identity-requests.ts'

const program = join(import.meta.dirname, '../src/main.js')

export type Place = {
  readonly settings: Readonly<Record<string, string>>
  dataFiles(): Promise<readonly string[]>
}

export async function newPlace(settings: Record<string, string>): Promise<Place> {
  const directory = await mkdtemp(join(tmpdir(), 'vitrine-process-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  return {
    settings: {
      VITRINE_HTTP__PORT: '0',
      VITRINE_DATA__DIRECTORY: directory,
      VITRINE_ADMIN_PASSWORD: 'secret',
      VITRINE_IDENTITY__PASSWORD_COST: '10',
      ...settings,
    },
    dataFiles: () => filesIn(join(directory, 'objects')),
  }
}

export type Running = {
  readonly process: ChildProcess
  readonly url: string
  /** What it told whoever started it, before it listened. */
  readonly said: readonly string[]
  /** Of the admin. */
  readonly token: string
  ask(method: string, path: string, body?: unknown): ReturnType<HttpClient['ask']>
}

/** Starts it as an operator would; it is killed at the end of the test if it still runs. */
export async function start(place: Place, flags: readonly string[] = []): Promise<Running> {
  const child = spawn(process.execPath, [program, ...flags], {
    env: { PATH: process.env.PATH, ...place.settings },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  })
  const { url, said } = await addressSaidBy(child)
  const client = new HttpClient(url)
  onTestFinished(() => client[Symbol.dispose]())
  const scope = { project: { name: 'admin', ...inDefault } }
  const body = passwordLogIn({ name: 'admin', ...inDefault }, 'secret', scope)
  const { headers } = await client.ask('POST', '/identity/v3/auth/tokens', { body })
  const token = String(headers['x-subject-token'])
  return {
    process: child,
    url,
    said,
    token,
    ask: (method, path, body) =>
      client.ask(method, path, { headers: { 'x-auth-token': token }, body }),
  }
}

async function addressSaidBy(child: ChildProcess): Promise<Pick<Running, 'url' | 'said'>> {
  if (child.stdout === null) throw new Error('The process has no standard output')
  const said: string[] = []
  for await (const line of createInterface(child.stdout)) {
    const url = /^Vitrine listens on (\S+)$/.exec(line)?.[1]
    if (url !== undefined) return { url, said }
    said.push(line)
  }
  throw new Error('The process ended before it listened')
}
