/** The command line of the long tests. */
import { parseArgs } from 'node:util'
import { type DatabaseKind, databases, type StoreKind, stores } from './ground.ts'

export const help = `Usage: npm run test:long -- kills|floods [options]

  kills    kills the service at random moments of uploads, imports and deletions, and looks after each
           whether an image lost its data, stays "saving", or left bytes that nobody owns
  floods   clients that send a byte a second, lie about the length, or hang up, all at once; looks
           whether others are served meanwhile, and what is left

  --kills 100           how often, on each database with each kind of store
  --processes 1         how many serve at once, on PostgreSQL; one of them is killed at a time
  --clients 1000        how many a flood has
  --database ${databases.join()}
  --store ${stores.join()}      "s3" is a Ceph of Debian's, which is started here
  --help

Ends with an error that names every promise that was broken.
`

export type Options = {
  readonly what: 'kills' | 'floods' | 'help'
  readonly kills: number
  readonly processes: number
  readonly clients: number
  readonly databases: readonly DatabaseKind[]
  readonly stores: readonly StoreKind[]
}

export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** @throws {UsageError} that says what is wrong, and what there is. */
export function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parse(args)
  const [what = 'kills', ...more] = values.help ? ['help'] : positionals
  if ((what !== 'kills' && what !== 'floods' && what !== 'help') || more.length > 0) {
    throw new UsageError(`There is no test "${positionals.join(' ')}": there are kills and floods`)
  }
  return {
    what,
    kills: count('kills', values.kills),
    processes: count('processes', values.processes),
    clients: count('clients', values.clients),
    databases: someOf('database', databases, values.database),
    stores: someOf('store', stores, values.store),
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        kills: { type: 'string', default: '100' },
        processes: { type: 'string', default: '1' },
        clients: { type: 'string', default: '1000' },
        database: { type: 'string', default: databases.join() },
        store: { type: 'string', default: stores.join() },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

function count(option: string, value: string): number {
  if (/^[1-9]\d*$/.test(value)) return Number(value)
  throw new UsageError(`--${option} is "${value}", and should be a number from 1 on`)
}

function someOf<Known extends string>(
  option: string,
  known: readonly Known[],
  value: string,
): readonly Known[] {
  const asked = value.split(',')
  const unknown = asked.find((one) => !known.some((name) => name === one))
  if (unknown === undefined) return known.filter((one) => asked.includes(one))
  throw new UsageError(`--${option} has "${unknown}", and should be of ${known.join(' and ')}`)
}
