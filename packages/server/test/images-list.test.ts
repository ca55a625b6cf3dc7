/** GET /v2/images: filters, order and pages, as the words of a query. Who sees what is elsewhere. */
import { expect, test } from 'vitest'
import { activeImage, createImage, patch } from './image-requests.ts'
import { describeOnBothDatabases } from './start-test-service.ts'

type Listed = { readonly id: string; readonly name: string }

describeOnBothDatabases('listing images', {}, (service) => {
  const list = (query: string, as = 'own') => service().ask('GET', `/v2/images${query}`, { as })

  /** Names of the images with the property `of`, in the order of the list. */
  async function names(of: string, query: string): Promise<string[]> {
    const { status, body, text } = await list(`?of=${of}&${query}`)
    expect(status, text).toBe(200)
    return body.images.map((image: Listed) => image.name)
  }

  test('gives whole images, their schema, and the way to the first page', async () => {
    const id = await createImage(service(), { of: 'whole', tags: ['t'] })
    const { status, headers, body } = await list('?of=whole')
    expect([status, headers['content-type']]).toEqual([200, 'application/json'])
    const shown = await service().ask('GET', `/v2/images/${id}`)
    expect(body).toEqual({
      images: [shown.body],
      first: '/v2/images?of=whole',
      schema: '/v2/schemas/images',
    })
  })

  test('filters by what an image says of itself', async () => {
    const of = 'filter'
    await createImage(service(), { of, name: 'a', tags: ['x'], os_distro: 'debian', min_ram: 1 })
    await createImage(service(), { of, name: 'b,c', tags: ['x', 'y'], disk_format: 'qcow2' })
    await createImage(service(), { of, name: 'ubuntu:22.04', protected: true, min_ram: 5 })
    await activeImage(service(), '12345', { of, name: 'five', min_disk: 9 })
    const cases: [query: string, ...names: string[]][] = [
      ['name=a', 'a'],
      ['name=A'],
      ['name=eq:a', 'a'],
      ['name=in:a,"b,c"', 'a', 'b,c'],
      ['name=in:five,missing', 'five'],
      ['name=in:'],
      ['name=ubuntu:22.04', 'ubuntu:22.04'],
      ['name=eq:ubuntu:22.04', 'ubuntu:22.04'],
      ['name=a&name=five', 'five'],
      ['status=active', 'five'],
      ['status=in:active,saving', 'five'],
      ['status=deleted'],
      ['status=bogus'],
      ['disk_format=qcow2', 'b,c'],
      ['container_format=bare&disk_format=in:qcow2,iso', 'b,c'],
      ['tag=x', 'a', 'b,c'],
      ['tag=x&tag=y', 'b,c'],
      ['tag=X'],
      ['tag='],
      ['protected=true', 'ubuntu:22.04'],
      ['os_distro=debian', 'a'],
      ['os_distro=Debian'],
      ['os_distro=in:debian'],
      ['min_ram=5', 'ubuntu:22.04'],
      ['min_ram_min=1', 'a', 'ubuntu:22.04'],
      ['min_ram_min=1&min_ram_max=4', 'a'],
      ['min_ram_min=1099511627776'],
      ['min_ram_max=4&min_ram_min=-99999999999999999999', 'a', 'b,c', 'five'],
      ['min_ram_min=99999999999999999999'],
      ['min_ram=x'],
      ['min_ram=1.5'],
      ['min_disk_min=9', 'five'],
      ['size=5', 'five'],
      ['size=in:5'],
      ['size='],
      ['size_min=5', 'five'],
      ['size_max=4'],
      ['checksum=827ccb0eea8a706c4c34a16891f84e7b', 'five'],
      ['os_hash_algo=sha512', 'five'],
      ['created_at=gt:2020-01-01', 'a', 'b,c', 'five', 'ubuntu:22.04'],
      ['created_at=lt:2020-01-01T00:00:00%2B02:00'],
      ['created_at=gt:2020&name=a', 'a'],
      ['created_at=gt:2020-01&name=a', 'a'],
      ['created_at=gt:20200131T235959.5Z&name=a', 'a'],
      ['created_at=gt:20200131T2359-0330&name=a', 'a'],
      ['updated_at=gte:2020-01-01T00:00:00Z&name=a', 'a'],
      ['deleted=true&name=a', 'a'],
      ['is_public=true'],
      ['locations=x'],
      ['members=x'],
      ['properties=x'],
      ['tags=x'],
      ['constructor=x'],
      ['__proto__=x'],
      ['owner=nobody'],
    ]
    for (const [query, ...expected] of cases) {
      const encoded = query.replaceAll('"', '%22')
      expect([query, ...(await names(of, `sort=name:asc&${encoded}`))]).toEqual([
        query,
        ...expected,
      ])
    }
  })

  test.each([
    'limit=-1',
    'limit=x',
    'limit=',
    'limit=1.5',
    'limit=1e3',
    'marker=',
    'marker=no-uuid',
    'marker=00000000-0000-4000-8000-000000000000',
    'sort=',
    'sort=bogus',
    'sort=owner',
    'sort=name:up',
    'sort=name:asc:asc',
    'sort=name:asc,,',
    'sort=name&sort_key=name',
    'sort=name&sort_dir=asc',
    'sort_key=',
    'sort_key=min_ram',
    'sort_dir=up',
    'sort_dir=ASC',
    'sort_key=name&sort_dir=asc&sort_dir=desc',
    'sort_key=name&sort_key=id&sort_key=size&sort_dir=asc&sort_dir=desc',
    'visibility=',
    'visibility=bogus',
    'member_status=',
    'member_status=bogus',
    'os_hidden=',
    'os_hidden=1',
    'protected=True',
    'protected=1',
    'protected=',
    'size_min=x',
    'size_max=',
    'size_max=1.5',
    'created_at_min=2020',
    'foo_min=1',
    '_max=1',
    'status=neq:active',
    'disk_format=a:b',
    'name=gt:a',
    'name=in:"a',
    'name=in:"a"b',
    'name=in:a"b"',
    'created_at=yesterday',
    'created_at=gt:',
    'created_at=in:2020-01-01',
    'updated_at=2020-13-01',
    'updated_at=2021-02-29',
    'updated_at=2020-01-01T24:30:00',
    'updated_at=2020-01-01T10:00:00%2B99:00',
    'changes-since=2020-01-01',
    'name=%00',
    'name=%ff',
    'name=%',
    '%ff=x',
    '%00=x',
  ])('answers 400 to %s, and says why', async (query) => {
    const { status, text } = await list(`?${query.replaceAll('"', '%22')}`)
    expect([status, text.length > 30]).toEqual([400, true])
  })

  test('reads the zone of a time', async () => {
    const of = 'zone'
    await createImage(service(), { of, name: 'now' })
    const minutesFromNow = (minutes: number) =>
      new Date(Date.now() + minutes * 60_000).toISOString().slice(0, 19)
    const after = (time: string) => names(of, `created_at=gt:${encodeURIComponent(time)}`)
    expect(await after(`${minutesFromNow(-10)}Z`)).toEqual(['now'])
    expect(await after(`${minutesFromNow(-10)}-00:20`)).toEqual([])
    expect(await after(`${minutesFromNow(110)}+0200`)).toEqual(['now'])
    expect(await after(`${minutesFromNow(110)}+01`)).toEqual([])
  })

  test('takes os_hidden in any case, and limits beyond the largest', async () => {
    await createImage(service(), { of: 'hidden', name: 'hidden', os_hidden: true })
    await createImage(service(), { of: 'hidden', name: 'shown' })
    expect(await names('hidden', 'os_hidden=TRUE')).toEqual(['hidden'])
    expect(await names('hidden', 'os_hidden=False&limit=99999')).toEqual(['shown'])
    expect(await names('hidden', 'limit=0')).toEqual([])
    const { body } = await list('?limit=0')
    expect(body).toEqual({ images: [], first: '/v2/images?limit=0', schema: '/v2/schemas/images' })
  })

  test('links to the next page when this one is full, with every parameter as it was sent', async () => {
    const of = 'links'
    for (const name of ['a', 'b', 'c']) {
      await createImage(service(), { of, name, tags: ['x y', 'é'] })
    }
    const query = `?tag=x+y&tag=%C3%A9&of=${of}&sort_key=name&sort_key=id&sort_dir=asc&limit=2`
    const first = (await list(query)).body
    expect(first.first).toBe(`/v2/images${query}`)
    const marker = first.images[1].id
    expect(first.next).toBe(`/v2/images${query}&marker=${marker}`)
    const second = await service().ask('GET', first.next)
    expect(second.body.images.map((image: Listed) => image.name)).toEqual(['c'])
    expect(second.body.first).toBe(first.first)
    expect(second.body).not.toHaveProperty('next')
    expect((await list(`?of=${of}&limit=3`)).body).toHaveProperty('next')
    expect((await list('?of=a*b~c')).body.first).toBe('/v2/images?of=a%2Ab~c')
  })

  test('refuses a marker that the caller cannot see like one that never was', async () => {
    const id = await createImage(service(), { visibility: 'private' })
    const text = async (as: string) => {
      const answer = await list(`?marker=${id}`, as)
      expect(answer.status).toBe(400)
      return answer.text.replaceAll(id, 'it')
    }
    const invisible = await text('non')
    expect((await list(`?marker=${id}`)).status).toBe(200)
    await service().ask('DELETE', `/v2/images/${id}`)
    expect(await text('non')).toBe(invisible)
    expect(await text('own')).toBe(invisible)
    expect((await list(`?marker=${id}`, 'adm')).status).toBe(200)
  })

  test('breaks ties in the one direction that is given for several keys, else newest first', async () => {
    const of = 'ties'
    for (const name of ['1', '2', '3']) await createImage(service(), { of, name })
    const keys = 'sort_key=status&sort_key=disk_format'
    const newestFirst = await names(of, '')
    expect(await names(of, `${keys}&sort_dir=asc`)).toEqual(newestFirst.toReversed())
    expect(await names(of, `${keys}&sort_dir=desc`)).toEqual(newestFirst)
    expect(await names(of, `${keys}&sort_dir=asc&sort_dir=asc`)).toEqual(newestFirst)
    expect(await names(of, 'sort=status:asc')).toEqual(newestFirst.toReversed())
    expect(await names(of, 'sort=status:asc,disk_format:asc')).toEqual(newestFirst)
  })

  test('shows 25 images unless it is asked for more, newest first', async () => {
    const of = 'many'
    const created: string[] = []
    for (let i = 0; i < 30; i++) created.push(await createImage(service(), { of, name: `${i}` }))
    const { body } = await list(`?of=${of}`)
    expect(body.images).toHaveLength(25)
    const all = await list(`?of=${of}&limit=100`)
    const times = all.body.images.map((image: { created_at: string }) => image.created_at)
    expect(times).toEqual(times.toSorted().toReversed())
    expect(new Set(all.body.images.map((image: Listed) => image.id))).toEqual(new Set(created))
  })

  test.each([1, 5, 6, 30])(
    'shows %i images of any script whole, as each is shown itself',
    async (count) => {
      const of = `scripts ${count}`
      for (let i = 0; i < count; i++) await createImage(service(), { of, name: `вид ${i} 映像 🖼` })
      const { status, headers, body } = await list(`?of=${encodeURIComponent(of)}&limit=100`)
      expect([status, headers['content-type']]).toEqual([200, 'application/json'])
      expect(body.images).toHaveLength(count)
      for (const image of body.images) {
        const shown = await service().ask('GET', `/v2/images/${image.id}`)
        expect(image).toEqual(shown.body)
      }
    },
  )

  test.each(['', 'sort=name:asc', 'sort_key=size&sort_key=status&sort_dir=asc&sort_dir=desc'])(
    'visits every one of 300 images once while images are being added, by "%s"',
    async (sort) => {
      const of = `pages ${sort}`
      const create = (name: string) => createImage(service(), { of, name })
      const before = new Set<string>()
      for (let i = 0; i < 300; i += 20) {
        const some = Array.from({ length: 20 }, (_, j) => create(`${(i + j) % 7}`))
        for (const id of await Promise.all(some)) before.add(id)
      }
      const seen: string[] = []
      let next: string | undefined = `/v2/images?of=${encodeURIComponent(of)}&limit=40&${sort}`
      while (next !== undefined) {
        const { status, body } = await service().ask('GET', next)
        expect(status).toBe(200)
        seen.push(...body.images.map((image: Listed) => image.id))
        next = body.next
        await Promise.all(['0', '3', '9'].map(create))
        expect(seen.length).toBeLessThan(1000)
      }
      expect(new Set(seen).size).toBe(seen.length)
      expect([...before].filter((id) => !seen.includes(id))).toEqual([])
    },
  )

  test('answers very long queries and headers, and refuses what is longer still', async () => {
    const long = await list(`?name=${'x'.repeat(7000)}`)
    expect([long.status, long.body.images]).toEqual([200, []])
    const many = Array.from({ length: 300 }, (_, i) => `p${i}=x`).join('&')
    expect((await list(`?${many}`)).status).toBe(200)
    expect((await list(`?${Array(500).fill('tag=x').join('&')}`)).status).toBe(200)
    for (const length of [20_000, 100_000, 1_000_000]) {
      expect((await list(`?name=${'x'.repeat(length)}`)).status).toBe(431)
      const headers = { 'x-long': 'x'.repeat(length) }
      expect((await service().ask('GET', '/v2/images', { headers })).status).toBe(431)
    }
  })

  test('shows of a shared image what its member has answered for', async () => {
    const id = await createImage(service(), { of: 'shared' })
    const member = service().accounts.projectId('accepted')
    const as = 'mem, accepted'
    const ids = async (query: string) =>
      (await list(`?of=shared&${query}`, as)).body.images.map((image: Listed) => image.id)
    await service().ask('POST', `/v2/images/${id}/members`, { body: { member } })
    expect(await ids('')).toEqual([])
    expect(await ids('member_status=pending')).toEqual([id])
    const path = `/v2/images/${id}/members/${member}`
    await service().ask('PUT', path, { as, body: { status: 'accepted' } })
    expect(await ids('')).toEqual([id])
    await patch(service(), id, [{ op: 'replace', path: '/visibility', value: 'private' }])
    expect(await ids('member_status=all')).toEqual([])
    await patch(service(), id, [{ op: 'replace', path: '/visibility', value: 'shared' }])
    expect(await ids('')).toEqual([id])
  })
})
