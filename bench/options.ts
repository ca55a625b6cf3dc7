/** The command line of the benchmark. */
import { parseArgs } from 'node:util'

export const help = `Usage: npm run bench -- [options]

Measures Vitrine from this checkout, other services that speak the Images API v2, or both side by side.

  --endpoint URL         measure the service at this address, such as http://127.0.0.1:9292; what
                         follows is about it, up to the next --endpoint:
    --token T            of a project that may create images
    --consumer-token T   of another project; without it nothing is shared and accepted
    --name NAME          in the tables (default: its address)
  --vitrine DATABASE     start Vitrine here and measure it: "sqlite", "postgres" (a server that comes
                         with npm ci), or a postgres:// address. Default where there is no --endpoint:
                         sqlite. Repeatable
  --glance               start a Glance of Debian's here as well, on Keystone and PostgreSQL, and measure
                         it. Its packages are installed where they are missing, which takes root
  --only NAMES           scenarios, with commas between: list show list-by-name member-list
                         pending-list create share accept upload download downloads transfers
  --connections 1,16     how many clients ask at once
  --sizes 50,2000,100000 among how many images lists are measured
  --seconds 5            how long each is measured
  --rounds 1             how often; the best round counts
  --fill-seconds 600     how long a target may take to make the images of a size. One that cannot
                         make them in time is not measured at that size
  --mib 1024             how much data an upload is, in MiB
  --directory DIR        where Vitrine keeps its files meanwhile (default: the temporary directory)
  --out DIR              write bench.json and bench.md there
  --keep                 leave the images where they are
  --quick                everything once, on little: a trial of a few seconds
  --help

Ratios compare the first service with each other one: those of --vitrine come first. An endpoint on
this machine must run as the same user, or root must run the benchmark, for its processor time to be
seen.
`

export type EndpointOptions = {
  readonly url: string
  readonly token: string
  readonly consumerToken: string | undefined
  readonly name: string
}

export type Options = {
  readonly endpoints: readonly EndpointOptions[]
  /** Databases on which to start Vitrine. */
  readonly vitrine: readonly string[]
  readonly glance: boolean
  /** Undefined for all. */
  readonly only: ReadonlySet<string> | undefined
  readonly connections: readonly number[]
  readonly sizes: readonly number[]
  readonly seconds: number
  readonly rounds: number
  readonly fillSeconds: number
  readonly mib: number
  readonly directory: string | undefined
  readonly out: string | undefined
  readonly keep: boolean
  readonly quick: boolean
  readonly help: boolean
}

/** What was asked for cannot be done. Its message is all that there is to say. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

const quickly = { connections: '1,4', sizes: '20,60', seconds: '0.3', mib: '8' }
const thoroughly = { connections: '1,16', sizes: '50,2000,100000', seconds: '5', mib: '1024' }

export function readOptions(args: readonly string[]): Options {
  const { values, tokens } = parse(args)
  const usual = values.quick ? quickly : thoroughly
  const endpoints = endpointsOf(tokens)
  return {
    endpoints,
    glance: values.glance ?? false,
    vitrine: values.vitrine ?? (endpoints.length === 0 ? ['sqlite'] : []),
    only: values.only === undefined ? undefined : new Set(values.only.split(',')),
    connections: numbers('--connections', values.connections ?? usual.connections),
    sizes: numbers('--sizes', values.sizes ?? usual.sizes).toSorted((a, b) => a - b),
    seconds: number('--seconds', values.seconds ?? usual.seconds),
    rounds: number('--rounds', values.rounds ?? '1'),
    fillSeconds: number('--fill-seconds', values['fill-seconds'] ?? '600'),
    mib: number('--mib', values.mib ?? usual.mib),
    directory: values.directory,
    out: values.out,
    keep: values.keep ?? false,
    quick: values.quick ?? false,
    help: values.help ?? false,
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      tokens: true,
      options: {
        endpoint: { type: 'string', multiple: true },
        token: { type: 'string', multiple: true },
        'consumer-token': { type: 'string', multiple: true },
        name: { type: 'string', multiple: true },
        vitrine: { type: 'string', multiple: true },
        glance: { type: 'boolean' },
        only: { type: 'string' },
        connections: { type: 'string' },
        sizes: { type: 'string' },
        seconds: { type: 'string' },
        rounds: { type: 'string' },
        'fill-seconds': { type: 'string' },
        mib: { type: 'string' },
        directory: { type: 'string' },
        out: { type: 'string' },
        keep: { type: 'boolean' },
        quick: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

type Token = { readonly kind: string; readonly name?: string; readonly value?: string | undefined }

/** Options stand behind the endpoint that they are about. */
function endpointsOf(tokens: readonly Token[]): EndpointOptions[] {
  const groups: Map<string, string>[] = []
  for (const { kind, name = '', value = '' } of tokens) {
    if (kind !== 'option') continue
    if (name === 'endpoint') groups.push(new Map([[name, value]]))
    if (!['token', 'consumer-token', 'name'].includes(name)) continue
    const group = groups.at(-1)
    if (group === undefined) throw new UsageError(`--${name} must stand behind an --endpoint`)
    group.set(name, value)
  }
  return groups.map((group) => {
    const url = (group.get('endpoint') ?? '').replace(/\/(v2\/?)?$/, '')
    if (!URL.canParse(url) || new URL(url).protocol !== 'http:') {
      throw new UsageError(
        `--endpoint is "${url}", and should be an address that begins with http:`,
      )
    }
    const token = group.get('token')
    if (token === undefined) throw new UsageError(`--endpoint ${url} needs a --token`)
    const name = group.get('name') ?? new URL(url).host
    return { url, token, consumerToken: group.get('consumer-token'), name }
  })
}

function numbers(name: string, text: string): number[] {
  return text.split(',').map((one) => number(name, one))
}

function number(name: string, text: string): number {
  const value = Number(text)
  if (Number.isFinite(value) && value > 0) return value
  throw new UsageError(`${name} is "${text}", and should be a number above 0`)
}
