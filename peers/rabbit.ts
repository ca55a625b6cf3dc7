/**
 * A real RabbitMQ on a port of its own, started by the scripts that lie beside this repository (or
 * where `PEER_SERVERS` says), and a listener that stands on oslo.messaging.
 */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { describe } from 'vitest'
import { peerScripts } from './peer-scripts.ts'
import { rabbitPrograms } from './rabbit-programs.ts'

/** `describe` for tests that need RabbitMQ; where it cannot be had the report says why. */
export function describeRabbit(name: string, tests: () => void): void {
  const missing = [join(peerScripts, 'rabbit-up.sh'), ...Object.values(rabbitPrograms)].find(
    (path) => !existsSync(path),
  )
  if (missing === undefined) describe(name, tests)
  else describe.skip(`${name} (skipped: there is no ${missing})`, tests)
}

export type Rabbit = AsyncDisposable & {
  /** With the name and the password of a user. */
  readonly url: string
  /** It is gone at once, and has lost what it had not written to its disk. */
  kill(): Promise<void>
  /** On the same port, with what it had on its disk. */
  start(): Promise<void>
}

/** Disposing of it stops it and removes its files. */
export async function startRabbit(): Promise<Rabbit> {
  // Not in os.tmpdir(), which another user, such as RabbitMQ's, may not be able to enter.
  const directory = await mkdtemp('/var/tmp/vitrine-rabbit-')
  const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' }
  const bash = (...args: readonly string[]) => promisify(execFile)('/bin/bash', args, { env })
  await bash(join(peerScripts, 'rabbit-up.sh'), directory)
  const said = await readFile(join(directory, 'env'), 'utf8')
  const url = /AMQP_URL=(\S+)/.exec(said)?.[1]
  if (url === undefined) throw new Error(`The broker did not say its address: ${said}`)
  return {
    url,
    async kill() {
      process.kill(Number(await readFile(join(directory, 'pid'), 'utf8')), 'SIGKILL')
      while (await answers(url)) await sleep(50)
    },
    async start() {
      const command = '. "$0/envvars"; exec setsid /usr/lib/rabbitmq/bin/rabbitmq-server'
      spawn('/bin/bash', ['-c', command, directory], {
        env,
        stdio: 'ignore',
        detached: true,
      }).unref()
      while (!(await answers(url))) await sleep(50)
    },
    async [Symbol.asyncDispose]() {
      await bash(join(peerScripts, 'rabbit-down.sh'), directory)
    },
  }
}

async function answers(url: string): Promise<boolean> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

/** A notification as oslo.messaging hands it to a listener. */
export type Heard = {
  readonly priority: string
  readonly publisher_id: string
  readonly event_type: string
  // biome-ignore lint/suspicious/noExplicitAny: what a test expects of a payload is its own business.
  readonly payload: any
  readonly metadata: { readonly message_id: string; readonly timestamp: string }
}

export type Listener = AsyncDisposable & {
  /** All that it has heard up to now. */
  readonly heard: readonly Heard[]
}

/** Resolves when it listens. */
export async function startListener(url: string, { durable = false } = {}): Promise<Listener> {
  const script = join(import.meta.dirname, 'rabbit-listener.py')
  // By "amqp" it means another version of the protocol.
  const theirUrl = url.replace(/^amqp:/, 'rabbit:')
  const child = spawn('/usr/bin/python3', [script, theirUrl, ...(durable ? ['durable'] : [])], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const ended = once(child, 'exit')
  const heard: Heard[] = []
  const listening = Promise.withResolvers<void>()
  ended.then(() => listening.reject(new Error('The listener ended before it listened')))
  createInterface(child.stdout).on('line', (line) => {
    const told = JSON.parse(line)
    if ('listening' in told) listening.resolve()
    else heard.push(told)
  })
  await listening.promise
  return {
    heard,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
    },
  }
}
