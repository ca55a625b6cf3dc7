/** Several stores, imports and tasks, as the `glance` command knows them. */
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openAccounts } from './accounts.ts'
import { property, rows } from './glance-tables.ts'
import { type PeerService, startPeerService } from './service.ts'
import { Terminal } from './terminal.ts'

const stores = [
  { id: 'fast', kind: 'files', directory: 'fast', default: true, description: 'quick' },
  { id: 'slow', kind: 'files', directory: 'slow' },
  { id: 'web', kind: 'http' },
]
const data = randomBytes(2_000_000)
const web = createServer((_request, answer) => answer.end(data))

let service: PeerService
let producer: Terminal
let admin: Terminal
let file: string
let page: string

beforeAll(async () => {
  web.listen(0, '127.0.0.1')
  await once(web, 'listening')
  const address = web.address()
  page = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/data.raw`
  service = await startPeerService({
    VITRINE_STORES: JSON.stringify(stores),
    VITRINE_IMPORTS__ALLOWED_NETWORKS: '127.0.0.0/8',
    VITRINE_IMPORTS__ALLOWED_PORTS: '',
    VITRINE_IMAGES__SHOW_LOCATIONS: 'true',
    VITRINE_LIMITS__BYTES_PER_PROJECT: String(20 * 2 ** 20),
  })
  const accounts = await openAccounts(service)
  producer = accounts.producer.terminal
  admin = new Terminal(service, { name: 'admin', password: service.adminPassword })
  file = join(service.directory, 'data.raw')
  await writeFile(file, data)
})

afterAll(async () => {
  web.close()
  await service[Symbol.asyncDispose]()
})

/** The image as it is shown, once no import holds it. */
async function imported(id: string): Promise<string> {
  let shown = ''
  await expect
    .poll(
      async () => {
        shown = await producer.run`glance image-show ${id}`
        return property(shown, 'os_glance_import_task')
      },
      { timeout: 60_000, interval: 500 },
    )
    .toBe('')
  return shown
}

async function expectData(id: string): Promise<void> {
  await producer.run`glance image-download --file copy.raw ${id}`
  expect((await readFile(join(service.directory, 'copy.raw'))).equals(data)).toBe(true)
}

describe('with the glance command', () => {
  test('stores are listed, and admins see what they are made of', async () => {
    // The table breaks long lines.
    const listed = (await producer.run`glance stores-info`).replaceAll(/\s*\|\n\|\s*\|\s*/g, ' ')
    expect(JSON.parse(property(listed, 'stores'))).toEqual([
      { id: 'fast', description: 'quick', default: 'true' },
      { id: 'slow' },
      { id: 'web', 'read-only': 'true' },
    ])
    expect(await admin.run`glance stores-info --detail`).toContain('"weight": 0')
    expect(await producer.refused`glance stores-info --detail`).toContain('403')
  })

  test('data is uploaded to the store that is named, and to none that is not there', async () => {
    const created =
      await producer.run`glance image-create --name there --disk-format raw --container-format bare --store slow --file ${file}`
    expect(property(created, 'stores')).toBe('slow')
    await expectData(property(created, 'id'))
    expect(
      await producer.refused`glance image-create --name no --disk-format raw --container-format bare --store nowhere --file ${file}`,
    ).toContain("Store 'nowhere' is not valid")
  })

  test('data is staged and imported into several stores, copied, and deleted from one', async () => {
    const created =
      await producer.run`glance image-create-via-import --name both --disk-format raw --container-format bare --file ${file} --stores fast,slow`
    const id = property(created, 'id')
    expect(property(await imported(id), 'stores')).toBe('fast,slow')
    expect(rows(await producer.run`glance image-tasks ${id}`)).toMatchObject([
      [expect.any(String), 'success', expect.stringMatching(/^\d{4}-/)],
    ])
    expect(await producer.refused`glance stores-delete --store slow ${id}`).toContain('403')
    await admin.run`glance stores-delete --store slow ${id}`
    expect(property(await producer.run`glance image-show ${id}`, 'stores')).toBe('fast')
    expect(await admin.refused`glance stores-delete --store fast ${id}`).toContain('the only one')
    await admin.run`glance image-import --import-method copy-image --stores slow ${id}`
    expect(property(await imported(id), 'stores')).toBe('fast,slow')
    await expectData(id)
  })

  test('data is staged first and imported later', async () => {
    const created =
      await producer.run`glance image-create --name later --disk-format raw --container-format bare`
    const id = property(created, 'id')
    await producer.run`glance image-stage --file ${file} ${id}`
    expect(property(await producer.run`glance image-show ${id}`, 'status')).toBe('uploading')
    await producer.run`glance image-import --store slow ${id}`
    expect(property(await imported(id), 'stores')).toBe('slow')
  })

  test('data is fetched from the web', async () => {
    expect(await producer.run`glance import-info`).toContain('web-download')
    const created =
      await producer.run`glance image-create-via-import --name web --disk-format raw --container-format bare --import-method web-download --uri ${page}`
    const id = property(created, 'id')
    expect(property(await imported(id), 'status')).toBe('active')
    await expectData(id)
  })

  test('data stays where it is, and its location is described', async () => {
    const created =
      await producer.run`glance image-create --name location --disk-format raw --container-format bare`
    const id = property(created, 'id')
    await producer.run`glance location-add --url ${page} ${id}`
    await producer.run`glance location-update --url ${page} --metadata {"rack":"7"} ${id}`
    const shown = await producer.run`glance image-show ${id}`
    expect(property(shown, 'status')).toBe('active')
    expect(shown).toContain('"rack": "7"')
    await expectData(id)
    expect(await admin.refused`glance location-delete --url ${page} ${id}`).toContain('403')
  })

  test('an admin imports by a task, and sees all tasks', async () => {
    const input = JSON.stringify({
      import_from: page,
      import_from_format: 'raw',
      image_properties: { name: 'task', disk_format: 'raw', container_format: 'bare' },
    })
    const created = await admin.run`glance task-create --type import --input ${input}`
    const id = property(created, 'id')
    await expect
      .poll(async () => property(await admin.run`glance task-show ${id}`, 'status'), {
        timeout: 60_000,
        interval: 500,
      })
      .toBe('success')
    const tasks = rows(await admin.run`glance task-list`)
    expect(tasks.map(([one]) => one)).toContain(id)
    expect(new Set(tasks.map(([, type]) => type))).toEqual(new Set(['import', 'api_image_import']))
    expect(await producer.refused`glance task-list`).toContain('tasks_api_access')
  })

  test('a project sees what it uses of its limits', async () => {
    const usage = new Map(
      rows(await producer.run`glance usage`).map(([name, ...rest]) => [name, rest]),
    )
    expect(usage.get('image_size_total')).toEqual(['20', expect.stringMatching(/^[1-9]\d*$/)])
    expect(usage.get('image_count_total')?.[0]).toBe('-1')
  })

  test('there is no cache, and the client knows', async () => {
    expect(await admin.refused`glance cache-list`).toContain('does not support image caching')
  })
})
