/**
 * Big bodies that were made to hurt, again and again: each is refused, and none leaves anything
 * behind in the memory of the service, which runs as a process of its own with a small heap.
 */
import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { HttpClient } from './http-client.ts'
import { patchV21 } from './image-requests.ts'
import { newPlace, start } from './start-process.ts'

const mebibyte = 1024 * 1024
/** Under the limit for JSON, so that they are read to their end. */
const length = mebibyte - 1024

const bodies: readonly string[] = [
  '['.repeat(length),
  '{"a":'.repeat(length / 5),
  `[${'{},'.repeat(length / 4)}{}]`,
  `{"name":"${'x'.repeat(length - 20)}"}`,
  `{${Array.from({ length: 60_000 }, (_, i) => `"key${i}":${i}`).join(',')}}`,
  `{"name":"${'\\u0000'.repeat(length / 6 - 10)}"}`,
  'x'.repeat(8 * mebibyte),
]

const targets: readonly (readonly [method: string, path: string, type: string])[] = [
  ['POST', '/v2/images', 'application/json'],
  ['PATCH', '/v2/images/nothing', patchV21],
  ['POST', '/v2/images/nothing/members', 'application/json'],
  ['POST', '/v2/metadefs/namespaces', 'application/json'],
  ['POST', '/identity/v3/auth/tokens', 'application/json'],
  ['POST', '/identity/v3/users', 'application/json'],
]

/**
 * How much of it may differ from one moment to the next without anything being kept: far more than
 * was ever seen, and a third of what is sent.
 */
const noiseMebibytes = 150

test.skipIf(process.platform !== 'linux')(
  'big hostile bodies are refused, however often, and none is kept in memory',
  async () => {
    const {
      url,
      token,
      process: child,
    } = await start(await newPlace({ NODE_OPTIONS: '--max-old-space-size=128' }))
    using client = new HttpClient(url)
    let sentBytes = 0
    const sendAll = async () => {
      for (const [method, path, type] of targets) {
        for (const body of bodies) {
          for (const more of [{}, { 'transfer-encoding': 'chunked' }]) {
            const headers = { 'x-auth-token': token, 'content-type': type, ...more }
            const { status } = await client.ask(method, path, { headers, body })
            expect([400, 404, 413]).toContain(status)
            sentBytes += body.length
          }
        }
      }
    }

    // What is made ready once, such as the heap's own room, is not counted.
    await sendAll()
    const before = await residentMebibytes(child.pid)
    sentBytes = 0
    for (let round = 0; round < 3; round++) await sendAll()
    const grown = (await residentMebibytes(child.pid)) - before
    expect(sentBytes / mebibyte).toBeGreaterThan(3 * noiseMebibytes)
    expect(grown).toBeLessThan(noiseMebibytes)
    expect(child.exitCode).toBeNull()
  },
  120_000,
)

async function residentMebibytes(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024
}
