/** A store whose disk fails: who is told, what goes on without it, and what happens once it is back. */
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { readConfig, startService } from '../src/index.ts'
import { filesIn } from './files-in.ts'
import { activeImage, createImage, octets, show, upload } from './image-requests.ts'
import { beginImport, dataOf, endedTask, imported } from './import-requests.ts'
import {
  describeOnBothDatabases,
  startTestService,
  type TestService,
} from './start-test-service.ts'
import { severalStores } from './web-server.ts'

/** The directory is away, and a file in its place, until it is mended. */
async function breakStore(directory: string): Promise<() => Promise<void>> {
  await rename(directory, `${directory}.away`)
  await writeFile(directory, 'no directory')
  let isBroken = true
  const mend = async () => {
    if (!isBroken) return
    isBroken = false
    await rm(directory)
    await rename(`${directory}.away`, directory)
  }
  onTestFinished(mend)
  return mend
}

const settings = severalStores()
const directories: readonly { id: string; directory: string }[] = JSON.parse(
  settings.VITRINE_STORES ?? '',
)
const directoryOf = (store: string) =>
  directories.find(({ id }) => id === store)?.directory ?? store

/** The test client fails at any 5xx; here one is expected. */
async function statusOf(service: TestService, method: string, path: string, body?: string) {
  const response = await fetch(service.url + path, {
    method,
    headers: { ...octets, 'x-auth-token': service.accounts.tokenOf('own') },
    ...(body !== undefined && { body }),
  })
  const text = await response.text()
  expect(text).not.toContain(tmpdir())
  return response.status
}

describeOnBothDatabases('a store that fails', settings, (service) => {
  /** What the operator was told, so that the test may end with nothing more to tell. */
  const told = () => service().complaints.splice(0).join('\n')

  test('takes no data: 503, the image is queued, and the operator is told', async () => {
    await activeImage(service(), 'before')
    const id = await createImage(service())
    const mend = await breakStore(directoryOf('fast'))
    expect(await statusOf(service(), 'PUT', `/v2/images/${id}/file`, 'data')).toBe(503)
    expect(await show(service(), id)).toMatchObject({ status: 'queued', size: null })
    expect(await statusOf(service(), 'PUT', `/v2/images/${id}/stage`, 'data')).toBe(503)
    expect(await show(service(), id)).toMatchObject({ status: 'queued', size: null })
    expect(told()).toContain('ENOTDIR')
    const other = await upload(service(), id, 'data', { 'x-image-meta-store': 'slow' })
    expect(other.status).toBe(204)
    await mend()
    await activeImage(service(), 'after')
  })

  test('gives no data: 503, unless another has it too', async () => {
    const alone = await activeImage(service(), 'alone')
    const twice = await activeImage(service(), 'twice')
    await beginImport(service(), twice, 'copy-image', { stores: ['slow'] }, { as: 'adm' })
    await imported(service(), twice)
    const mend = await breakStore(directoryOf('fast'))
    expect(await statusOf(service(), 'GET', `/v2/images/${alone}/file`)).toBe(503)
    expect(told()).toContain('ENOTDIR')
    expect((await dataOf(service(), twice)).text).toBe('twice')
    await mend()
    expect((await dataOf(service(), alone)).text).toBe('alone')
  })

  test('lets images be deleted, and the operator hears what is left', async () => {
    const id = await activeImage(service(), 'data')
    await breakStore(directoryOf('fast'))
    expect((await service().ask('DELETE', `/v2/images/${id}`)).status).toBe(204)
    expect((await service().ask('GET', `/v2/images/${id}`)).status).toBe(404)
    expect(told()).toMatch(/"storeId":"fast".*image data not deleted/)
  })

  test('fails the import into it, and no other', async () => {
    const id = await activeImage(service(), 'data', {})
    await upload(service(), await createImage(service()), 'data', { 'x-image-meta-store': 'slow' })
    await breakStore(directoryOf('slow'))
    await beginImport(service(), id, 'copy-image', { stores: ['slow'] }, { as: 'adm' })
    expect((await endedTask(service(), id, 'adm')).status).toBe('failure')
    expect(await show(service(), id)).toMatchObject({
      status: 'active',
      stores: 'fast',
      os_glance_failed_import: 'slow',
    })
    told()
  })
})

test('what a failing store could not delete is deleted by the first start that can', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'vitrine-failing-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  const environment = { VITRINE_DATA__DIRECTORY: directory, VITRINE_HTTP__PORT: '0' }
  const objects = join(directory, 'objects')
  const complaints: string[] = []
  const log = pino({ level: 'error' }, { write: (line: string) => complaints.push(line) })
  const startAgain = () => startService(readConfig({ environment }).config, { log })

  const first = await startTestService(environment)
  const id = await activeImage(first, 'data')
  const mend = await breakStore(objects)
  await first.ask('DELETE', `/v2/images/${id}`)
  await first[Symbol.asyncDispose]()
  await (await startAgain())[Symbol.asyncDispose]()
  expect(complaints.join('\n')).toContain('image data not deleted')
  expect(await filesIn(`${objects}.away`)).toHaveLength(1)
  await mend()
  complaints.length = 0
  await (await startAgain())[Symbol.asyncDispose]()
  expect(await filesIn(objects)).toEqual([])
  expect(complaints).toEqual([])
})
