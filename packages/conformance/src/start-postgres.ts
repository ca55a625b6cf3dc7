/**
 * A real PostgreSQL for tests, with nothing installed by hand: the programs come in an npm package.
 *
 *   this process ──pipe──► sh ──► initdb, then postgres
 *
 * The shell waits for the pipe to close. That happens when `stop` closes it and also when this
 * process dies, however it dies; then the shell ends the server and removes its files.
 *
 * Tables sort by the rules of a language here, as in most databases that people have, and not by
 * bytes: a query that relies on byte order must say so (COLLATE "C"), or its test fails.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, statfs, writeFile } from 'node:fs/promises'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import pg from 'pg'
import { freePort } from './free-port.ts'
import { giveTo, postgresAccount, programsFor } from './postgres-account.ts'
import { findPostgres, postgresPackage } from './postgres-binaries.ts'

export type Postgres = {
  /** Of an empty database: `postgres://user:password@127.0.0.1:port/name`. */
  readonly url: string
  /** @returns the URL of another empty database. Takes some tens of milliseconds. */
  createDatabase(): Promise<string>
  /** Ends the server, with its connections, and removes all it has kept. */
  stop(): Promise<void>
}

type Shell = ChildProcessByStdio<Writable, Readable, null>

const user = 'vitrine'
const readyLine = 'database system is ready to accept connections'

// Durability is the records' own promise and is not tested by pulling plugs here, so fsync is off,
// unless what durability costs is to be measured.
const forgetful = ['fsync=off', 'full_page_writes=off', 'synchronous_commit=off']
// SIGQUIT ends the server at once: nothing that it has in memory is needed again. It is sent until
// there is nobody to take it, because initdb, before the server, does not.
const script = `
  programs=$1 directory=$2 data=$3 port=$4
  shift 4
  {
    "$programs/bin/initdb" --pgdata="$data" --no-sync --no-instructions \
      --username=${user} --pwfile="$directory/password" --auth=password \
      --encoding=UTF8 --locale=C --locale-provider=icu --icu-locale=en &&
    exec "$programs/bin/postgres" -D "$data" -p "$port" -h 127.0.0.1 \
      -c unix_socket_directories= -c max_connections=300 -c io_method=sync "$@"
  } 2>&1 </dev/null &
  server=$!
  exec >/dev/null 2>&1
  cat
  while kill -QUIT $server; do sleep 0.05; done
  cd / && rm -rf "$data" "$directory"
`

/**
 * Starts a server of its own on a free port of 127.0.0.1, in about a second.
 *
 * @param options.isDurable whether what is committed outlives a power cut, as it should outside tests.
 * @throws {Error} with the server's own words when it does not start, and when its npm package is
 *   not installed: see `describePostgres` for tests that may run on such a platform.
 */
export async function startPostgres({ isDurable = false } = {}): Promise<Postgres> {
  const found = findPostgres()
  if (found === undefined) {
    throw new Error(`Cannot start PostgreSQL: the npm package ${postgresPackage} is not installed`)
  }
  const port = await freePort()
  const password = randomBytes(16).toString('hex')
  const shell = await startServer(found, port, password, isDurable)

  const urlOf = (name: string) => `postgres://${user}:${password}@127.0.0.1:${port}/${name}`
  return {
    url: urlOf('postgres'),
    async createDatabase() {
      const name = `test_${randomUUID().replaceAll('-', '')}`
      await query(urlOf('postgres'), `CREATE DATABASE ${name} TEMPLATE template0`)
      return urlOf(name)
    },
    async stop() {
      if (shell.exitCode !== null) return
      shell.ref()
      const exited = once(shell, 'exit')
      shell.stdin.end()
      await exited
    },
  }
}

async function startServer(
  programs: string,
  port: number,
  password: string,
  isDurable: boolean,
): Promise<Shell> {
  const account = postgresAccount()
  // Root's own temporary directory may be closed to the account that the server runs as.
  const parent = account.uid === undefined ? tmpdir() : '/tmp'
  const directory = await mkdtemp(join(parent, 'vitrine-postgres-'))
  try {
    await writeFile(join(directory, 'password'), password, { mode: 0o600 })
    await giveTo(account, join(directory, 'password'))
    const usable = await programsFor(account, programs, directory)
    await giveTo(account, directory)

    const inMemory = !isDurable && (await hasRoomInMemory())
    const data = join(inMemory ? memory : directory, `${basename(directory)}-data`)
    const settings = (isDurable ? [] : forgetful).flatMap((setting) => ['-c', setting])
    const args = ['sh', usable, directory, data, String(port), ...settings]
    const shell = spawn('/bin/sh', ['-c', script, ...args], {
      ...account,
      cwd: directory,
      stdio: ['pipe', 'pipe', 'ignore'],
      detached: true, // out of reach of a terminal's Ctrl-C, which would end the shell too early
    })
    await serverReady(shell)
    letGo(shell)
    return shell
  } catch (error) {
    await rm(directory, { recursive: true, force: true })
    throw error
  }
}

const memory = '/dev/shm'
const enoughBytes = 2 * 1024 ** 3

/** A database is some 300 files, which a disk may take ten times as long to make as memory. */
async function hasRoomInMemory(): Promise<boolean> {
  try {
    const { bavail, bsize } = await statfs(memory)
    return bavail * bsize >= enoughBytes
  } catch {
    return false // not Linux
  }
}

/** Resolves when the server takes connections, rejects with all it said when it ends instead. */
async function serverReady(shell: Shell): Promise<void> {
  let log = ''
  for await (const text of shell.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    log += text
    if (log.includes(readyLine)) return
  }
  shell.stdin.end()
  await once(shell, 'exit')
  throw new Error(`Cannot start PostgreSQL. It said:\n${log}`)
}

/** Reads on, so that the server never waits for a reader; and holds no process up that is done. */
function letGo(shell: Shell): void {
  shell.stdout.resume()
  shell.unref()
  for (const stream of [shell.stdin, shell.stdout]) if (stream instanceof Socket) stream.unref()
}

async function query(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
