/** The short form of `npm run test:long -- kills`. */
import { describePostgres, freshPostgresDatabase } from '@vitrine/conformance/postgres'
import { test } from 'vitest'
import { prepareGround } from './ground.ts'
import { killAgainAndAgain } from './kills.ts'

const say = () => undefined

test('a service killed at random moments loses nothing and leaves nothing, on SQLite', async () => {
  await using ground = await prepareGround('sqlite', 'files')
  await killAgainAndAgain(ground, { kills: 3, processes: 1, say })
}, 120_000)

describePostgres('with a server', () => {
  test('a service killed at random moments loses nothing and leaves nothing, on PostgreSQL', async () => {
    await using ground = await prepareGround('postgres', 'files', await freshPostgresDatabase())
    await killAgainAndAgain(ground, { kills: 2, processes: 1, say })
  }, 120_000)
})
