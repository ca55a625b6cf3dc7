/** `web-download`: data from the web, by a real server on this machine. */
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually } from './eventually.ts'
import { activeImage, createImage, patch, share, show, upload } from './image-requests.ts'
import { beginImport, dataOf, endedTask, imported, stage } from './import-requests.ts'
import { describeOnBothDatabases } from './start-test-service.ts'
import { fetchFromThisMachine, startWebServer, type WebServer } from './web-server.ts'

const unknown = '00000000-0000-4000-8000-000000000000'
const limitBytes = 1_000_000
const settings = {
  ...fetchFromThisMachine,
  VITRINE_LIMITS__IMAGE_SIZE_BYTES: String(limitBytes),
  VITRINE_IMPORTS__IDLE_TIMEOUT_SECONDS: '1',
}

let web: WebServer
beforeAll(async () => {
  web = await startWebServer()
})
afterAll(() => web[Symbol.asyncDispose]())

describeOnBothDatabases('web-download', settings, (service) => {
  const importFrom = (id: string, uri: unknown, as = 'own') =>
    beginImport(service(), id, { name: 'web-download', uri }, {}, { as })

  /** An image whose import has reached the end of this page. */
  async function afterImportOf(path: string, fields: Record<string, unknown> = {}) {
    const id = await createImage(service(), fields)
    const begun = await importFrom(id, `${web.url}${path}`)
    expect(begun.status, begun.text).toBe(202)
    const task = await endedTask(service(), id)
    return { id, begun, task, image: await imported(service(), id) }
  }

  /** A page that has begun to come, and goes on when it is told to. */
  async function slowPage(path: string): Promise<{ answer: Promise<ServerResponse> }> {
    const answer = Promise.withResolvers<ServerResponse>()
    web.pages.set(path, (_request, response) => {
      response.write('begun, ')
      answer.resolve(response)
    })
    return { answer: answer.promise }
  }

  test('brings in what lies at the address', async () => {
    const data = randomBytes(300_000)
    web.pages.set('/image?token=secret', data)
    const { id, begun, task, image } = await afterImportOf('/image?token=secret')
    expect([begun.text, begun.headers.location]).toEqual(['', undefined])
    const body = { method: { name: 'web-download', uri: `${web.url}/image?token=secret` } }
    expect(task).toMatchObject({
      status: 'success',
      message: '',
      request_id: begun.headers['x-openstack-request-id'],
      input: { image_id: id, import_req: body, backend: [] },
      result: { image_id: id },
    })
    expect(image).toMatchObject({
      status: 'active',
      size: data.byteLength,
      virtual_size: data.byteLength,
      checksum: createHash('md5').update(data).digest('hex'),
      os_hash_algo: 'sha512',
      os_hash_value: createHash('sha512').update(data).digest('hex'),
      os_glance_importing_to_stores: '',
      os_glance_failed_import: '',
    })
    expect(image).not.toHaveProperty('stores')
    expect((await dataOf(service(), id)).headers['content-md5']).toBe(image.checksum)
  })

  test('takes data whose length nobody said, and none at all', async () => {
    web.pages.set('/chunked', (_request, answer) => {
      answer.write('in ')
      answer.end('chunks')
    })
    web.pages.set('/empty', '')
    const chunked = await afterImportOf('/chunked')
    expect((await dataOf(service(), chunked.id)).text).toBe('in chunks')
    expect((await afterImportOf('/empty')).image).toMatchObject({ status: 'active', size: 0 })
  })

  test('follows a redirect, and none to where it may not go', async () => {
    web.pages.set('/target', 'redirected')
    const redirect = (path: string, location: string) =>
      web.pages.set(path, (_request, answer) => answer.writeHead(302, { location }).end())
    redirect('/to-target', '/target')
    redirect('/inside', 'http://10.0.0.1/latest')
    redirect('/file', 'file:///etc/passwd')
    redirect('/loop', '/loop')
    expect((await dataOf(service(), (await afterImportOf('/to-target')).id)).text).toBe(
      'redirected',
    )
    for (const [path, words] of [
      ['/inside', 'does not pass filtering'],
      ['/file', 'does not pass filtering'],
      ['/loop', 'redirects more than 5 times'],
    ] as const) {
      const { task, image } = await afterImportOf(path)
      expect([task.status, task.message]).toEqual(['failure', expect.stringContaining(words)])
      expect(image.status).toBe('queued')
    }
  })

  test('keeps data only if it has the hash that was asked for', async () => {
    const data = randomBytes(100_000)
    web.pages.set('/hashed', data)
    const uri = `${web.url}/hashed`
    const hashed = (algorithm: string, of: string | Uint8Array) => ({
      os_hash_algo: algorithm,
      os_hash_value: createHash(algorithm).update(of).digest('hex').toUpperCase(),
    })
    const ended = async (validation: unknown) => {
      const id = await createImage(service())
      const method = { name: 'web-download', uri, validation_data: validation }
      const { status } = await beginImport(service(), id, method)
      if (status !== 202) return status
      const { message } = await endedTask(service(), id)
      return [(await imported(service(), id)).status, message]
    }
    for (const algorithm of ['md5', 'sha1', 'sha256', 'sha512']) {
      expect(await ended(hashed(algorithm, data))).toEqual(['active', ''])
      const [status, message] = [await ended(hashed(algorithm, 'other'))].flat()
      expect([status, message]).toEqual(['queued', expect.stringContaining(`its ${algorithm} is`)])
    }
    for (const bad of [
      7,
      'md5',
      {},
      { os_hash_algo: 'md5' },
      { os_hash_algo: 'md5', os_hash_value: 'xyz' },
      { os_hash_algo: 'constructor', os_hash_value: 'f' },
    ]) {
      expect([bad, await ended(bad)]).toEqual([bad, 400])
    }
  })

  test('is tried again while the server is out of order', async () => {
    web.pages.set('/later', (_request, answer) => {
      if (web.asked.get('/later') === 1) answer.writeHead(503).end('not yet')
      else answer.end('now')
    })
    const { id } = await afterImportOf('/later')
    expect((await dataOf(service(), id)).text).toBe('now')
    web.asked.clear()
  })

  describe('fails, with a queued and clean image that can be imported again, when', () => {
    const cutOff = (response: ServerResponse) => setTimeout(() => response.destroy(), 50)
    const endless = (response: ServerResponse) => {
      const more = () => {
        while (response.write(Buffer.alloc(65_536)));
      }
      response.on('drain', more)
      more()
    }
    test.each<[string, string, (response: ServerResponse) => unknown]>([
      ['there is nothing', '404', (response) => response.writeHead(404).end('no')],
      ['it is forbidden', '403', (response) => response.writeHead(403).end('no')],
      ['the server never works', '503', (response) => response.writeHead(503).end('no')],
      [
        'it is cut off',
        'the connection broke, after 4 bytes',
        (response) =>
          cutOff(response.writeHead(200, { 'content-length': '9' }) && response).ref() &&
          response.write('some'),
      ],
      [
        'it ends early',
        'the connection broke',
        (response) => {
          response.write('some')
          cutOff(response)
        },
      ],
      [
        'it is announced as too large',
        'has 1000001 bytes, and the limit is 1000000',
        (response) => response.writeHead(200, { 'content-length': '1000001' }).flushHeaders(),
      ],
      ['it turns out to be too large', 'limit of 1000000 bytes', endless],
      ['it stalls', 'nothing came for 1 seconds', (response) => response.write('some')],
      [
        'it is encoded',
        'encod',
        (response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('some'),
      ],
    ])('%s', async (_what, words, respond) => {
      const files = await service().filesAtRest()
      web.pages.set('/trouble', (_request, response) => void respond(response))
      const { id, task, image } = await afterImportOf('/trouble')
      expect(task).toMatchObject({ status: 'failure', result: null })
      expect(task.message).toContain(words)
      expect(image).toMatchObject({
        status: 'queued',
        size: null,
        virtual_size: null,
        checksum: null,
        os_hash_algo: null,
        os_hash_value: null,
        os_glance_importing_to_stores: '',
      })
      await expect.poll(() => service().dataFiles()).toEqual(files)
      expect((await dataOf(service(), id)).status).toBe(204)

      web.pages.set('/trouble', 'better')
      await importFrom(id, `${web.url}/trouble`)
      await eventually(async () => expect((await show(service(), id)).status).toBe('active'))
      const { body } = await service().ask('GET', `/v2/images/${id}/tasks`)
      const ends = body.tasks.map(({ status }: { status: string }) => status)
      expect(ends).toEqual(['failure', 'success'])
    })

    test('it is not of the format that the image says', async () => {
      web.pages.set('/raw', 'no qcow2')
      const { task, image } = await afterImportOf('/raw', { disk_format: 'qcow2' })
      expect(task).toMatchObject({ status: 'failure', message: expect.stringContaining('qcow2') })
      expect(image).toMatchObject({ status: 'queued', size: null })
    })
  })

  test.each([
    ['no address', undefined],
    ['a number', 7],
    ['nothing', ''],
    ['no host', 'http:///image'],
    ['a relative address', '/image'],
    ['a file', 'file:///etc/passwd'],
    ['another scheme', 'ftp://127.0.0.1/image'],
    ['a number as host', 'http://2130706433/image'],
    ['a hexadecimal host', 'http://0x7f000001/image'],
    ['an octal host', 'http://0177.0.0.1/image'],
    ['a private address', 'http://10.0.0.1/image'],
    ['an address of secrets', 'http://169.254.169.254/latest/meta-data'],
    ['a private address inside another', 'http://[::ffff:10.0.0.1]/image'],
    ['a name and a password', 'http://user:secret@127.0.0.1/image'],
  ])('is refused with %s as its address, and changes nothing', async (_what, uri) => {
    const id = await createImage(service())
    const before = await show(service(), id)
    expect((await importFrom(id, uri)).status).toBe(400)
    expect(await show(service(), id)).toEqual(before)
    expect((await service().ask('GET', `/v2/images/${id}/tasks`)).body.tasks).toEqual([])
  })

  test('takes any other words in its body, and 400 for what cannot be kept', async () => {
    web.pages.set('/words', 'data')
    const id = await createImage(service())
    const method = { name: 'web-download', uri: `${web.url}/words`, ünïcödé: [null, 1.5, '👩‍👩‍👧'] }
    const deep = `{"method": ${JSON.stringify(method)}, "x": ${'['.repeat(200_000)}${']'.repeat(200_000)}}`
    const path = `/v2/images/${id}/import`
    expect((await service().ask('POST', path, { body: deep })).status).toBe(400)
    const nul = { method: { ...method, x: '\0' } }
    expect((await service().ask('POST', path, { body: nul })).status).toBe(400)
    const body = { method, __proto__x: {}, stores: null }
    expect((await service().ask('POST', path, { body })).status).toBe(202)
    const task = await endedTask(service(), id)
    expect([task.status, task.input.import_req]).toEqual(['success', body])
  })

  test('is refused by method, image, status, formats, rights, and address, in this order', async () => {
    const nowhere = 'http://10.0.0.1/'
    const statusOf = async (id: string, uri: string, as = 'own') =>
      (await importFrom(id, uri, as)).status
    const hidden = await createImage(service(), { visibility: 'private' })
    const shared = await createImage(service())
    await share(service(), shared, service().accounts.projectId('accepted'))
    const active = await activeImage(service(), 'data')
    await share(service(), active, service().accounts.projectId('accepted'))
    const bare = await createImage(service(), { container_format: null })
    expect(await statusOf(unknown, nowhere)).toBe(404)
    expect(await statusOf(hidden, nowhere, 'non')).toBe(404)
    expect(await statusOf(hidden, nowhere, 'svc')).toBe(404)
    expect(await statusOf(active, nowhere)).toBe(409)
    expect(await statusOf(active, nowhere, 'mem, accepted')).toBe(409)
    expect(await statusOf(bare, nowhere)).toBe(409)
    for (const as of ['mem, accepted', 'memR, accepted', 'ownR']) {
      expect([as, await statusOf(shared, nowhere, as)]).toEqual([as, 403])
    }
    expect(await statusOf(shared, nowhere, 'none')).toBe(404)
    expect(await statusOf(shared, nowhere, 'adm')).toBe(400)
    web.pages.set('/by-admin', 'data')
    expect(await statusOf(shared, `${web.url}/by-admin`, 'adm')).toBe(202)
    expect((await endedTask(service(), shared, 'adm')).status).toBe('success')
    // The task is the admin's project's: the producer sees its image, and not who did it.
    expect((await service().ask('GET', `/v2/images/${shared}/tasks`)).body.tasks).toEqual([])
  })

  test('is seen in the image and in its task while it runs, by whoever may', async () => {
    const { answer } = await slowPage('/slow')
    const id = await createImage(service())
    await share(service(), id, service().accounts.projectId('accepted'))
    await importFrom(id, `${web.url}/slow`)
    const response = await answer
    await eventually(async () => expect((await show(service(), id)).status).toBe('importing'))
    const { body } = await service().ask('GET', `/v2/images/${id}/tasks`)
    expect(body.tasks).toEqual([
      expect.objectContaining({ status: 'processing', expires_at: null, result: null }),
    ])
    expect(await show(service(), id)).toMatchObject({
      os_glance_import_task: body.tasks[0].id,
      size: null,
      checksum: null,
    })
    expect((await dataOf(service(), id)).status).toBe(204)
    const tasksAs = async (as: string) => {
      const { status, body } = await service().ask('GET', `/v2/images/${id}/tasks`, { as })
      return [status, body?.tasks?.length]
    }
    expect(await tasksAs('ownR')).toEqual([200, 1])
    expect(await tasksAs('adm')).toEqual([200, 1])
    expect(await tasksAs('mem, accepted')).toEqual([200, 0])
    expect(await tasksAs('non')).toEqual([404, undefined])
    expect(await tasksAs('none')).toEqual([404, undefined])

    for (const name of [
      'os_glance_import_task',
      'os_glance_importing_to_stores',
      'os_glance_failed_import',
    ]) {
      for (const op of ['add', 'replace', 'remove']) {
        const edit = { op, path: `/${name}`, ...(op !== 'remove' && { value: '' }) }
        expect((await patch(service(), id, [edit])).status).toBe(403)
      }
    }

    // Chunks that come later, so that there is something to report.
    const ticking = setInterval(() => response.write(Buffer.alloc(1)), 100)
    await eventually(async () => {
      const { body } = await service().ask('GET', `/v2/images/${id}/tasks`)
      expect(body.tasks[0].message).toBe('Copied 0 MiB')
    })
    clearInterval(ticking)
    response.end()
    expect(await endedTask(service(), id)).toMatchObject({ status: 'success', message: '' })
    expect((await dataOf(service(), id)).text).toMatch(/^begun, \0+$/)
  })

  test('keeps other data away from the image while it runs', async () => {
    const { answer } = await slowPage('/held')
    const id = await createImage(service())
    const uri = `${web.url}/held`
    const answers = await Promise.all(Array.from({ length: 8 }, () => importFrom(id, uri)))
    const statuses = answers.map(({ status }) => status)
    expect(statuses.toSorted()).toEqual([202, ...Array.from({ length: 7 }, () => 409)])
    const response = await answer
    expect((await upload(service(), id, 'other')).status).toBe(409)
    expect((await stage(service(), id, 'other')).status).toBe(409)
    response.end('whole')
    expect((await endedTask(service(), id)).status).toBe('success')
    expect((await dataOf(service(), id)).text).toBe('begun, whole')
    expect(web.asked.get('/held')).toBe(1)
    web.asked.clear()
  })

  test('leaves alone what is changed of the image while it runs', async () => {
    const { answer } = await slowPage('/changed')
    const id = await createImage(service())
    await importFrom(id, `${web.url}/changed`)
    const response = await answer
    await eventually(async () => expect((await show(service(), id)).status).toBe('importing'))
    const changes = [
      { op: 'replace', path: '/disk_format', value: 'ami' },
      { op: 'add', path: '/colour', value: 'blue' },
    ]
    expect((await patch(service(), id, changes)).status).toBe(200)
    response.end('whole')
    await endedTask(service(), id)
    const image = await imported(service(), id)
    expect(image).toMatchObject({ status: 'active', disk_format: 'ami', colour: 'blue' })
  })

  test('ends, and leaves nothing behind, when its image is deleted', async () => {
    const files = await service().filesAtRest()
    const { answer } = await slowPage('/deleted')
    const id = await createImage(service())
    await importFrom(id, `${web.url}/deleted`)
    const response = await answer
    await eventually(async () => expect((await show(service(), id)).status).toBe('importing'))
    const { body } = await service().ask('GET', `/v2/images/${id}/tasks`)
    const [task] = body.tasks
    expect((await service().ask('DELETE', `/v2/images/${id}`)).status).toBe(204)
    const closed = once(response, 'close')
    const ticking = setInterval(() => response.write('more'), 100)
    await closed
    clearInterval(ticking)
    await expect.poll(() => service().dataFiles()).toEqual(files)
    await eventually(async () => {
      const { body } = await service().ask('GET', `/v2/tasks/${task.id}`, { as: 'adm' })
      expect([body.status, body.message]).toEqual([
        'failure',
        expect.stringContaining('was deleted'),
      ])
    })
    expect((await service().ask('GET', `/v2/images/${id}`)).status).toBe(404)
  })

  test('runs for many images at once, more than are run at a time', async () => {
    web.pages.set('/many', 'one of many')
    const ids = await Promise.all(Array.from({ length: 20 }, () => createImage(service())))
    await Promise.all(ids.map((id) => importFrom(id, `${web.url}/many`)))
    for (const id of ids) expect((await endedTask(service(), id)).status).toBe('success')
    for (const id of ids) expect((await dataOf(service(), id)).text).toBe('one of many')
  })
})

describeOnBothDatabases('web-download where only public addresses are allowed', {}, (service) => {
  test('reaches nothing on this machine, by whatever name', async () => {
    const id = await createImage(service())
    const importFrom = (uri: string) => beginImport(service(), id, { name: 'web-download', uri })
    for (const uri of ['http://127.0.0.1/', 'http://[::1]/', 'http://localhost/', web.url]) {
      expect([uri, (await importFrom(uri)).status]).toEqual([uri, 400])
    }
    // This one leads nowhere for ever (RFC 6761).
    const refused = await importFrom('http://nowhere.invalid/')
    expect([refused.status, refused.text]).toEqual([
      400,
      expect.stringContaining('it has no address that passes filtering'),
    ])
    expect((await show(service(), id)).status).toBe('queued')
  })
})
