/**
 * What a server of this machine uses: its processor time and its memory, of all processes that
 * hold the socket on which it listens, so that the workers of a server with many count as well.
 *
 * What it lets others do, such as a database of its own or the kernel's writing of files, is not
 * in these numbers.
 */
import { readdir, readFile, readlink } from 'node:fs/promises'
import type { Address } from '../target/target.ts'

const ticksPerSecond = 100
const bytesPerPage = 4096
const listening = '0A'

export class ServerUsage {
  readonly processIds: readonly number[]

  private constructor(processIds: readonly number[]) {
    this.processIds = processIds
  }

  /** @returns undefined where the server is on another machine, or is not ours to look at. */
  static async of({ host, port }: Address): Promise<ServerUsage | undefined> {
    if (!['127.0.0.1', '::1', 'localhost'].includes(host)) return undefined
    const sockets = new Set(await socketsListeningOn(port))
    const numbers = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))
    const holders = await Promise.all(
      numbers.map(async (id) => ((await holdsAny(id, sockets)) ? [Number(id)] : [])),
    )
    const processIds = holders.flat().filter((id) => id !== process.pid)
    return processIds.length === 0 ? undefined : new ServerUsage(processIds)
  }

  /** User and system time so far. */
  async cpuSeconds(): Promise<number> {
    const ticks = await this.#each('stat', (text) => {
      // After the name, which may hold anything: field 3 is the first of the rest.
      const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
      return Number(fields[11]) + Number(fields[12])
    })
    return ticks / ticksPerSecond
  }

  async residentBytes(): Promise<number> {
    return (await this.#each('statm', (text) => Number(text.split(' ')[1]))) * bytesPerPage
  }

  async #each(file: string, read: (text: string) => number): Promise<number> {
    const values = this.processIds.map(async (id) => {
      const text = await readFile(`/proc/${id}/${file}`, 'utf8').catch(() => undefined)
      return text === undefined ? 0 : read(text)
    })
    return (await Promise.all(values)).reduce((sum, value) => sum + value, 0)
  }
}

async function socketsListeningOn(port: number): Promise<string[]> {
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map((name) => readFile(`/proc/net/${name}`, 'utf8').catch(() => '')),
  )
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0')
  return tables
    .flatMap((table) => table.split('\n').map((line) => line.trim().split(/\s+/)))
    .filter(([, local, , state]) => state === listening && local?.endsWith(`:${hexPort}`))
    .map((fields) => `socket:[${fields[9]}]`)
}

async function holdsAny(processId: string, sockets: ReadonlySet<string>): Promise<boolean> {
  const directory = `/proc/${processId}/fd`
  for (const name of await readdir(directory).catch(() => [])) {
    const leadsTo = await readlink(`${directory}/${name}`).catch(() => '')
    if (sockets.has(leadsTo)) return true
  }
  return false
}
