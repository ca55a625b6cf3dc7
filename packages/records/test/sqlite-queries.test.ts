/** What is made of a query that Kysely's own dialect would make something else of. */
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { SqliteQueries } from '../src/sqlite-queries.ts'

test('a limit is a part of the statement, which SQLite would else plan anew with every value', async () => {
  const database = new DatabaseSync(':memory:')
  database.exec('create table numbers (number integer)')
  database.exec('insert into numbers values (1), (2), (3)')
  const queries = new SqliteQueries<{ numbers: { number: number } }>(database)
  const two = queries.selectFrom('numbers').selectAll().where('number', '>', 0).limit(2)
  expect(two.compile()).toMatchObject({
    sql: 'select * from "numbers" where "number" > ? limit 2',
    parameters: [0],
  })
  expect(await two.execute()).toEqual([{ number: 1 }, { number: 2 }])
  expect(await queries.executeQuery(two)).toEqual({ rows: [{ number: 1 }, { number: 2 }] })
  database.close()
})
