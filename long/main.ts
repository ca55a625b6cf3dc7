/**
 * `npm run test:long`: tests that run as long as they are told to.
 *
 *   npm run test:long -- kills --kills 1000                     on both databases and both stores
 *   npm run test:long -- kills --database sqlite --store files
 *   npm run test:long -- kills --database postgres --processes 2
 */
import { parseArgs } from 'node:util'
import { databases, prepareGround, stores } from './ground.ts'
import { killAgainAndAgain } from './kills.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    kills: { type: 'string', default: '100' },
    database: { type: 'string', default: databases.join() },
    store: { type: 'string', default: stores.join() },
    processes: { type: 'string', default: '1' },
  },
})
const known = ['kills']
const [what = 'kills'] = positionals
if (!known.includes(what)) throw new Error(`There is no test ${what}; there is ${known.join(', ')}`)

const say = (sentence: string) => process.stdout.write(`${sentence}\n`)
for (const database of databases.filter((one) => values.database.split(',').includes(one))) {
  for (const store of stores.filter((one) => values.store.split(',').includes(one))) {
    await using ground = await prepareGround(database, store)
    const processes = ground.severalProcesses ? Number(values.processes) : 1
    await killAgainAndAgain(ground, { kills: Number(values.kills), processes, say })
  }
}
