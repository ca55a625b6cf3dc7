/** Habits of clients that no document tells of: each of them must go well. */
import { expect, test } from 'vitest'
import { activeImage, createImage, patchV20, patchV21, share, show } from './image-requests.ts'
import { describeOnBothDatabases } from './start-test-service.ts'

describeOnBothDatabases('a client', {}, (service) => {
  const idsOf = async (path: string, as = 'own'): Promise<string[]> => {
    const { status, body } = await service().ask('GET', path, { as })
    expect([path, status]).toEqual([path, 200])
    return body.images.map(({ id }: { id: string }) => id)
  }
  /** So many images of that name, as the default list has them. */
  const imagesNamed = async (name: string, count: number, fields = {}) => {
    for (let i = 0; i < count; i++) await createImage(service(), { name, ...fields })
    return idsOf(`/v2/images?name=${name}`)
  }

  test('like glanceclient calls everything octets, JSON and nothing at all', async () => {
    const headers = { accept: '*/*', 'content-type': 'application/octet-stream' }
    const ask = (method: string, path: string, body?: unknown, as = 'own') =>
      service().ask(method, path, { as, headers, body })
    const created = await ask('POST', '/v2/images', { name: 'octets' })
    expect([created.status, created.headers['content-type']]).toEqual([201, 'application/json'])
    const image = `/v2/images/${created.body.id}`
    const member = service().accounts.projectId('pending')
    const as = 'mem, pending'
    expect((await ask('GET', image)).body).toEqual(created.body)
    expect((await ask('PUT', `${image}/tags/a`)).status).toBe(204)
    expect((await ask('POST', `${image}/members`, { member })).status).toBe(200)
    const answer = await ask('PUT', `${image}/members/${member}`, { status: 'accepted' }, as)
    expect([answer.status, answer.body.status]).toEqual([200, 'accepted'])
    expect((await ask('GET', `${image}/members`)).body.members).toHaveLength(1)
    expect((await ask('DELETE', `${image}/members/${member}`)).status).toBe(204)
    expect((await ask('DELETE', `${image}/tags/a`)).status).toBe(204)
    expect((await ask('DELETE', image)).status).toBe(204)
  })

  test('like glanceclient reads errors as the lines of a page', async () => {
    const headers = { accept: '*/*' }
    const { text } = await service().ask('GET', '/v2/images/nothing', { headers })
    const lines = text.split('\n').map((line) => line.replaceAll(/<[^>]*>/g, '').trim())
    expect(lines.filter((line) => line !== '')).toEqual([
      '404 Not Found',
      '404 Not Found',
      'No image found with ID nothing',
    ])
  })

  test('like glanceclient shortens the last page in the link that it was given', async () => {
    const all = await imagesNamed('shortened', 5)
    const first = await service().ask('GET', '/v2/images?name=shortened&limit=3')
    expect(first.body.next).toContain('limit=3')
    const next = first.body.next.replace('limit=3', 'limit=1')
    expect(await idsOf(next)).toEqual(all.slice(3, 4))
  })

  test('like openstacksdk takes the link apart and puts the query together anew', async () => {
    const all = await imagesNamed('apart', 5, { tags: ['one'] })
    const asked = { name: 'apart', limit: '2', tag: 'one' }
    const seen: string[] = []
    let query: Record<string, string> = asked
    for (;;) {
      const path = `/v2/images?${new URLSearchParams(query)}`
      const { body } = await service().ask('GET', path)
      seen.push(...body.images.map(({ id }: { id: string }) => id))
      if (body.next === undefined) break
      expect(body.next).toMatch(/^\/v2\/images\?/)
      query = { ...asked, ...Object.fromEntries(new URL(body.next, service().url).searchParams) }
    }
    expect(seen).toEqual(all)
  })

  test('like openstacksdk looks for an image by id, then by name, then among the hidden', async () => {
    const id = await createImage(service(), { name: 'looked for', os_hidden: true })
    const found = async (query: string) => idsOf(`/v2/images?${new URLSearchParams(query)}`)
    for (const name of ['looked for', 'ümläut/slash', 'x'.repeat(300)]) {
      const { status } = await service().ask('GET', `/v2/images/${encodeURIComponent(name)}`)
      expect([400, 403, 404]).toContain(status)
    }
    expect(await found('name=looked for')).toEqual([])
    expect(await found('name=looked for&os_hidden=true')).toEqual([id])
  })

  test('like openstacksdk asks for no type of answer to a change', async () => {
    const id = await createImage(service())
    const headers = { accept: '', 'content-type': patchV21 }
    const body = [{ op: 'add', path: '/os_distro', value: 'debian' }]
    const answer = await service().ask('PATCH', `/v2/images/${id}`, { headers, body })
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'application/json'])
    expect(answer.body).toMatchObject({ id, os_distro: 'debian' })
  })

  test('like Horizon goes back a page by turning the order round', async () => {
    const all = await imagesNamed('back', 7)
    const page = (direction: string, marker: string | undefined) =>
      idsOf(
        `/v2/images?name=back&limit=4&sort_key=created_at&sort_dir=${direction}${marker ? `&marker=${marker}` : ''}`,
      )
    // One more than it shows, to see whether there is another page.
    const second = (await page('desc', all[2])).slice(0, 3)
    expect(second).toEqual(all.slice(3, 6))
    const before = (await page('asc', second[0])).slice(0, 3).toReversed()
    expect(before).toEqual(all.slice(0, 3))
  })

  test('like Terraform finds in the list of members itself, and nobody else', async () => {
    const id = await createImage(service())
    const [own, other] = (['pending', 'accepted'] as const).map((name) =>
      service().accounts.projectId(name),
    )
    for (const project of [own, other]) await share(service(), id, project ?? '')
    const { body } = await service().ask('GET', `/v2/images/${id}/members`, { as: 'mem, pending' })
    expect(body.members.map(({ member_id }: { member_id: string }) => member_id)).toEqual([own])
  })

  test('like gophercloud reads times by RFC 3339, and no key "metadata"', async () => {
    const id = await activeImage(service(), 'data', { os_distro: 'debian' })
    const image = await show(service(), id)
    for (const time of [image.created_at, image.updated_at]) {
      expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
    }
    expect(image).not.toHaveProperty('metadata')
    expect([image.size, typeof image.min_disk]).toEqual([4, 'number'])
  })

  test('like tempest writes what only the service may, in either way, and is refused', async () => {
    const body = { name: 'reserved', os_glance_foo: 'bar' }
    expect((await service().ask('POST', '/v2/images', { body })).status).toBe(403)
    const id = await createImage(service())
    const headers = { 'content-type': patchV20 }
    const change = [{ add: '/os_glance_foo', value: 'bar' }]
    const answer = await service().ask('PATCH', `/v2/images/${id}`, { headers, body: change })
    expect(answer.status).toBe(403)
    expect(await show(service(), id)).not.toHaveProperty('os_glance_foo')
  })
})
