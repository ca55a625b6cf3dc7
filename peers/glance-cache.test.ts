/** The cache of a node, as the `glance` command knows it. */
import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openAccounts } from './accounts.ts'
import { property } from './glance-tables.ts'
import { type PeerService, startPeerService } from './service.ts'
import { Terminal } from './terminal.ts'

let service: PeerService
let producer: Terminal
let admin: Terminal

beforeAll(async () => {
  service = await startPeerService({ VITRINE_CACHE__DIRECTORY: 'cache' })
  producer = (await openAccounts(service)).producer.terminal
  admin = new Terminal(service, { name: 'admin', password: service.adminPassword })
})
afterAll(() => service[Symbol.asyncDispose]())

test('an image is cached, read from there, and forgotten', async () => {
  const data = randomBytes(2_000_000)
  const file = join(service.directory, 'data.raw')
  await writeFile(file, data)
  const created =
    await producer.run`glance image-create --name cached --disk-format raw --container-format bare --file ${file}`
  const id = property(created, 'id')
  await admin.run`glance cache-queue ${id}`
  const list = async () => {
    const lines = (await admin.run`glance cache-list`).split('\n')
    return lines.find((line) => line.includes(id)) ?? ''
  }
  await expect.poll(list, { timeout: 30_000, interval: 500 }).toMatch(/cached/)
  const copy = join(service.directory, 'copy.raw')
  await producer.run`glance image-download --file ${copy} ${id}`
  expect((await readFile(copy)).equals(data)).toBe(true)
  expect(await list()).toMatch(/\|\s*1\s*\|/)
  expect(await producer.refused`glance cache-list`).toContain('403')
  await admin.run`glance cache-delete ${id}`
  expect(await list()).toBe('')
  await admin.run`glance cache-queue ${id}`
  await admin.run`glance cache-clear`
  expect(await list()).toBe('')
})
