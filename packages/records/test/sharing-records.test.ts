import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeRequestRecords, describeSharingRecords } from '@vitrine/conformance'
import { describePostgres, freshPostgresDatabase } from '@vitrine/conformance/postgres'
import { openings } from './openings.ts'

const onSqlite = async () => {
  const directory = await mkdtemp(join(tmpdir(), 'records-'))
  const { open, closeAll } = openings(`sqlite:${join(directory, 'vitrine.sqlite')}`)
  return {
    open,
    severalProcesses: false,
    async close() {
      await closeAll()
      await rm(directory, { recursive: true })
    },
  }
}

describeSharingRecords('SQLite', onSqlite)
describeRequestRecords('SQLite', onSqlite)

describePostgres('with a server', () => {
  const onPostgres = async () => {
    const { open, closeAll } = openings(await freshPostgresDatabase())
    return { open, severalProcesses: true, close: closeAll }
  }
  describeSharingRecords('PostgreSQL', onPostgres)
  describeRequestRecords('PostgreSQL', onPostgres)
})
