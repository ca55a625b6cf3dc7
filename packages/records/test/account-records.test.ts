import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeAccountRecords } from '@vitrine/conformance'
import { describePostgres, freshPostgresDatabase } from '@vitrine/conformance/postgres'
import { accountRecords, type Database, openDatabase } from '../src/index.ts'

describeAccountRecords('SQLite', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'accounts-'))
  const database = await openDatabase(`sqlite:${join(directory, 'vitrine.db')}`)
  return {
    // One process has the file open once: a second connection would wait for the first in vain,
    // since SQLite waits without letting the event loop go on.
    open: async () => accountRecords(database),
    async close() {
      await database[Symbol.asyncDispose]()
      await rm(directory, { recursive: true })
    },
  }
})

describePostgres('with a server', () => {
  describeAccountRecords('PostgreSQL', async () => {
    const url = await freshPostgresDatabase()
    const openings: Database[] = []
    return {
      async open() {
        const database = await openDatabase(url)
        openings.push(database)
        return accountRecords(database)
      },
      async close() {
        for (const database of openings) await database[Symbol.asyncDispose]()
      },
    }
  })
})
