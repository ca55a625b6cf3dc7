/**
 * Asks as fast as the server answers, on a number of connections, for a while.
 *
 * No connection asks again before it has its answer, as clients of this API do not: so requests per
 * second and the time of a request are two views of the same thing, and 1 connection shows what one
 * client waits for, 16 what the server can do.
 */
import type { Address } from '../target/target.ts'
import { Connection } from './connection.ts'
import type { ServerUsage } from './server-usage.ts'

export type Load = {
  readonly requests: number
  readonly seconds: number
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** Of the server's processes; undefined where they cannot be seen. */
  readonly cpuPerRequestMs: number | undefined
  /** How busy the generator itself was; near 1, it is what was measured. */
  readonly generatorBusy: number
}

/** The next request to send; undefined when there is none left. */
export type Supply = () => Uint8Array | undefined

export type LoadOptions = {
  readonly address: Address
  readonly connections: number
  /** Before it counts. */
  readonly warmUpSeconds: number
  readonly seconds: number
  readonly supply: Supply
  readonly usage: ServerUsage | undefined
}

/** @throws {Error} when anything is answered but 2xx: a refusal is often quicker than an answer. */
export async function runLoad(options: LoadOptions): Promise<Load> {
  const { address, usage, supply } = options
  const connections = Array.from({ length: options.connections }, () => new Connection(address))
  try {
    await askFor(options.warmUpSeconds, connections, supply)
    const cpuBefore = await usage?.cpuSeconds()
    const ownBefore = process.cpuUsage()
    const start = performance.now()
    const times = await askFor(options.seconds, connections, supply)
    const seconds = (performance.now() - start) / 1000
    const own = process.cpuUsage(ownBefore)
    const cpuAfter = await usage?.cpuSeconds()
    if (times.length === 0) throw new Error('No request was left to be measured')
    return {
      requests: times.length,
      seconds,
      perSecond: times.length / seconds,
      ...percentiles(times),
      cpuPerRequestMs:
        cpuBefore === undefined || cpuAfter === undefined
          ? undefined
          : ((cpuAfter - cpuBefore) * 1000) / times.length,
      generatorBusy: (own.user + own.system) / 1e6 / seconds,
    }
  } finally {
    for (const connection of connections) connection.close()
  }
}

/** Sends all there is, and does not care how long it takes. */
export async function sendAll(
  address: Address,
  requests: Iterable<Uint8Array>,
  stopAt = Number.POSITIVE_INFINITY,
): Promise<void> {
  const iterator = requests[Symbol.iterator]()
  const connections = Array.from({ length: 16 }, () => new Connection(address))
  try {
    await ask(connections, () => iterator.next().value ?? undefined, stopAt)
  } finally {
    for (const connection of connections) connection.close()
  }
}

function askFor(seconds: number, connections: readonly Connection[], supply: Supply) {
  return ask(connections, supply, performance.now() + seconds * 1000)
}

/** @returns how long each request took, in milliseconds. */
async function ask(
  connections: readonly Connection[],
  supply: Supply,
  stopAt: number,
): Promise<number[]> {
  const times: number[] = []
  await Promise.all(
    connections.map(async (connection) => {
      for (let now = performance.now(); now < stopAt; ) {
        const request = supply()
        if (request === undefined) return
        const { status, refusal } = await connection.ask(request)
        if (status < 200 || status > 299) throw new RefusedError(request, status, refusal)
        const after = performance.now()
        times.push(after - now)
        now = after
      }
    }),
  )
  return times
}

class RefusedError extends Error {
  override readonly name = 'RefusedError'

  constructor(request: Uint8Array, status: number, refusal: string) {
    const [line] = Buffer.from(request).toString('latin1').split('\r\n', 1)
    super(`${line} was answered ${status}: ${refusal}`)
  }
}

function percentiles(times: number[]) {
  const sorted = Float64Array.from(times).sort()
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
  return { p50Ms: at(0.5), p99Ms: at(0.99) }
}
