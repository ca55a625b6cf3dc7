import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { describePostgres, freshPostgresDatabase } from '@vitrine/conformance/postgres'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'

const startPostgresUrl = import.meta.resolve('@vitrine/conformance/start-postgres')

describePostgres('freshPostgresDatabase()', () => {
  test('gives a database without tables, whose text is UTF-8', async () => {
    const client = await connect(await freshPostgresDatabase())
    const tables = await client.query(
      "SELECT 1 FROM information_schema.tables WHERE table_schema = 'public'",
    )
    const encoding = await client.query('SHOW server_encoding')
    expect(tables.rows).toEqual([])
    expect(encoding.rows).toEqual([{ server_encoding: 'UTF8' }])
  })

  test('gives another database to each caller', async () => {
    const first = await connect(await freshPostgresDatabase())
    const second = await connect(await freshPostgresDatabase())
    await first.query('CREATE TABLE images (id text)')
    await expect(second.query('SELECT id FROM images')).rejects.toThrow('does not exist')
  })

  test('sorts by bytes only where COLLATE "C" says so, as most databases do', async () => {
    const client = await connect(await freshPostgresDatabase())
    const names = "(VALUES ('a'), ('B'), ('_')) AS names (name)"
    const byLanguage = await client.query(`SELECT name FROM ${names} ORDER BY name`)
    const byBytes = await client.query(`SELECT name FROM ${names} ORDER BY name COLLATE "C"`)
    expect(byLanguage.rows.map((row) => row.name)).toEqual(['_', 'a', 'B'])
    expect(byBytes.rows.map((row) => row.name)).toEqual(['B', '_', 'a'])
  })

  test('lets nobody in without its password', async () => {
    const url = new URL(await freshPostgresDatabase())
    url.password = 'guessed'
    await expect(connect(url.href)).rejects.toThrow('password authentication failed')
  })
})

describePostgres('startPostgres()', () => {
  test('leaves no server and no files when its process is killed', async () => {
    const program = run(`${start} console.log(postgres.url); setInterval(() => {}, 1_000)`)
    const [url] = await once(program.stdout.setEncoding('utf8'), 'data')
    const directory = await dataDirectoryOf(url.trim())
    expect(existsSync(directory)).toBe(true)

    program.kill('SIGKILL')
    await expect.poll(() => existsSync(directory), { timeout: 5_000 }).toBe(false)
    await expect(connect(url.trim())).rejects.toThrow('ECONNREFUSED')
  })

  test('does not keep a process alive that forgot to stop it', async () => {
    const program = run(`${start} console.log(postgres.url)`)
    const [url, [exitStatus]] = await Promise.all([text(program.stdout), once(program, 'exit')])
    expect(exitStatus).toBe(0)
    await expect.poll(() => reach(url.trim()), { timeout: 5_000 }).toBe('ECONNREFUSED')
  })

  test('stop() ends the server and its connections, and may be called twice', async () => {
    const program = run(`${start}
      const { Client } = (await import(${JSON.stringify(import.meta.resolve('pg'))})).default
      const client = new Client({ connectionString: postgres.url })
      client.on('error', () => undefined)
      await client.connect()
      const { rows } = await client.query('SHOW data_directory')
      await postgres.stop()
      await postgres.stop()
      console.log(rows[0].data_directory)`)
    const directory = (await text(program.stdout)).trim()
    expect(directory).toMatch(/vitrine-postgres-/)
    expect(existsSync(directory)).toBe(false)
  })
})

const start = `
  const { startPostgres } = await import(${JSON.stringify(startPostgresUrl)})
  const postgres = await startPostgres();`

function run(program: string) {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void kill(child))
  return child
}

function kill(child: ChildProcess): void {
  if (child.exitCode === null) child.kill('SIGKILL')
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  onTestFinished(() => client.end())
  return client
}

async function dataDirectoryOf(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query('SHOW data_directory')
  await client.end()
  return rows[0].data_directory
}

/** @returns the error's code, as the one promise in `expect.poll` may not reject. */
async function reach(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url })
  try {
    await client.connect()
    await client.end()
    return 'connected'
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error)
  }
}
