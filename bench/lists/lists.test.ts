/** A page costs the same however many images there are: shown by what the databases do, not by a clock. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describePostgres, freshPostgresDatabase } from '@vitrine/conformance/postgres'
import { type Database, openDatabase } from '@vitrine/records'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { explain, pagesLookedAt } from './explain.ts'
import { questions } from './questions.ts'
import { fill } from './world.ts'

describe('on SQLite', () => {
  let directory: string
  let database: Database

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'lists-'))
    database = await openDatabase(`sqlite:${join(directory, 'vitrine.sqlite')}`)
    await fill(database, 100, () => {})
  })
  afterAll(async () => {
    await database[Symbol.asyncDispose]()
    await rm(directory, { recursive: true })
  })

  test.each(questions)('$name: no table is gone through', async ({ query }) => {
    const plan = await explain(database, query)
    expect(plan.join('\n')).toMatch(/SEARCH (entry|share)/)
    // No walk is gone through to its end to be sorted.
    expect(plan.join('\n')).not.toContain('TEMP B-TREE')
    // The pages that the walks have found, and nothing else.
    const scanned = plan.filter((step) => step.startsWith('SCAN'))
    expect(new Set(scanned).difference(new Set(['SCAN walk', 'SCAN page']))).toEqual(new Set())
  })
})

describePostgres('with a server', () => {
  const few = 400
  const many = 4000
  const pages = new Map<number, ReadonlyMap<string, number>>()

  beforeAll(async () => {
    for (const count of [few, many]) {
      await using database = await openDatabase(await freshPostgresDatabase())
      await fill(database, count, () => {})
      await sql`vacuum analyze`.execute(database.read)
      const looked = new Map<string, number>()
      for (const { name, query } of questions) {
        looked.set(name, await pagesLookedAt(database, query))
      }
      pages.set(count, looked)
    }
  }, 120_000)

  // Of two filters, one names the list and the other is asked of each image on the way.
  const oneFilter = questions.filter(({ query }) => query.filters.length < 2)
  test.each(oneFilter)('$name: as few pages among many images', ({ name }) => {
    const atFew = pages.get(few)?.get(name) ?? Number.NaN
    const atMany = pages.get(many)?.get(name) ?? Number.NaN
    expect(atMany).toBeLessThanOrEqual(2 * atFew + 200)
  })
})
