/** What a database cannot do is told as unavailable; what is wrong with a question is not. */
import { mkdtemp, rm } from 'node:fs/promises'
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

    const name = sql.id(new URL(url).pathname.slice(1))
    await sql`alter database ${name} set default_transaction_read_only = on`.execute(database.read)
    await sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()
    `.execute(database.read)
    const onNewConnections = Promise.all(Array.from({ length: 4 }, write))
    await expect(onNewConnections).rejects.toEqual(unavailable('it is read-only'))

    await expect(openDatabase('postgres://a:b@127.0.0.1:1/c')).rejects.toEqual(
      unavailable('it cannot be reached'),
    )
    await expect(sql`select 1 from nowhere`.execute(database.read)).rejects.toThrow(
      /relation "nowhere" does not exist/,
    )
  })
})
