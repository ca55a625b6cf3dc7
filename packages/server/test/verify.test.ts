/** `vitrine verify`, beside the running service and after it. */
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { basename, join } from 'node:path'
import { describePostgres, freshPostgresDatabase } from '@vitrine/conformance/postgres'
import { describe, expect, onTestFinished, test } from 'vitest'
import { newPlace, type Place, type Running, start } from './start-process.ts'

const program = join(import.meta.dirname, '../src/main.js')
const stranger = '5aaaaaaa-0000-4000-8000-000000000001'

function describeVerify(name: string, makeSettings: () => Promise<Record<string, string>>): void {
  describe(`verify, ${name}`, () => {
    test('finds nothing wrong beside a running service, in a store that is used', async () => {
      const place = await newPlace(await makeSettings())
      const service = await start(place)
      await upload(service, 'one')
      await upload(service, 'one')
      await upload(service, '')
      const staged = await create(service)
      await put(service, staged, 'stage', 'staged')
      await beginUpload(place, service)
      expect(await verify(place)).toEqual({
        code: 0,
        stdout: 'Verified 3 objects, 9 bytes: all as it should be\n',
        stderr: '',
      })
      expect(await verify(place, '--json')).toMatchObject({
        code: 0,
        stdout:
          '{"findings": [], "objects": 3, "bytes": 9, "repeated": {"objects":0,"bytes":0}, "sound": true}\n',
      })
    })

    test('names what is missing, altered, cut off and nobody’s, and whose it is', async () => {
      const place = await newPlace(await makeSettings())
      const service = await start(place)
      const paths = new Map<string, string>()
      const ids = new Map<string, string>()
      await upload(service, 'first')
      for (const data of ['missing', 'altered', 'cut off', 'sound']) {
        const before = await place.dataFiles()
        ids.set(data, await upload(service, data))
        const [key = ''] = (await place.dataFiles()).filter((file) => !before.includes(file))
        paths.set(data, pathOf(place, key))
      }
      const path = (data: string) => paths.get(data) ?? data
      await rm(path('missing'))
      await writeFile(path('altered'), 'Altered')
      await truncate(path('cut off'), 3)
      await writeFile(pathOf(place, stranger, path('sound')), 'nobody’s')
      const leftover = `${path('sound')}.${stranger}.partial`
      await writeFile(leftover, 'sou')

      const { code, stdout } = await verify(place, '--json')
      const told: { findings: { kind: string; imageIds: string[]; detail: string }[] } =
        JSON.parse(stdout)
      expect(code).toBe(1)
      const findings = told.findings.map(({ kind, imageIds, detail }) => [kind, imageIds, detail])
      expect(findings).toHaveLength(5)
      expect(findings).toEqual(
        expect.arrayContaining([
          ['missing', [ids.get('missing')], 'the store has no such object'],
          ['altered', [ids.get('altered')], expect.stringMatching(/^its sha512 is .* should be /)],
          ['altered', [ids.get('cut off')], 'it is 3 bytes long, and should be 7'],
          ['stray', [], expect.stringMatching(/^an object of \d+ bytes$/)],
          ['leftover', [], 'the rest of an upload, of 3 bytes, beside the object itself'],
        ]),
      )
      const text = await verify(place)
      expect(text.code).toBe(1)
      expect(text.stdout).toContain(`; of ${ids.get('missing')}\n`)
      expect(text.stdout).toMatch(/Verified 4 objects, .*: 5 not as they should be\n$/)

      // It goes with the object.
      await service.ask('DELETE', `/v2/images/${ids.get('sound')}`)
      await expect.poll(() => place.dataFiles()).not.toContain(basename(leftover))

      // After the service, what is damaged is given to no further image.
      service.process.kill('SIGTERM')
      await once(service.process, 'exit')
      expect((await verify(place)).stderr).toBe('')
      const again = await start(place)
      const id = await upload(again, 'altered')
      expect((await again.ask('GET', `/v2/images/${id}/file`)).text).toBe('altered')
      expect(await readFile(path('altered'), 'utf8')).toBe('Altered')

      // What comes back, from a backup perhaps, is kept twice by then.
      await writeFile(path('altered'), 'altered')
      expect((await verify(place)).stdout).toMatch(
        /\nKept twice, until their images are deleted: 1 of these objects, 7 bytes\n$/,
      )
    })
  })
}

describeVerify('on SQLite', async () => ({}))
describePostgres('with a server', () =>
  describeVerify('on PostgreSQL', async () => ({
    VITRINE_DATABASE__URL: await freshPostgresDatabase(),
  })),
)

test('verify where there is no database says so, and makes none', async () => {
  const place = await newPlace({ VITRINE_DATA__DIRECTORY: '/tmp/vitrine-that-never-was' })
  const { code, stderr } = await verify(place)
  expect([code, stderr]).toEqual([
    1,
    'Cannot verify: there is no database at /tmp/vitrine-that-never-was/vitrine.sqlite\n',
  ])
})

function verify({ settings }: Place, ...flags: string[]) {
  return new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
    const env = { PATH: process.env.PATH, ...settings }
    const args = [program, 'verify', ...flags]
    execFile(process.execPath, args, { env }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
    )
  })
}

function pathOf({ settings }: Place, key: string, beside?: string): string {
  if (beside !== undefined) return join(beside, '..', key)
  const directory = join(settings.VITRINE_DATA__DIRECTORY ?? '', 'objects')
  return join(directory, key.slice(0, 2), key.slice(2, 4), key)
}

async function create(service: Running): Promise<string> {
  const body = { disk_format: 'raw', container_format: 'bare' }
  return (await service.ask('POST', '/v2/images', body)).body.id
}

async function upload(service: Running, data: string): Promise<string> {
  const id = await create(service)
  await put(service, id, 'file', data)
  return id
}

/** One that does not end before the test does. */
async function beginUpload(place: Place, service: Running): Promise<void> {
  const files = await place.dataFiles()
  const headers = { 'x-auth-token': service.token, 'content-type': 'application/octet-stream' }
  const path = `${service.url}/v2/images/${await create(service)}/file`
  const call = request(path, { method: 'PUT', headers }).on('error', () => undefined)
  onTestFinished(() => void call.destroy())
  call.write(Buffer.alloc(3_000_000))
  await expect.poll(() => place.dataFiles()).toHaveLength(files.length + 1)
}

async function put({ url, token }: Running, id: string, what: string, body: string) {
  const headers = { 'x-auth-token': token, 'content-type': 'application/octet-stream' }
  const { status } = await fetch(`${url}/v2/images/${id}/${what}`, { method: 'PUT', headers, body })
  expect(status).toBe(204)
}
