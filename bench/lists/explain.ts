/** How the databases go about a list: the proof, without a clock, that they walk and never search. */
import type { ImageListQuery } from '@vitrine/core'
import type { Database } from '@vitrine/records'
import { pageStatement } from '../../packages/records/src/list-images.ts'
import { sql } from '../../packages/records/src/plain-sql.ts'

/** @returns the plan, a line per step, in the words of the database. */
export async function explain(database: Database, query: ImageListQuery): Promise<string[]> {
  const page = await pageStatement(database.read, query)
  if (page === undefined) return []
  if (database.dialect === 'sqlite') {
    const plan = sql`explain query plan ${page('images.*')}`
    const rows = await plan.rows<{ detail: string }>(database.read)
    return rows.map(({ detail }) => detail)
  }
  const plan = sql`explain (costs off) ${page('images.*')}`
  const rows = await plan.rows<{ 'QUERY PLAN': string }>(database.read)
  return rows.map((row) => row['QUERY PLAN'])
}

type PostgresPlan = {
  readonly Plan: { readonly 'Shared Hit Blocks': number; readonly 'Shared Read Blocks': number }
}

/** @returns how many pages of its tables and indexes PostgreSQL looks at, again each time it does. */
export async function pagesLookedAt(database: Database, query: ImageListQuery): Promise<number> {
  const page = await pageStatement(database.read, query)
  if (page === undefined) return 0
  const plan = sql`explain (analyze, buffers, format json) ${page('images.*')}`
  const rows = await plan.rows<{ 'QUERY PLAN': readonly PostgresPlan[] }>(database.read)
  const top = rows[0]?.['QUERY PLAN'][0]?.Plan
  if (top === undefined) throw new Error('PostgreSQL explains nothing')
  return top['Shared Hit Blocks'] + top['Shared Read Blocks']
}
