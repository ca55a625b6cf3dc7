/** The benchmark from its command line to its report, on little. */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ServerUsage } from './load/server-usage.ts'
import type { Report } from './report/report.ts'
import { type OwnService, startOwnService, targetOf } from './target/own-service.ts'
import type { Target } from './target/target.ts'

let directory: string
let service: OwnService
let other: Target

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vitrine-bench-test-'))
  service = await startOwnService({ directory })
  other = await targetOf(service, 'other')
})
afterAll(async () => {
  await service[Symbol.asyncDispose]()
  await rm(directory, { recursive: true })
})

function bench(...args: readonly string[]) {
  const program = join(import.meta.dirname, 'main.ts')
  return promisify(execFile)(process.execPath, ['--conditions=vitrine-source', program, ...args])
}

test('measures every scenario on two services side by side, and leaves nothing behind', async () => {
  const out = join(directory, 'out')
  const [quick, measured] = [
    [
      '--quick',
      '--connections',
      '2',
      '--seconds',
      '0.05',
      '--mib',
      '2',
      '--out',
      out,
      '--vitrine',
      'sqlite',
    ],
    [
      '--endpoint',
      other.url,
      '--token',
      other.token,
      '--consumer-token',
      other.consumerToken ?? '',
    ],
  ]
  const { stdout, stderr } = await bench(...quick, ...measured, '--name', 'other')
  const report: Report = JSON.parse(await readFile(join(out, 'bench.json'), 'utf8'))

  const scenarios = new Set(report.requests.map(({ scenario }) => scenario))
  expect([...scenarios]).toEqual([
    ...['list-20', 'list-60', 'show', 'list-by-name', 'member-list', 'pending-list'],
    ...['create', 'share', 'accept'],
  ])
  for (const { results } of report.requests) {
    const load = expect.objectContaining({
      requests: expect.any(Number),
      p99Ms: expect.any(Number),
    })
    expect(results).toEqual({ vitrine: load, other: load })
  }
  expect(report.transfers.map(({ scenario }) => scenario)).toEqual([
    ...['upload', 'download', 'downloads', 'transfers'],
  ])
  for (const { results } of report.transfers) {
    const transfer = expect.objectContaining({ megabytesPerSecond: expect.any(Number) })
    expect(results).toEqual({ vitrine: transfer, other: transfer })
  }
  expect(await readFile(join(out, 'bench.md'), 'utf8')).toBe(stdout.trimEnd().concat('\n'))
  expect(stdout).toContain('vitrine ÷ other')
  expect(stderr).toContain('show an image, 2 at once: vitrine ')

  const headers = { 'x-auth-token': other.token }
  const left = await fetch(`${other.url}/v2/images`, { headers })
  expect(await left.json()).toMatchObject({ images: [] })
})

test('says what is refused instead of measuring how quickly', async () => {
  const { stdout } = await bench(
    ...['--quick', '--only', 'show', '--sizes', '5', '--seconds', '0.1', '--fill-seconds', '5'],
    ...['--endpoint', other.url, '--token', 'wrong', '--name', 'other'],
  ).catch((error: { stdout: string; stderr: string }) => ({ stdout: error.stderr }))
  expect(stdout).toContain('was answered 401')
})

test('sees the processor time and the memory of the process that listens', async () => {
  const { port } = new URL(service.url)
  const usage = await ServerUsage.of({ host: '127.0.0.1', port: Number(port) })
  expect(usage?.processIds).toEqual([expect.any(Number)])
  expect(await usage?.cpuSeconds()).toBeGreaterThan(0.1)
  expect(await usage?.residentBytes()).toBeGreaterThan(50 * 2 ** 20)
})
