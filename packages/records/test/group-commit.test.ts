/** What GroupCommit promises of works that share a commit. What every database promises is in the conformance suite. */
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Queries } from '../src/database.ts'
import { GroupCommit } from '../src/group-commit.ts'
import { SqliteQueries } from '../src/sqlite-queries.ts'
import type { Tables } from '../src/tables.ts'

let database: DatabaseSync
let commits: GroupCommit

beforeEach(() => {
  database = new DatabaseSync(':memory:')
  database.exec('create table muted_addresses (email text primary key)')
  commits = new GroupCommit(database, new SqliteQueries<Tables>(database))
})
afterEach(() => database.close())

/** A work that counts how often it is run, and writes the number. */
function counting(name: string) {
  let runs = 0
  return async (queries: Queries) => {
    runs += 1
    await insert(queries, `${name} ${runs}`)
    return runs
  }
}

function insert(queries: Queries, email: string) {
  return queries.insertInto('muted_addresses').values({ email }).execute()
}

function kept(): unknown[] {
  const rows = database.prepare('select email from muted_addresses order by email').all()
  return rows.map(({ email }) => email)
}

test('a work that fails before it has changed anything costs the others nothing', async () => {
  const refused = new Error('refused')
  const results = await Promise.allSettled([
    commits.write(counting('first')),
    commits.write(async (queries) => {
      await queries.selectFrom('muted_addresses').selectAll().execute()
      throw refused
    }),
    commits.write(counting('last')),
  ])
  expect(results).toEqual([
    { status: 'fulfilled', value: 1 },
    { status: 'rejected', reason: refused },
    { status: 'fulfilled', value: 1 },
  ])
  expect(kept()).toEqual(['first 1', 'last 1'])
})

test('after one that fails half-way the others are run once more, and answer what was kept', async () => {
  const broken = new Error('broken')
  const results = await Promise.allSettled([
    commits.write(counting('first')),
    commits.write(async (queries) => {
      await insert(queries, 'half')
      throw broken
    }),
    commits.write(async (queries) => {
      await insert(queries, 'half as well')
      throw broken
    }),
    commits.write(counting('last')),
  ])
  expect(results).toEqual([
    { status: 'fulfilled', value: 2 },
    { status: 'rejected', reason: broken },
    { status: 'rejected', reason: broken },
    // It had not begun when the first failed.
    { status: 'fulfilled', value: 1 },
  ])
  expect(kept()).toEqual(['first 2', 'last 1'])
})
