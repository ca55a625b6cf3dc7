/** What a database cannot do is told as unavailable; what is wrong with a question is not. */
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { someImage } from '@vitrine/conformance'
import { describePostgres, freshPostgresDatabase } from '@vitrine/conformance/postgres'
import { UnavailableError } from '@vitrine/core'
import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { imageRecords, openDatabase } from '../src/index.ts'

const unavailable = (trouble: string) =>
  expect.objectContaining({
    constructor: UnavailableError,
    message: `Cannot use the database: ${trouble}`,
  })

test('SQLite: a mistake of ours is no trouble of the database', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'records-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  await using database = await openDatabase(`sqlite:${join(directory, 'vitrine.sqlite')}`)
  await expect(sql`select 1 from nowhere`.execute(database.read)).rejects.toThrow(
    /no such table: nowhere/,
  )
})

describePostgres('PostgreSQL that has trouble', () => {
  test('is told as unavailable when it is stopped, takes nothing, or is not there', async () => {
    const url = await freshPostgresDatabase()
    await using database = await openDatabase(url)
    const records = imageRecords(database)
    const write = () => records.write((transaction) => transaction.insertImage(someImage()))
    await write()

    const sleeping = sql`select pg_sleep(20)`.execute(database.read)
    const terminate = sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and query like 'select pg_sleep%'
    `
    const ended = expect(sleeping).rejects.toEqual(unavailable('it is being stopped or started'))
    await terminate.execute(database.read)
    await ended

    // Whoever comes next meets no connection that is about to close.
    await Promise.all(Array.from({ length: 4 }, write))

    await using admin = await openDatabase(url)
    const name = sql.id(new URL(url).pathname.slice(1))
    await sql`alter database ${name} set default_transaction_read_only = on`.execute(admin.read)
    await sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()
    `.execute(admin.read)
    const outcome = () => write().catch((error) => error)
    await expect.poll(outcome).toEqual(unavailable('it is read-only'))

    await expect(openDatabase('postgres://a:b@127.0.0.1:1/c')).rejects.toEqual(
      unavailable('it cannot be reached'),
    )
    await expect(sql`select 1 from nowhere`.execute(database.read)).rejects.toThrow(
      /relation "nowhere" does not exist/,
    )
  })

  test('may break off in the middle of an answer or of a transaction', async () => {
    const url = new URL(await freshPostgresDatabase())
    await using way = await openWay(Number(url.port))
    url.port = String(way.port)
    await using database = await openDatabase(url.href)
    const broken = unavailable('it cannot be reached')

    const asking = expect(sql`select pg_sleep(20)`.execute(database.read)).rejects.toEqual(broken)
    const writing = expect(
      database.write(async (transaction) => {
        await sql`select 1`.execute(transaction)
        await way.cut()
        await sql`select 1`.execute(transaction)
      }),
    ).rejects.toEqual(broken)
    await Promise.all([asking, writing])

    const again = await sql`select 1 as one`.execute(database.read)
    expect(again.rows).toEqual([{ one: 1 }])
  })
})

/** A port that leads to another, until every connection that goes this way is cut. */
async function openWay(to: number) {
  const ends = new Set<Socket>()
  const server = createServer((here) => {
    const there = connect(to, '127.0.0.1')
    for (const end of [here, there]) {
      ends.add(end)
      end.on('error', () => undefined)
      end.on('close', () => ends.delete(end))
    }
    here.pipe(there).pipe(here)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const cut = async () => {
    await Promise.all([...ends].map((end) => once(end.destroy(), 'close')))
  }
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    [Symbol.asyncDispose]: async () => {
      await cut()
      await new Promise((closed) => server.close(closed))
    },
  }
}
