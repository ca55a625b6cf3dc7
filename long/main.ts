/**
 * `npm run test:long`: tests that run as long as they are told to.
 *
 *   npm run test:long -- kills --kills 1000                     on both databases and both stores
 *   npm run test:long -- kills --database sqlite --store files
 *   npm run test:long -- kills --database postgres --processes 2
 *   npm run test:long -- floods --clients 1000
 */
import { parseArgs } from 'node:util'
import { flood } from './floods.ts'
import { databases, prepareGround, stores } from './ground.ts'
import { killAgainAndAgain } from './kills.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    kills: { type: 'string', default: '100' },
    database: { type: 'string', default: databases.join() },
    store: { type: 'string', default: stores.join() },
    processes: { type: 'string', default: '1' },
    clients: { type: 'string', default: '1000' },
  },
})
const known = ['kills', 'floods']
const [what = 'kills'] = positionals
if (!known.includes(what))
  throw new Error(`There is no test ${what}; there are ${known.join(' and ')}`)

const say = (sentence: string) => process.stdout.write(`${sentence}\n`)
for (const database of databases.filter((one) => values.database.split(',').includes(one))) {
  for (const store of stores.filter((one) => values.store.split(',').includes(one))) {
    await using ground = await prepareGround(database, store)
    if (what === 'floods') {
      await flood(ground, Number(values.clients), say)
      continue
    }
    const processes = ground.severalProcesses ? Number(values.processes) : 1
    await killAgainAndAgain(ground, { kills: Number(values.kills), processes, say })
  }
}
