/** `npm run test:long`: tests that run as long as they are told to; `--help` says which. */
import { flood } from './floods.ts'
import { prepareGround } from './ground.ts'
import { killAgainAndAgain } from './kills.ts'
import { help, type Options, readOptions, UsageError } from './options.ts'

const say = (sentence: string) => process.stdout.write(`${sentence}\n`)

try {
  const options = readOptions(process.argv.slice(2))
  if (options.what === 'help') say(help)
  else await run(options)
} catch (error) {
  if (!(error instanceof UsageError)) throw error
  console.error(`${error.message}\nSee npm run test:long -- --help`)
  process.exitCode = 2
}

async function run({ what, kills, clients, databases, stores, ...options }: Options) {
  for (const database of databases) {
    for (const store of stores) {
      await using ground = await prepareGround(database, store)
      if (what === 'floods') {
        await flood(ground, clients, say)
        continue
      }
      const processes = ground.severalProcesses ? options.processes : 1
      await killAgainAndAgain(ground, { kills, processes, say })
    }
  }
}
