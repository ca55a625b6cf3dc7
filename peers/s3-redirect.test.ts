/** Clients that are sent to a real Ceph for the data: by plain HTTP, by the glance client, and QEMU. */
import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createImage, upload } from '../packages/server/test/image-requests.ts'
import { startTestService, type TestService } from '../packages/server/test/start-test-service.ts'
import { accessKeyId, type Ceph, describeCeph, secretAccessKey, startCeph } from './ceph.ts'

const run = promisify(execFile)
const data = randomBytes(6_000_000)
const md5 = createHash('md5').update(data).digest('hex')
const etag = `"${createHash('sha512').update(data).digest('hex')}"`

describeCeph('clients that are redirected to the store', () => {
  let ceph: Ceph
  let service: TestService
  let id: string
  let path: string

  beforeAll(async () => {
    ceph = await startCeph()
    const { endpoint, region, bucket, prefix } = ceph.newPlace()
    const keys = { access_key_id: accessKeyId, secret_access_key: secretAccessKey }
    const place = { endpoint, region, bucket, prefix, ...keys }
    const store = { id: 'bucket', kind: 's3', ...place, redirect_seconds: 60 }
    service = await startTestService({ VITRINE_STORES: JSON.stringify([store]) })
    id = await createImage(service)
    expect((await upload(service, id, data)).status).toBe(204)
    path = `/v2/images/${id}/file`
  })
  afterAll(async () => {
    await service?.[Symbol.asyncDispose]()
    await ceph?.[Symbol.asyncDispose]()
  })

  const token = () => service.accounts.tokenOf('own')

  test('are each told an address of their method, and what to check the data by', async () => {
    const get = await service.ask('GET', path)
    const head = await service.ask('HEAD', path)
    for (const answer of [get, head]) {
      expect([answer.status, answer.text]).toEqual([302, ''])
      expect(answer.headers).toMatchObject({
        etag,
        'content-md5': md5,
        'cache-control': 'no-store',
      })
    }
    const addresses = { GET: String(get.headers.location), HEAD: String(head.headers.location) }
    for (const method of ['GET', 'HEAD'] as const) {
      const other = method === 'GET' ? 'HEAD' : 'GET'
      const good = await fetch(addresses[method], { method })
      expect(good.status).toBe(200)
      expect(good.headers.get('content-length')).toBe(String(data.byteLength))
      expect(good.headers.get('content-type')).toBe('application/octet-stream')
      await good.arrayBuffer()
      const wrong = await fetch(addresses[other], { method })
      expect(wrong.status).toBe(403)
      await wrong.arrayBuffer()
    }
    expect(addresses.GET).not.toContain(secretAccessKey)
    expect(addresses.GET).toContain('X-Amz-Expires=60')
  })

  test('get the whole and parts by following', async () => {
    const get = (headers: Record<string, string>) =>
      fetch(service.url + path, { headers: { 'x-auth-token': token(), ...headers } })
    const whole = await get({})
    expect(Buffer.from(await whole.arrayBuffer()).equals(data)).toBe(true)
    const part = await get({ range: 'bytes=-10' })
    expect([part.status, part.headers.get('content-range')]).toEqual([
      206,
      'bytes 5999990-5999999/6000000',
    ])
    expect(Buffer.from(await part.arrayBuffer()).equals(data.subarray(-10))).toBe(true)
    // The tags of the store are others: who resumes by ours is served by us.
    const resumed = await get({ range: 'bytes=1-3', 'if-range': etag })
    expect([resumed.status, resumed.redirected]).toEqual([206, false])
    expect(Buffer.from(await resumed.arrayBuffer()).equals(data.subarray(1, 4))).toBe(true)
  })

  test('are refused before they are told where the data is', async () => {
    expect((await service.ask('GET', path, { as: 'non' })).status).toBe(404)
    expect((await service.ask('HEAD', path, { as: 'non' })).status).toBe(404)
    const headers = { 'x-auth-token': 'wrong' }
    expect((await service.ask('GET', path, { headers })).status).toBe(401)
    const tooFar = await service.ask('GET', path, { headers: { range: 'bytes=6000000-' } })
    expect([tooFar.status, tooFar.headers.location]).toEqual([416, undefined])
  })

  test.skipIf(!existsSync('/usr/bin/qemu-img'))(
    'are QEMU, which follows for HEAD and for every part',
    async () => {
      const directory = await mkdtemp(join(tmpdir(), 'vitrine-redirect-'))
      try {
        const disk = join(directory, 'disk')
        await writeFile(disk, data)
        const image = join(directory, 'disk.qcow2')
        await run('qemu-img', ['convert', '-f', 'raw', '-O', 'qcow2', disk, image])
        const qcow2 = await createImage(service, { disk_format: 'qcow2' })
        expect((await upload(service, qcow2, await readFile(image))).status).toBe(204)

        // It sends no token: a door in front of the service adds it, as a compute node's would.
        await using door = await doorWith(service.url, token())
        const url = `${door.url}/v2/images/${qcow2}/file`
        const source = `json:{"driver":"qcow2","file":{"driver":"http","url":"${url}"}}`
        const back = join(directory, 'back')
        await run('qemu-img', ['convert', '-O', 'raw', source, back])
        expect((await readFile(back)).subarray(0, data.byteLength).equals(data)).toBe(true)
        expect(new Set(door.answers)).toEqual(new Set(['HEAD 302', 'GET 302']))
      } finally {
        await rm(directory, { recursive: true })
      }
    },
  )

  test.skipIf(!existsSync('/usr/bin/openstack'))(
    'are the openstack client, which saves and checks it',
    async () => {
      const directory = await mkdtemp(join(tmpdir(), 'vitrine-redirect-'))
      try {
        const file = join(directory, 'saved')
        const env = {
          PATH: process.env.PATH,
          HOME: directory,
          OS_AUTH_URL: `${service.url}/identity/v3`,
          OS_USERNAME: 'a member',
          OS_PASSWORD: 'member',
          OS_PROJECT_NAME: 'producer',
          OS_USER_DOMAIN_ID: 'default',
          OS_PROJECT_DOMAIN_ID: 'default',
          OS_IDENTITY_API_VERSION: '3',
        }
        await run('openstack', ['image', 'save', '--file', file, id], { env })
        expect((await readFile(file)).equals(data)).toBe(true)
      } finally {
        await rm(directory, { recursive: true })
      }
    },
  )
})

/** Passes requests on with the token, and answers as they are: redirects are for the client to follow. */
async function doorWith(serviceUrl: string, token: string) {
  const answers: string[] = []
  const server = createServer((incoming, outgoing) => {
    const headers = { ...incoming.headers, 'x-auth-token': token }
    const { method } = incoming
    request(serviceUrl, { method, path: incoming.url, headers }, (answer) => {
      answers.push(`${method} ${answer.statusCode}`)
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(outgoing)
    }).end()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    answers,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
