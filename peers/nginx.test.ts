/** A real nginx in front of the service, which sends the files of its store. */
import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@vitrine/conformance/free-port'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually } from '../packages/server/test/eventually.ts'
import { createImage, upload } from '../packages/server/test/image-requests.ts'
import { startTestService, type TestService } from '../packages/server/test/start-test-service.ts'
import { nginxProgram } from './nginx-programs.ts'

const data = randomBytes(3_000_000)
const md5 = createHash('md5').update(data).digest('hex')
const etag = `"${createHash('sha512').update(data).digest('hex')}"`

const describeNginx = existsSync(nginxProgram)
  ? describe
  : (name: string, tests: () => void) =>
      describe.skip(`${name} (skipped: there is no ${nginxProgram})`, tests)

describeNginx('nginx in front of the service', () => {
  let opened: AsyncDisposableStack
  let service: TestService
  let url: string
  let id: string

  beforeAll(async () => {
    opened = new AsyncDisposableStack()
    const directory = await mkdtemp(join(tmpdir(), 'vitrine-nginx-'))
    opened.defer(() => rm(directory, { recursive: true }))
    const store = { id: 'fast', kind: 'files', directory: join(directory, 'objects') }
    service = opened.use(
      await startTestService({
        VITRINE_HTTP__ACCEL_REDIRECT: '/_images',
        VITRINE_STORES: JSON.stringify([store]),
      }),
    )
    const port = await freePort()
    url = `http://127.0.0.1:${port}`
    await writeFile(join(directory, 'nginx.conf'), config(directory, port, service.url))
    const nginx = spawn(nginxProgram, ['-c', join(directory, 'nginx.conf'), '-p', directory], {
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    opened.defer(async () => {
      const ended = once(nginx, 'exit')
      nginx.kill('SIGTERM')
      await ended
    })
    // Until it listens.
    await eventually(() => fetch(`${url}/healthz`))
    id = await createImage(service)
    expect((await upload(service, id, data)).status).toBe(204)
  })
  afterAll(() => opened.disposeAsync())

  const ask = async (headers: Record<string, string> = {}, method = 'GET') => {
    const token = service.accounts.tokenOf('own')
    const answer = await fetch(`${url}/v2/images/${id}/file`, {
      method,
      headers: { 'x-auth-token': token, ...headers },
    })
    return { answer, bytes: Buffer.from(await answer.arrayBuffer()) }
  }
  const header = (answer: Response, name: string) => answer.headers.get(name)

  test('sends the whole with the headers that clients check it by', async () => {
    const { answer, bytes } = await ask()
    expect([answer.status, bytes.equals(data)]).toEqual([200, true])
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-length': String(data.byteLength),
      'content-md5': md5,
      'accept-ranges': 'bytes',
      etag,
    })
    expect(header(answer, 'x-accel-redirect')).toBeNull()
    // The bytes were nginx's own: the service handed nothing but a path over.
    const direct = await service.ask('GET', `/v2/images/${id}/file`)
    expect([direct.status, direct.text]).toEqual([200, ''])
    expect(direct.headers['x-accel-redirect']).toMatch(
      /^\/_images\/fast\/[0-9a-f]{2}\/[0-9a-f]{2}\/[0-9a-f-]{36}$/,
    )
  })

  test.each([
    ['bytes=0-0', 0, 0],
    ['bytes=5-', 5, 2_999_999],
    ['bytes=-7', 2_999_993, 2_999_999],
    ['bytes=1000-1999999', 1000, 1_999_999],
    ['bytes=2999999-9999999', 2_999_999, 2_999_999],
  ])('sends the part %s', async (range, first, last) => {
    const { answer, bytes } = await ask({ range })
    expect([answer.status, header(answer, 'content-range')]).toEqual([
      206,
      `bytes ${first}-${last}/3000000`,
    ])
    expect(bytes.equals(data.subarray(first, last + 1))).toBe(true)
    expect([header(answer, 'etag'), header(answer, 'content-md5')]).toEqual([etag, md5])
  })

  test('answers what is wrong, what is known and what is asked the old way as the service does', async () => {
    expect((await ask({ range: 'bytes=3000000-' })).answer.status).toBe(416)
    expect((await ask({ range: 'bytes=0-1,4-5' })).answer.status).toBe(400)
    expect((await ask({ 'if-none-match': etag })).answer.status).toBe(304)
    const old = await ask({ 'content-range': 'bytes 1-3/*' })
    expect([old.answer.status, old.bytes.equals(data.subarray(1, 4))]).toEqual([206, true])
    const same = await ask({ range: 'bytes=1-3', 'if-range': etag })
    expect([same.answer.status, same.bytes.equals(data.subarray(1, 4))]).toEqual([206, true])
    const other = await ask({ range: 'bytes=1-3', 'if-range': '"other"' })
    expect([other.answer.status, other.bytes.equals(data)]).toEqual([200, true])
    const head = await ask({}, 'HEAD')
    expect(header(head.answer, 'content-length')).toBe(String(data.byteLength))
    expect(header(head.answer, 'etag')).toBe(etag)
  })

  test('sends nothing to whom the service sends nothing, nor to who knows the path', async () => {
    expect((await ask({ 'x-auth-token': 'wrong' })).answer.status).toBe(401)
    const stranger = service.accounts.tokenOf('non')
    expect((await ask({ 'x-auth-token': stranger })).answer.status).toBe(404)
    const direct = await service.ask('GET', `/v2/images/${id}/file`)
    const path = String(direct.headers['x-accel-redirect'])
    const guessed = await fetch(url + path, {
      headers: { 'x-auth-token': service.accounts.tokenOf('own') },
    })
    expect([guessed.status, (await guessed.arrayBuffer()).byteLength < 1000]).toEqual([404, true])
  })
})

/** As docs/configuration.md has it. */
function config(directory: string, port: number, service: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${directory}/tmp-${name};`)
    .join('\n')
  return `
daemon off;
user root;
worker_processes 1;
pid ${directory}/nginx.pid;
error_log ${directory}/error.log;
events {}
http {
  access_log ${directory}/access.log;
  ${temporary}
  server {
    listen 127.0.0.1:${port};
    client_max_body_size 0;
    location / {
      proxy_pass ${service};
      proxy_http_version 1.1;
      proxy_request_buffering off;
      proxy_buffering off;
    }
    location /_images/fast/ {
      internal;
      alias ${directory}/objects/;
      sendfile on;
      etag off;
      add_header ETag $upstream_http_etag;
      add_header Content-MD5 $upstream_http_content_md5;
    }
  }
}
`
}
