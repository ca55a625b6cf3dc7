/**
 * A Glance of Debian's, as a black box to compare with: configured by its documented options, on a
 * Keystone of its own and a PostgreSQL that keeps what it was told, with as many workers as it likes.
 */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { freePort } from '@vitrine/conformance/free-port'
import { startPostgres } from '@vitrine/conformance/start-postgres'
import { password, startKeystone } from './keystone.ts'

export type GlanceService = AsyncDisposable & {
  readonly url: string
  /** Of its Keystone, with the `/v3` at its end, where `producer` and `consumer` log in. */
  readonly authUrl: string
}

export const glancePrograms = { 'glance-api': '/usr/bin/glance-api' }

/** Disposing of it ends it all and removes its files. */
export async function startGlance(): Promise<GlanceService> {
  await using opened = new AsyncDisposableStack()
  const keystone = opened.use(await startKeystone())
  const database = await startPostgres({ isDurable: true })
  opened.defer(() => database.stop())
  const directory = await mkdtemp('/var/tmp/vitrine-glance-')
  opened.defer(() => rm(directory, { recursive: true, force: true }))
  await mkdir(join(directory, 'images'))
  const port = await freePort()
  const file = join(directory, 'glance-api.conf')
  await writeFile(
    file,
    settings({ directory, port, authUrl: keystone.url, database: database.url }),
  )

  const environment = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: directory }
  await promisify(execFile)('/usr/bin/glance-manage', ['--config-file', file, 'db_sync'], {
    env: environment,
  })
  const log = await open(join(directory, 'glance.log'), 'a')
  const child = spawn('/usr/bin/glance-api', ['--config-file', file], {
    cwd: directory,
    env: environment,
    stdio: ['ignore', log.fd, log.fd],
  })
  const ended = once(child, 'exit')
  opened.defer(async () => {
    child.kill('SIGTERM')
    await ended
    await log.close()
  })
  const url = `http://127.0.0.1:${port}`
  await untilItAnswers(`${url}/healthcheck`)
  await keystone.setImageEndpoint(url)

  const everything = opened.move()
  return { url, authUrl: keystone.url, [Symbol.asyncDispose]: () => everything.disposeAsync() }
}

function settings(parts: { directory: string; port: number; authUrl: string; database: string }) {
  const { directory, port, authUrl, database } = parts
  return `
[DEFAULT]
bind_host = 127.0.0.1
bind_port = ${port}
[database]
connection = ${database.replace('postgres:', 'postgresql+psycopg2:')}
[glance_store]
stores = file
default_store = file
filesystem_store_datadir = ${directory}/images
[keystone_authtoken]
www_authenticate_uri = ${authUrl}
auth_url = ${authUrl}
auth_type = password
username = glance
password = ${password}
project_name = service
user_domain_id = default
project_domain_id = default
[paste_deploy]
flavor = keystone
[oslo_concurrency]
lock_path = ${directory}
`
}

async function untilItAnswers(url: string): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    if ((await fetch(url).catch(() => undefined)) !== undefined) return
    await sleep(200)
  }
  throw new Error(`Glance does not answer at ${url}`)
}
