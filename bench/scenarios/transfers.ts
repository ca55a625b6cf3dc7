/**
 * Image data, there and back: how fast, at what processor time of the server, and with how much of
 * its memory.
 *
 * What is sent is random, and begins like no format, so nothing of it can be left out or refused.
 */
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { Connection } from '../load/connection.ts'
import { sendAll } from '../load/run-load.ts'
import type { ServerUsage } from '../load/server-usage.ts'
import type { Options } from '../options.ts'
import { addressOf, basePath, requestBytes, type Target } from '../target/target.ts'
import type { World } from './world.ts'

export type Transfer = {
  readonly seconds: number
  /** Of all streams together; a MB is a million bytes. */
  readonly megabytesPerSecond: number
  readonly cpuSecondsPerGigabyte: number | undefined
  /** The most that the server's processes held at once, and what they held before it began. */
  readonly peakMemoryBytes: number | undefined
  readonly memoryBeforeBytes: number | undefined
}

export type TransferScenario = {
  readonly name: string
  readonly title: string
  readonly uploads: number
  readonly downloads: number
}

export function transferScenarios(mib: number): readonly TransferScenario[] {
  const size = mib % 1024 === 0 ? `${mib / 1024} GiB` : `${mib} MiB`
  const part = mib >= 8 ? `${mib / 8} MiB` : 'an eighth'
  return [
    { name: 'upload', title: `upload ${size}`, uploads: 1, downloads: 0 },
    { name: 'download', title: `download ${size}`, uploads: 0, downloads: 1 },
    { name: 'downloads', title: `8 downloads of ${size}`, uploads: 0, downloads: 8 },
    { name: 'transfers', title: `8 uploads and 8 downloads of ${part}`, uploads: 8, downloads: 8 },
  ]
}

const blockBytes = 256 * 1024
const blocks = Array.from({ length: 16 }, () => randomBytes(blockBytes))

/**
 * Runs the uploads and downloads of a scenario at once; what they need is made before.
 *
 * @param leastSeconds for how long what is only downloaded is so again and again: a gigabyte is sent
 *   in a third of a second, in which the server has hardly begun to be as fast as it is.
 */
export async function runTransfers(
  world: World,
  { uploads, downloads }: TransferScenario,
  { mib, seconds: leastSeconds }: Pick<Options, 'mib' | 'seconds'>,
  usage: ServerUsage | undefined,
): Promise<Transfer> {
  const bytes = (uploads > 1 ? Math.max(1, mib / 8) : mib) * 1024 * 1024
  const source = downloads > 0 ? await emptyImage(world) : undefined
  if (source !== undefined) await upload(world.target, source, bytes)
  const empty = await Promise.all(Array.from({ length: uploads }, () => emptyImage(world)))

  const memory = usage && new MemoryWatch(usage)
  const memoryBeforeBytes = await memory?.begin()
  const cpuBefore = await usage?.cpuSeconds()
  const start = performance.now()
  let turns = 0
  do {
    turns += 1
    await Promise.all([
      ...empty.map((id) => upload(world.target, id, bytes)),
      ...Array.from({ length: downloads }, () => download(world.target, source ?? '', bytes)),
    ])
  } while (uploads === 0 && performance.now() - start < leastSeconds * 1000)
  const seconds = (performance.now() - start) / 1000
  const cpuAfter = await usage?.cpuSeconds()
  const peakMemoryBytes = await memory?.end()
  const all = bytes * (uploads + downloads) * turns
  const used = cpuBefore === undefined || cpuAfter === undefined ? undefined : cpuAfter - cpuBefore

  const mine = source === undefined ? empty : [...empty, source]
  await sendAll(
    world.address,
    mine.map((id) => requestBytes(world.target, 'DELETE', `/v2/images/${id}`)),
  )
  return {
    seconds,
    megabytesPerSecond: all / 1e6 / seconds,
    cpuSecondsPerGigabyte: used === undefined ? undefined : used / (all / 1e9),
    peakMemoryBytes,
    memoryBeforeBytes,
  }
}

async function emptyImage(world: World): Promise<string> {
  const { id, request } = world.newImage()
  await sendAll(world.address, [request])
  return id
}

async function upload(target: Target, id: string, bytes: number): Promise<void> {
  const connection = new Connection(addressOf(target))
  try {
    const answered = connection.begin()
    const socket = connection.socket()
    socket.write(
      [
        `PUT ${basePath(target)}/v2/images/${id}/file HTTP/1.1`,
        `Host: ${new URL(target.url).host}`,
        `X-Auth-Token: ${target.token}`,
        'Content-Type: application/octet-stream',
        `Content-Length: ${bytes}`,
        '\r\n',
      ].join('\r\n'),
    )
    // A disk without a boot sector, and different from all that was sent before.
    const first = Buffer.concat([Buffer.alloc(blockBytes - 64), randomBytes(64)])
    for (let sent = 0; sent < bytes; sent += blockBytes) {
      const block = sent === 0 ? first : (blocks[(sent / blockBytes) % blocks.length] ?? first)
      if (!socket.write(block)) await Promise.race([once(socket, 'drain'), answered])
    }
    require2xx(await answered, 'upload')
  } finally {
    connection.close()
  }
}

async function download(target: Target, id: string, bytes: number): Promise<void> {
  const connection = new Connection(addressOf(target))
  try {
    const request = requestBytes(target, 'GET', `/v2/images/${id}/file`)
    require2xx(await connection.ask(request), 'download')
    if (connection.bodyBytes >= bytes) return
    throw new Error(`A download had ${connection.bodyBytes} bytes, and should have had ${bytes}`)
  } finally {
    connection.close()
  }
}

function require2xx({ status, refusal }: { status: number; refusal: string }, what: string): void {
  if (status < 200 || status > 299)
    throw new Error(`The ${what} was answered ${status}: ${refusal}`)
}

/** Looks at a server's memory every so often. */
class MemoryWatch {
  readonly #usage: ServerUsage
  #peak = 0
  #timer: NodeJS.Timeout | undefined

  constructor(usage: ServerUsage) {
    this.#usage = usage
  }

  async begin(): Promise<number> {
    const before = await this.#look()
    this.#timer = setInterval(() => this.#look().catch(() => {}), 20)
    return before
  }

  async end(): Promise<number> {
    clearInterval(this.#timer)
    await this.#look()
    return this.#peak
  }

  async #look(): Promise<number> {
    const bytes = await this.#usage.residentBytes()
    this.#peak = Math.max(this.#peak, bytes)
    return bytes
  }
}
