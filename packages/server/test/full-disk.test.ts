/** The disk that everything is kept on is full: who is told, and what is left. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmdirSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { filesIn } from './files-in.ts'
import { activeImage, createImage, octets, show, upload } from './image-requests.ts'
import { dataOf } from './import-requests.ts'
import { startTestService } from './start-test-service.ts'

const canMount = process.platform === 'linux' && process.getuid?.() === 0

/** A file system of its own, of sixteen megabytes. */
function smallDisk(): string {
  const directory = mkdtempSync(join(tmpdir(), 'vitrine-full-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'vitrine-test', directory])
  onTestFinished(() => {
    execFileSync('umount', ['--lazy', directory])
    rmdirSync(directory)
  })
  return directory
}

test.skipIf(!canMount)(
  'an upload to a full disk answers 413, leaves a queued image, and takes nothing from others (needs root, to mount a small disk)',
  async () => {
    const disk = smallDisk()
    await using service = await startTestService({ VITRINE_DATA__DIRECTORY: disk })
    const before = await activeImage(service, 'before')
    const id = await createImage(service)
    const tooMuch = Buffer.alloc(32 * 1024 * 1024)
    for (const headers of [{}, { 'transfer-encoding': 'chunked' }]) {
      const answer = await upload(service, id, tooMuch, { ...octets, ...headers })
      expect([answer.status, answer.text]).toEqual([413, expect.stringContaining('full')])
      expect(await show(service, id)).toMatchObject({ status: 'queued', size: null })
      expect(await filesIn(join(disk, 'objects'))).toHaveLength(1)
    }
    expect((await dataOf(service, before)).text).toBe('before')
    expect((await upload(service, id, 'less')).status).toBe(204)
    expect((await dataOf(service, id)).text).toBe('less')
  },
)

test.skipIf(!canMount)(
  'a disk without any room fails uploads, not the service, which goes on once there is some (needs root, to mount a small disk)',
  async () => {
    const disk = smallDisk()
    await using service = await startTestService({ VITRINE_DATA__DIRECTORY: disk })
    const id = await createImage(service)
    const rest = join(disk, 'everything that is left')
    await writeFile(rest, Buffer.alloc(32 * 1024 * 1024)).catch(() => undefined)
    const headers = { ...octets, 'x-auth-token': service.accounts.tokenOf('own') }
    const init = { method: 'PUT', headers, body: 'data' }
    const refused = await fetch(`${service.url}/v2/images/${id}/file`, init)
    expect(refused.status).toBeGreaterThanOrEqual(400)
    expect(await refused.text()).not.toContain(disk)
    expect((await service.ask('GET', `/v2/images/${id}`)).body.status).toMatch(/queued|saving/)

    await writeFile(rest, '')
    await expect
      .poll(async () => (await show(service, id)).status, { timeout: 20_000 })
      .toBe('queued')
    expect((await upload(service, id, 'data')).status).toBe(204)
    expect((await dataOf(service, id)).text).toBe('data')
  },
)

test.skipIf(!canMount)(
  'a database without any room answers 503 to who would write, goes on reading, and goes on once there is some (needs root, to mount a small disk)',
  async () => {
    const disk = smallDisk()
    await using service = await startTestService({ VITRINE_DATA__DIRECTORY: disk })
    const rest = join(disk, 'everything that is left')
    await writeFile(rest, Buffer.alloc(32 * 1024 * 1024)).catch(() => undefined)
    const headers = {
      'x-auth-token': service.accounts.tokenOf('own'),
      'content-type': 'application/json',
    }
    const body = JSON.stringify({ name: 'one', notes: 'x'.repeat(60_000) })
    const create = () => fetch(`${service.url}/v2/images`, { method: 'POST', headers, body })
    // What the log of the database has room for already is still taken.
    let answer = await create()
    for (let turn = 0; turn < 200 && answer.status === 201; turn++) answer = await create()
    expect(answer.status).toBe(503)
    expect(await answer.text()).toContain('Cannot use the database: its disk is full')
    expect((await service.ask('GET', '/v2/images')).status).toBe(200)

    await writeFile(rest, '')
    expect((await create()).status).toBe(201)
  },
)
