/** Listings and publishers by HTTP: what a producer publishes, and what anyone learns of it. */
import { expect, test } from 'vitest'
import { activeImage, createImage, patch } from './image-requests.ts'
import { describeOnBothDatabases } from './start-test-service.ts'

const listing = {
  title: 'Debian 13 "trixie"',
  description: 'Cloud image.\n\tWith cloud-init.',
  os: 'Debian',
  os_version: '13',
  architecture: 'amd64',
  license: 'GPL-2.0-or-later',
  support: 'help@example.com',
  documentation: 'https://example.com/docs?a=b#c',
}

describeOnBothDatabases('listings', {}, (service) => {
  const root = '/sharing/v1'
  const ask = (method: string, path: string, body?: unknown, as = 'own') =>
    service().ask(method, `${root}${path}`, { as, body })
  const producer = () => service().accounts.projectId('producer')

  async function namePublisher(more: object = {}, as = 'own', projectId = producer()) {
    const answer = await ask('PUT', `/publishers/${projectId}`, { name: 'Acme', ...more }, as)
    expect(answer.status, answer.text).toBe(200)
    return answer.body
  }

  async function publish(body: object = {}, image: Record<string, unknown> = {}) {
    await namePublisher()
    const id = await activeImage(service(), 'data', image)
    const answer = await ask('PUT', `/images/${id}/listing`, { ...listing, ...body })
    expect(answer.status, answer.text).toBe(200)
    return id
  }

  const found = async (query: string, as = 'non') => {
    const answer = await ask('GET', `/listings?${query}`, undefined, as)
    expect(answer.status, answer.text).toBe(200)
    return answer.body
  }
  const isFound = async (id: string, as = 'non') =>
    (await found('limit=1000', as)).listings.some(
      (one: { image_id: string }) => one.image_id === id,
    )

  test('first take a name for their publisher, and say so', async () => {
    const id = await activeImage(service(), 'data')
    const refused = await ask('PUT', `/images/${id}/listing`, listing)
    expect(refused.status).toBe(409)
    expect(refused.body.detail).toContain(`PUT /sharing/v1/publishers/${producer()}`)
    await namePublisher({ contact: 'https://example.com' })
    expect((await ask('PUT', `/images/${id}/listing`, listing)).status).toBe(200)
  })

  test('tell anyone what the producer said, and no more of the image than its data', async () => {
    const id = await publish({}, { name: 'a secret name', visibility: 'private' })
    await patch(service(), id, [{ op: 'add', path: '/secret_property', value: 'secret value' }])
    const { listings } = await found('q=trixie')
    const one = listings.find(({ image_id }: { image_id: string }) => image_id === id)
    const image = (await service().ask('GET', `/v2/images/${id}`)).body
    expect(one).toEqual({
      ...listing,
      image_id: id,
      architecture: 'x86_64',
      publisher: { slug: 'acme', name: 'Acme', verified: false },
      published_at: expect.stringMatching(/Z$/),
      updated_at: expect.stringMatching(/Z$/),
      url: `${service().url}/gallery/images/${id}/debian-13-trixie`,
      image: {
        available: true,
        open: false,
        size: 4,
        virtual_size: image.virtual_size,
        checksum: image.checksum,
        os_hash_algo: 'sha512',
        os_hash_value: image.os_hash_value,
        disk_format: 'raw',
        container_format: 'bare',
        min_disk: 0,
        min_ram: 0,
        created_at: expect.stringContaining(image.created_at.slice(0, 19)),
      },
    })
    const text = JSON.stringify(one)
    for (const secret of ['secret', producer(), 'private']) expect(text).not.toContain(secret)
    expect((await service().ask('GET', `/v2/images/${id}`, { as: 'non' })).status).toBe(404)
  })

  test('are found by words and facets, page by page', async () => {
    const ids = [
      await publish({ title: 'Zebra one', os: 'ZebraOS' }),
      await publish({ title: 'Zebra two', os: 'zebraos', architecture: 'arm64', license: null }),
      await publish({ title: 'Another', description: 'no zebra', os: 'Zero' }),
    ]
    const titles = (body: { listings: { title: string }[] }) =>
      body.listings.map((one) => one.title)
    const all = await found('q=ZEB')
    expect(titles(all)).toEqual(['Zebra two', 'Zebra one', 'Another'])
    expect(all.total).toBe(3)
    expect(all.facets.os).toEqual([
      { value: 'zebraos', label: 'ZebraOS', count: 2 },
      { value: 'zero', label: 'Zero', count: 1 },
    ])
    expect(titles(await found('q=zeb&os=zebraos&architecture=aarch64'))).toEqual(['Zebra two'])
    expect(titles(await found('q=zeb&publisher=acme&format=raw&license=gpl-2.0-or-later'))).toEqual(
      ['Zebra one', 'Another'],
    )
    const first = await found('q=zeb&limit=2')
    const rest = await service().ask('GET', first.next)
    expect([titles(first), titles(rest.body)]).toEqual([['Zebra two', 'Zebra one'], ['Another']])
    expect((await found('q=%22*%22&limit=2')).listings).toEqual([])
    for (const query of ['marker=x', 'verified=&x=y', 'limit=0', 'q=a&q=b', 'q=%ff']) {
      expect((await ask('GET', `/listings?${query}`)).status, query).toBe(400)
    }
    for (const id of ids) await ask('DELETE', `/images/${id}/listing`)
  })

  test('are the producer’s to publish, change and take back', async () => {
    const id = await publish()
    await ask('POST', `/images/${id}/shares`, {
      projects: [{ project_id: service().accounts.projectId('accepted') }],
    })
    const open = await publish({}, { visibility: 'community' })
    for (const [as, status, openStatus] of [
      ['ownR', 403, 403],
      ['mem, accepted', 403, 403],
      ['non', 404, 403],
      ['adm', 200, 200],
    ] as const) {
      const statuses = async (image: string) => {
        const put = await ask('PUT', `/images/${image}/listing`, listing, as)
        const get = await ask('GET', `/images/${image}/listing`, undefined, as)
        return [put.status, get.status]
      }
      expect(await statuses(id), as).toEqual([status, status])
      expect(await statuses(open), as).toEqual([openStatus, openStatus])
      if (status === 200) continue
      expect((await ask('DELETE', `/images/${id}/listing`, undefined, as)).status).toBe(status)
    }
    const before = (await ask('GET', `/images/${id}/listing`)).body
    const changed = (await ask('PUT', `/images/${id}/listing`, { ...listing, title: 'New' })).body
    expect(changed).toMatchObject({ title: 'New', published_at: before.published_at })
    expect((await ask('DELETE', `/images/${id}/listing`)).status).toBe(204)
    expect(await isFound(id)).toBe(false)
    for (const method of ['GET', 'DELETE']) {
      const answer = await ask(method, `/images/${id}/listing`)
      expect([answer.status, answer.body.detail]).toEqual([404, `Image ${id} is not published`])
    }
  })

  test('follow what becomes of the image', async () => {
    await namePublisher()
    const queued = await createImage(service())
    const refused = await ask('PUT', `/images/${queued}/listing`, listing)
    expect([refused.status, refused.body.detail]).toEqual([
      409,
      `Cannot publish image ${queued}: it is "queued", and only "active" images can be published`,
    ])
    const id = await publish()
    const act = (action: string) =>
      service().ask('POST', `/v2/images/${id}/actions/${action}`, { as: 'adm' })
    await act('deactivate')
    expect(await isFound(id)).toBe(false)
    const own = await ask('PUT', `/images/${id}/listing`, { ...listing, title: 'Still mine' })
    expect(own.body.image.available).toBe(false)
    await act('reactivate')
    expect(await isFound(id)).toBe(true)
    await patch(service(), id, [{ op: 'add', path: '/os_hidden', value: true }])
    expect(await isFound(id)).toBe(false)
    await patch(service(), id, [{ op: 'replace', path: '/os_hidden', value: false }])
    expect(await isFound(id)).toBe(true)

    const given = await publish()
    const other = service().accounts.projectId('accepted')
    const give = [{ op: 'replace', path: '/owner', value: other }]
    await service().ask('PATCH', `/v2/images/${given}`, {
      as: 'adm',
      headers: { 'content-type': 'application/openstack-images-v2.1-json-patch' },
      body: give,
    })
    expect(await isFound(given)).toBe(false)
    expect((await ask('GET', `/images/${given}/listing`, undefined, 'adm')).status).toBe(404)

    await service().ask('DELETE', `/v2/images/${id}`)
    expect(await isFound(id)).toBe(false)
    expect((await ask('GET', `/images/${id}/listing`)).status).toBe(404)
    const { activity } = (await ask('GET', '/activity?as=producer&limit=4')).body
    expect(activity.map((one: { type: string }) => one.type)).toEqual([
      'unlisted',
      'unlisted',
      'published',
      'published',
    ])
    expect(activity[0]).toMatchObject({ image_id: id, consumer: null, producer: producer() })
  })

  let unpublished: string | undefined
  test.each<[string, object]>([
    ['no title', { title: undefined }],
    ['an empty title', { title: '' }],
    ['a title of spaces', { title: '   ' }],
    ['a title of 121 characters', { title: 'x'.repeat(121) }],
    ['a line end in the title', { title: 'a\r\nBcc: b@c.de' }],
    ['a line separator in the title', { title: 'a\u2028b' }],
    ['text that turns around', { title: 'gpj\u202eexe' }],
    ['a title that nobody can see', { title: '\u200b\u{e0041}\ufe0f\u3164' }],
    ['a mark of direction in the title', { title: 'a\u061cb' }],
    ['a line separator in the description', { description: 'a\u2028b' }],
    ['a support that turns around', { support: 'a\u202eb@c.de' }],
    ['a control character', { description: 'a\u0007' }],
    ['a description that is too long', { description: 'x'.repeat(5001) }],
    ['a strange architecture', { architecture: 'x86 64' }],
    ['a documentation that runs', { documentation: 'javascript:alert(1)' }],
    ['one that is data', { documentation: 'data:text/html,<b>' }],
    ['one with a password', { documentation: 'https://a:b@example.com/' }],
    ['one that is none', { documentation: 'https://' }],
    ['one that ends an attribute', { documentation: 'https://a.de/"onclick=x' }],
    ['a support that is neither', { support: 'ask me' }],
    ['a support with a header in it', { support: 'a@b.de\nBcc: c@d.ef' }],
    ['an unknown key', { price: 1 }],
    ['a number', { os: 13 }],
  ])('are refused with %s', async (_what, more) => {
    if (unpublished === undefined) {
      await namePublisher()
      unpublished = await activeImage(service(), 'data')
    }
    const id = unpublished
    const answer = await ask('PUT', `/images/${id}/listing`, { ...listing, ...more })
    expect(answer.status, answer.text).toBe(400)
    expect(answer.headers['content-type']).toBe('application/problem+json')
    expect(answer.body.detail).toMatch(/^Cannot publish: .* (should be|missing|not known)/s)
    expect((await ask('GET', `/images/${id}/listing`)).status).toBe(404)
  })

  test('have publishers that speak for their own project, verified by admins alone', async () => {
    const other = service().accounts.projectId('accepted')
    expect(await namePublisher({ name: 'Ácme & Söhne', slug: undefined })).toMatchObject({
      slug: 'acme',
      name: 'Ácme & Söhne',
      verified: false,
    })
    const named = await namePublisher({ name: 'Acme' }, 'mem, accepted', other)
    expect(named.slug).toBe('acme-2')
    const taken = await ask(
      'PUT',
      `/publishers/${other}`,
      { name: 'B', slug: 'acme' },
      'mem, accepted',
    )
    expect([taken.status, taken.body.detail]).toEqual([
      409,
      'Cannot name the publisher: its slug "acme" is taken; choose another',
    ])
    const path = `/publishers/${producer()}`
    expect((await ask('PUT', path, { name: 'Evil' }, 'mem, accepted')).status).toBe(403)
    expect((await ask('GET', path, undefined, 'mem, accepted')).status).toBe(403)
    expect((await ask('GET', path, undefined, 'ownR')).status).toBe(200)
    expect((await ask('PUT', path, { name: 'Evil' }, 'ownR')).status).toBe(403)
    expect((await ask('PUT', `${path}/verification`)).status).toBe(403)
    expect((await ask('PUT', `${path}/verification`, undefined, 'adm')).body.verified).toBe(true)
    // Of itself it may say more; as somebody else it is not vouched for.
    const same = { name: 'Ácme & Söhne', description: 'More.' }
    expect(await namePublisher(same)).toMatchObject({ verified: true })
    expect(await namePublisher({ name: 'The Bank' })).toMatchObject({ verified: false })
    expect((await ask('DELETE', `${path}/verification`, undefined, 'adm')).body.verified).toBe(
      false,
    )
    const all = (await ask('GET', '/publishers', undefined, 'adm')).body.publishers
    expect(all.map((one: { slug: string }) => one.slug)).toEqual(['acme', 'acme-2'])
    expect((await ask('GET', '/publishers')).status).toBe(403)

    const id = await publish()
    const own = (await ask('GET', `${path}/listings?limit=1`)).body
    expect(own.listings.map((one: { image_id: string }) => one.image_id)).toEqual([id])
    expect((await ask('DELETE', path)).status).toBe(409)
    expect((await ask('DELETE', `/publishers/${other}`, undefined, 'mem, accepted')).status).toBe(
      204,
    )
    expect((await ask('GET', `/publishers/${other}`, undefined, 'mem, accepted')).status).toBe(404)
  })
})
