/**
 * A thousand bad clients at once: they send a byte a second, lie about the length, or hang up. Others
 * must be served meanwhile, and nothing of the bad ones may be left afterwards.
 */
import { type ClientRequest, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { readConfig } from '../packages/server/src/index.ts'
import { openVerification } from '../packages/server/src/open-verification.ts'
import type { Ground } from './ground.ts'
import { logIn, RunningService } from './service.ts'

const announcedBytes = 1_000_000
const patienceMs = 60_000
/** A flood may cost some memory for each of its connections, and none for what they announce. */
const mostBytesPerClient = 256 * 1024
const mostBytesBesides = 96 * 1024 * 1024

type BadClient = (call: ClientRequest, signal: AbortSignal) => Promise<void>

/** Each begins an upload in its own bad way. */
const badClients: readonly { headers: Record<string, string>; behave: BadClient }[] = [
  {
    headers: { 'content-length': String(announcedBytes) },
    behave: async (call, signal) => {
      while (!signal.aborted) {
        call.write('x')
        await sleep(1000, undefined, { signal }).catch(() => undefined)
      }
    },
  },
  {
    headers: { 'content-length': String(announcedBytes) },
    behave: async (call) => {
      call.write('less than it said')
      await sleep(500)
      call.destroy()
    },
  },
  {
    headers: { 'transfer-encoding': 'chunked', 'x-openstack-image-size': '5' },
    behave: async (call) => void call.end('more than it said'),
  },
  {
    headers: { 'transfer-encoding': 'chunked' },
    behave: async (call) => {
      call.write(Buffer.alloc(64 * 1024))
      await sleep(Math.random() * 1000)
      call.destroy()
    },
  },
]

/** @throws {Error} when somebody else is not served, or something is left. */
export async function flood(
  ground: Ground,
  clients: number,
  say: (sentence: string) => void,
): Promise<void> {
  await using service = await RunningService.start(ground.settings)
  const token = await logIn(service.url)
  const ask = (method: string, path: string, init: RequestInit = {}) =>
    fetch(service.url + path, {
      method,
      ...init,
      headers: { 'x-auth-token': token, ...init.headers },
    })
  const create = async (): Promise<string> => {
    const body = JSON.stringify({ disk_format: 'raw', container_format: 'bare' })
    return (await (await ask('POST', '/v2/images', { body })).json()).id
  }
  const ids: string[] = []
  for (let i = 0; i < clients; i++) ids.push(await create())
  const good = await create()
  const before = await service.residentBytes()

  const leaving = new AbortController()
  const calls = ids.map((id, i) => {
    const bad = badClients[i % badClients.length]
    const path = `${service.url}/v2/images/${id}/file`
    const type = { 'content-type': 'application/octet-stream', 'x-auth-token': token }
    const headers = { ...type, ...bad?.headers }
    const call = request(path, { method: 'PUT', agent: false, headers })
    call.on('error', () => undefined)
    call.on('response', (response) => response.resume())
    bad?.behave(call, leaving.signal).catch(() => undefined)
    return call
  })
  await sleep(1500)

  const startedMs = performance.now()
  const octets = { 'content-type': 'application/octet-stream' }
  const data = new Uint8Array(announcedBytes)
  const uploaded = await ask('PUT', `/v2/images/${good}/file`, { headers: octets, body: data })
  if (uploaded.status !== 204) throw new Error(`A good upload was answered ${uploaded.status}`)
  const read = await ask('GET', `/v2/images/${good}/file`)
  if ((await read.arrayBuffer()).byteLength !== announcedBytes) throw new Error('It was not served')
  const servedMs = Math.round(performance.now() - startedMs)
  const grown = (await service.residentBytes()) - before

  leaving.abort()
  for (const call of calls) call.destroy()
  await requireNothingLeft(ground, ids, async (id) => {
    const { status }: { status: string } = await (await ask('GET', `/v2/images/${id}`)).json()
    return status
  })
  say(
    `${ground.name}: ${clients} bad clients; a good upload and download of 1 MB meanwhile took ${servedMs} ms, and memory grew by ${Math.round(grown / 2 ** 20)} MiB`,
  )
  const most = mostBytesBesides + clients * mostBytesPerClient
  if (grown > most) throw new Error(`Memory grew by ${grown} bytes, and should by ${most} at most`)
}

async function requireNothingLeft(
  ground: Ground,
  ids: readonly string[],
  statusOf: (id: string) => Promise<string>,
): Promise<void> {
  await using kept = await openVerification(readConfig({ environment: ground.settings }).config)
  const end = performance.now() + patienceMs
  let left = ''
  do {
    left = ''
    for (const id of ids) {
      const status = await statusOf(id)
      if (status !== 'queued') left = `image ${id} is ${status}`
    }
    for (const store of kept.stores.writable) {
      for await (const { key } of store.objects.list()) {
        const content = await kept.records.findContent({ storeId: store.id, key })
        if (content === undefined) left = `${store.id}/${key} belongs to no image`
      }
    }
  } while (left !== '' && performance.now() < end)
  if (left !== '') throw new Error(`Left after the flood: ${left}`)
}
