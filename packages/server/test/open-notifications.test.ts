/** From when on the service tells what happens. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { someEvent } from '@vitrine/conformance'
import { describePostgres, freshPostgresDatabase } from '@vitrine/conformance/postgres'
import { EventListeners, imageRecords, openDatabase } from '@vitrine/records'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { openNotifications } from '../src/open-notifications.ts'
import { eventually } from './eventually.ts'

async function tellsTheFirst(databaseUrl: string) {
  await using database = await openDatabase(databaseUrl)
  const records = imageRecords(database, new EventListeners())
  const slow = {
    ...records,
    async claimConsumer(name: string) {
      await sleep(200)
      return records.claimConsumer(name)
    },
  }
  const told: string[] = []
  // As the program has it: a log of warnings, which still has what it is asked to tell.
  const log = pino(
    { level: 'warn' },
    { write: (line) => void told.push(JSON.parse(line).message_id) },
  )
  await using _notifications = await openNotifications(
    { driver: 'log', publisherId: 'image.test', disabled: [] },
    { outbox: slow, storesAreNamed: false, log },
  )
  const first = someEvent('first')
  await records.write((transaction) => transaction.insertEvents([first]))
  await eventually(async () => expect(told).toEqual([first.id]))
}

const name = 'the first change after a start is told, however slow the database is'

test(`${name}, on SQLite`, async () => {
  const directory = await mkdtemp(join(tmpdir(), 'vitrine-notifications-'))
  await tellsTheFirst(`sqlite:${join(directory, 'vitrine.sqlite')}`)
  await rm(directory, { recursive: true })
})

describePostgres('with a server', () => {
  test(`${name}, on PostgreSQL`, async () => tellsTheFirst(await freshPostgresDatabase()))
})
