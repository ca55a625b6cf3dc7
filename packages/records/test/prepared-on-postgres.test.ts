/** A newer version of the service adds a column while this one has statements prepared. */
import { someImage } from '@vitrine/conformance'
import { describePostgres, freshPostgresDatabase } from '@vitrine/conformance/postgres'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { imageRecords, openDatabase } from '../src/index.ts'

describePostgres('statements that PostgreSQL has planned', () => {
  test('are asked as before once a table has got another column, also in transactions', async () => {
    await using database = await openDatabase(await freshPostgresDatabase())
    const records = imageRecords(database)
    const image = someImage({ name: 'first' })
    await records.write((transaction) => transaction.insertImage(image))
    const rename = (name: string) =>
      records.write(async (transaction) => {
        const found = await transaction.findImage(image.id)
        if (found === undefined) throw new Error('The image is gone')
        await transaction.saveImage({ ...found, name })
      })
    const planned = async () => {
      const { rows } = await sql<{ name: string }>`
        select name from pg_prepared_statements where statement like '%"images".*%'
      `.execute(database.read)
      return rows.length
    }
    for (let turn = 0; turn < 50; turn++) {
      await rename(`turn ${turn}`)
      await records.findImage(image.id)
    }
    expect(await planned()).toBeGreaterThan(1)

    await sql`alter table images add column since_then integer`.execute(database.read)
    expect(await records.findImage(image.id)).toMatchObject({ name: 'turn 49' })
    await sql`alter table images add column and_then integer`.execute(database.read)
    await rename('after')
    expect(await records.findImage(image.id)).toMatchObject({ name: 'after' })
  })
})
