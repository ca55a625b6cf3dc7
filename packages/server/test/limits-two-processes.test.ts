/** Two processes of the service on one PostgreSQL share a project's limits. */
import { describePostgres, freshPostgresDatabase } from '@vitrine/conformance/postgres'
import { expect, test } from 'vitest'
import { newPlace, type Running, start } from './start-process.ts'

describePostgres('two processes on one database', () => {
  /** Twenty calls at once, half of them to each process; how many had which answer. */
  async function twenty(processes: readonly Running[], call: Call): Promise<object> {
    const statuses = await Promise.all(
      Array.from({ length: 20 }, (_, i) => {
        const process = processes[i % processes.length]
        if (process === undefined) throw new Error('There is no process')
        return call(process, i)
      }),
    )
    const all = [...Map.groupBy(statuses, (status) => status)]
    return Object.fromEntries(all.map(([status, those]) => [status, those.length]))
  }
  type Call = (process: Running, i: number) => Promise<number>

  async function startTwo(settings: Record<string, string>): Promise<readonly Running[]> {
    const all = { ...settings, VITRINE_DATABASE__URL: await freshPostgresDatabase() }
    const first = await start(await newPlace(all))
    return [first, await start(await newPlace(all))]
  }

  const formats = { disk_format: 'raw', container_format: 'bare' }

  async function put({ url, token }: Running, path: string, body: string): Promise<number> {
    const headers = { 'x-auth-token': token, 'content-type': 'application/octet-stream' }
    return (await fetch(`${url}${path}`, { method: 'PUT', headers, body })).status
  }

  test('let a project have as many images as it may, and no more', async () => {
    const processes = await startTwo({ VITRINE_LIMITS__IMAGES_PER_PROJECT: '5' })
    const create: Call = async (process) => (await process.ask('POST', '/v2/images', {})).status
    expect(await twenty(processes, create)).toEqual({ 201: 5, 413: 15 })
    for (const process of processes) {
      expect((await process.ask('GET', '/v2/images')).body.images).toHaveLength(5)
    }
  })

  test('let a project keep as many bytes, and stage as many, as it may', async () => {
    const processes = await startTwo({
      VITRINE_LIMITS__BYTES_PER_PROJECT: '50',
      VITRINE_LIMITS__STAGED_BYTES_PER_PROJECT: '30',
    })
    const [first] = processes
    const newIds = async () => {
      const ids: string[] = []
      for (let i = 0; i < 20; i++)
        ids.push((await first?.ask('POST', '/v2/images', formats))?.body.id)
      return ids
    }
    const toUpload = await newIds()
    const upload: Call = (process, i) =>
      put(process, `/v2/images/${toUpload[i]}/file`, 'ten bytes.')
    expect(await twenty(processes, upload)).toEqual({ 204: 5, 413: 15 })
    const toStage = await newIds()
    const stage: Call = (process, i) => put(process, `/v2/images/${toStage[i]}/stage`, 'ten bytes.')
    expect(await twenty(processes, stage)).toEqual({ 204: 3, 413: 17 })
  })
})
