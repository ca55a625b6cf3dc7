/** Holds records to the promises of a port, on SQLite and on PostgreSQL. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { OpenMetadefRecords } from '@vitrine/conformance'
import { describePostgres, freshPostgresDatabase } from '@vitrine/conformance/postgres'
import { openings } from './openings.ts'

type Harness = {
  open(): Promise<OpenMetadefRecords>
  readonly severalProcesses: boolean
  close(): Promise<void>
}

/** @param describePort of the conformance suites. */
export function onBothDatabases(
  describePort: (name: string, makeHarness: () => Promise<Harness>) => void,
): void {
  describePort('SQLite', onSqlite)
  describePostgres('with a server', () => describePort('PostgreSQL', onPostgres))
}

async function onSqlite(): Promise<Harness> {
  const directory = await mkdtemp(join(tmpdir(), 'records-'))
  const { open, closeAll } = openings(`sqlite:${join(directory, 'vitrine.sqlite')}`)
  return {
    open,
    // One process has an embedded database to itself; the lock beside it sees to that.
    severalProcesses: false,
    async close() {
      await closeAll()
      await rm(directory, { recursive: true })
    },
  }
}

async function onPostgres(): Promise<Harness> {
  const { open, closeAll } = openings(await freshPostgresDatabase())
  return { open, severalProcesses: true, close: closeAll }
}
