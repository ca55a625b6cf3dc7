/** An image's data in one of several stores, or in more than one: put there, read from there, removed. */
import { expect, test } from 'vitest'
import { filesIn } from './files-in.ts'
import { activeImage, createImage, octets, show, upload } from './image-requests.ts'
import { beginImport, dataOf, imported } from './import-requests.ts'
import { describeOnBothDatabases, type TestService } from './start-test-service.ts'
import { severalStores } from './web-server.ts'

const unknown = '00000000-0000-4000-8000-000000000000'

/** An image with that data in both stores that take any. */
async function copied(service: TestService, data: string, fields = {}): Promise<string> {
  const id = await activeImage(service, data, fields)
  const begun = await beginImport(service, id, 'copy-image', { stores: ['slow'] }, { as: 'adm' })
  expect(begun.status, begun.text).toBe(202)
  expect((await imported(service, id)).stores).toBe('fast,slow')
  return id
}

/** How many files a store keeps, in the directory that it says it keeps them in. */
async function filesOf(service: TestService, store: string): Promise<number> {
  const { body } = await service.ask('GET', '/v2/info/stores/detail', { as: 'adm' })
  const found = body.stores.find(({ id }: { id: string }) => id === store)
  return (await filesIn(found.properties.data_dir)).length
}

describeOnBothDatabases('an upload to several stores', severalStores(), (service) => {
  test('goes to the default one, unless it names another', async () => {
    for (const [data, store, headers] of [
      ['first', 'fast', {}],
      ['second', 'fast', { 'x-image-meta-store': 'fast' }],
      ['second', 'slow', { 'X-Image-Meta-Store': 'slow' }],
    ] as const) {
      const before = await filesOf(service(), store)
      const id = await createImage(service())
      expect((await upload(service(), id, data, headers)).status).toBe(204)
      expect(await show(service(), id)).toMatchObject({ status: 'active', stores: store })
      expect(await filesOf(service(), store)).toBe(before + 1)
      expect((await dataOf(service(), id)).text).toBe(data)
    }
  })

  test.each(['nowhere', '', 'FAST', 'fast,slow', 'os_glance_staging_store'])(
    'to the store "%s", which is none, is answered 400 before the image is looked at',
    async (store) => {
      const headers = { 'x-image-meta-store': store }
      const id = await createImage(service())
      for (const one of [id, unknown]) {
        const { status, text } = await upload(service(), one, 'data', headers)
        expect([status, text]).toEqual([400, expect.stringContaining('fast, slow, web')])
      }
      expect(await show(service(), id)).toMatchObject({ status: 'queued', size: null })
    },
  )

  test('to a store that takes no data is answered 410, and the image waits for other data', async () => {
    const id = await createImage(service())
    const { status } = await upload(service(), id, 'data', { 'x-image-meta-store': 'web' })
    expect(status).toBe(410)
    expect(await show(service(), id)).toMatchObject({ status: 'queued', size: null })
    expect((await upload(service(), id, 'data')).status).toBe(204)
  })

  test('is staged whatever store it names', async () => {
    const id = await createImage(service())
    const { status } = await service().ask('PUT', `/v2/images/${id}/stage`, {
      headers: { ...octets, 'x-image-meta-store': 'nowhere' },
      body: 'data',
    })
    expect(status).toBe(204)
    expect(await show(service(), id)).not.toHaveProperty('stores')
  })

  test('says where it is in lists too', async () => {
    const id = await activeImage(service(), 'data', { name: 'listed' })
    const { body } = await service().ask('GET', '/v2/images?name=listed')
    expect(body.images).toMatchObject([{ id, stores: 'fast' }])
  })
})

describeOnBothDatabases('a download from several stores', severalStores(), (service) => {
  const download = (id: string, query: string, headers: Record<string, string> = {}) =>
    service().ask('GET', `/v2/images/${id}/file?${query}`, { headers })

  test('may prefer stores, and has the data from wherever it is', async () => {
    const both = await copied(service(), '0123456789')
    const one = await activeImage(service(), '0123456789')
    const queries = [
      '',
      'prefer=slow',
      'prefer=slow,fast',
      'prefer=web',
      'prefer=,,fast,',
      'prefer=',
    ]
    for (const id of [both, one]) {
      for (const query of queries) {
        const { status, text } = await download(id, query)
        expect([query, status, text]).toEqual([query, 200, '0123456789'])
      }
    }
    const part = await download(both, 'prefer=slow', { range: 'bytes=3-4' })
    expect([part.status, part.text]).toEqual([206, '34'])
  })

  test('cannot prefer a store that is none', async () => {
    const id = await copied(service(), 'data')
    for (const query of ['prefer=nowhere', 'prefer=fast,nowhere', 'prefer=FAST']) {
      expect((await download(id, query)).status).toBe(400)
    }
    const queued = await createImage(service())
    expect((await download(queued, 'prefer=nowhere')).status).toBe(204)
    expect((await download(unknown, 'prefer=nowhere')).status).toBe(404)
  })
})

describeOnBothDatabases('deleting from a store', severalStores(), (service) => {
  const remove = (store: string, id: string, as = 'adm', body?: unknown) =>
    service().ask('DELETE', `/v2/stores/${store}/${id}`, { as, body })

  test.each([
    ['slow', 'fast'],
    ['fast', 'slow'],
  ])('takes away the copy in %s, and the one in %s stays', async (store, left) => {
    const id = await copied(service(), `not in ${store} any more`)
    const before = [await filesOf(service(), store), await filesOf(service(), left)]
    const { status, text } = await remove(store, id)
    expect([status, text]).toEqual([204, ''])
    expect(await show(service(), id)).toMatchObject({ status: 'active', stores: left, size: 20 })
    await expect
      .poll(async () => [await filesOf(service(), store), await filesOf(service(), left)])
      .toEqual([(before[0] ?? 0) - 1, before[1]])
    expect((await dataOf(service(), id)).text).toBe(`not in ${store} any more`)
  })

  test('leaves the only copy alone: 403', async () => {
    const id = await copied(service(), 'data')
    expect((await remove('slow', id)).status).toBe(204)
    for (const store of ['fast', 'slow', 'web']) expect((await remove(store, id)).status).toBe(403)
    expect((await dataOf(service(), id)).text).toBe('data')
  })

  test('is refused by the store, then by the image, the caller, the status, and where it is', async () => {
    const id = await copied(service(), 'data', { visibility: 'private' })
    const queued = await createImage(service())
    expect((await remove('nowhere', unknown, 'own')).status).toBe(409)
    expect((await remove('fast', unknown)).status).toBe(404)
    expect((await remove('fast', id, 'non')).status).toBe(404)
    for (const as of ['own', 'ownR']) expect((await remove('fast', id, as)).status).toBe(403)
    expect((await remove('fast', queued, 'own')).status).toBe(403)
    expect((await remove('fast', queued)).status).toBe(409)
    expect((await remove('web', id)).status).toBe(404)
    expect((await remove('fast', id, 'adm', {})).status).toBe(400)
    expect((await show(service(), id)).stores).toBe('fast,slow')
  })

  test('is refused while the image is deactivated: 409', async () => {
    const id = await copied(service(), 'data')
    await service().ask('POST', `/v2/images/${id}/actions/deactivate`)
    expect((await remove('slow', id)).status).toBe(409)
    await service().ask('POST', `/v2/images/${id}/actions/reactivate`)
    expect((await remove('slow', id)).status).toBe(204)
  })

  test('takes one copy when many ask at once, and never the last', async () => {
    const id = await copied(service(), 'data')
    const asked = ['fast', 'slow', 'fast', 'slow', 'fast', 'slow']
    const answers = await Promise.all(asked.map((store) => remove(store, id)))
    const statuses = answers.map(({ status }) => status)
    expect(statuses.toSorted()).toEqual([204, 403, 403, 403, 403, 403])
    expect((await dataOf(service(), id)).text).toBe('data')
  })

  test('answers 405 to all else', async () => {
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'HEAD']) {
      const answer = await service().ask(method, `/v2/stores/fast/${unknown}`, { as: 'adm' })
      expect([answer.status, answer.headers.allow]).toEqual([405, 'DELETE'])
    }
  })

  test('a deleted image leaves nothing in any store', async () => {
    const before = [await filesOf(service(), 'fast'), await filesOf(service(), 'slow')]
    const id = await copied(service(), 'data of this image alone')
    expect((await service().ask('DELETE', `/v2/images/${id}`)).status).toBe(204)
    await expect
      .poll(async () => [await filesOf(service(), 'fast'), await filesOf(service(), 'slow')])
      .toEqual(before)
  })
})

describeOnBothDatabases('the store that nobody named', {}, (service) => {
  test('takes data whatever store an upload names, and says nothing of itself', async () => {
    const id = await createImage(service())
    const headers = { 'x-image-meta-store': 'nowhere' }
    expect((await upload(service(), id, 'data', headers)).status).toBe(204)
    expect(await show(service(), id)).not.toHaveProperty('stores')
  })

  test('cannot be preferred', async () => {
    const id = await activeImage(service(), 'data')
    for (const store of ['files', 'nowhere']) {
      const { status } = await service().ask('GET', `/v2/images/${id}/file?prefer=${store}`)
      expect(status).toBe(400)
    }
  })
})
