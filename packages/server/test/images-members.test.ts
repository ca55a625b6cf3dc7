/** Members: what the calls take and answer, beyond who may make them. */
import { expect, test } from 'vitest'
import { createImage, patch, share, show } from './image-requests.ts'
import { describeOnBothDatabases } from './start-test-service.ts'

describeOnBothDatabases('members', {}, (service) => {
  const add = (id: string, body: unknown) =>
    service().ask('POST', `/v2/images/${id}/members`, { body })
  const list = (id: string) => service().ask('GET', `/v2/images/${id}/members`)
  const ids = async (id: string) =>
    (await list(id)).body.members.map((member: { member_id: string }) => member.member_id)

  test('are added with 200, pending, in the words of the schema', async () => {
    const id = await createImage(service())
    const before = await show(service(), id)
    const { status, headers, body } = await add(id, { member: 'a project', more: 'ignored' })
    expect([status, headers['content-type'], headers.location]).toEqual([
      200,
      'application/json',
      undefined,
    ])
    expect(Object.entries(body)).toEqual([
      ['member_id', 'a project'],
      ['image_id', id],
      ['status', 'pending'],
      ['created_at', expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)],
      ['updated_at', body.created_at],
      ['schema', '/v2/schemas/member'],
    ])
    expect((await list(id)).body).toEqual({ members: [body], schema: '/v2/schemas/members' })
    expect((await service().ask('GET', `/v2/images/${id}/members/a%20project`)).body).toEqual(body)
    expect(await show(service(), id)).toEqual(before)
  })

  test.each([
    undefined,
    '',
    '{',
    '[]',
    '["a"]',
    '5',
    '{}',
    '{"member_id": "a"}',
    '{"member": ""}',
    '{"member": null}',
    '{"member": 0}',
    '{"member": 5}',
    '{"member": true}',
    '{"member": false}',
    '{"member": ["a"]}',
    '{"member": {"id": "a"}}',
    '{"member": "a/b"}',
    '{"member": "a\\u0000"}',
    '{"member": "\\udc00"}',
    `{"member": "${'x'.repeat(256)}"}`,
    `{"member": ${'['.repeat(100_000)}`,
  ])('answer 400 to being added by %.40s', async (body) => {
    const id = await createImage(service())
    const answer = await add(id, body)
    expect([answer.status, answer.text.length > 30]).toEqual([400, true])
    expect(await ids(id)).toEqual([])
  })

  test('of an image that is not there are not found, and neither is the image', async () => {
    const [id, path] = ['nothing', '/v2/images/nothing/members']
    for (const [method, rest, body] of [
      ['GET', ''],
      ['POST', '', { member: 'a' }],
      ['GET', '/a'],
      ['PUT', '/a', { status: 'accepted' }],
      ['DELETE', '/a'],
    ] as const) {
      const { status, text } = await service().ask(method, `${path}${rest}`, { body })
      expect([status, text]).toEqual([404, expect.stringContaining(`Image ${id} not found`)])
    }
  })

  test.each(['x'.repeat(255), 'é', '🦆', 'a b', '%41', '?', '#', '..a', '__proto__', '"'])(
    'may be called %.20s',
    async (member) => {
      const id = await createImage(service())
      expect((await add(id, { member })).status).toBe(200)
      const path = `/v2/images/${id}/members/${encodeURIComponent(member)}`
      expect((await service().ask('GET', path)).body.member_id).toBe(member)
      expect((await service().ask('DELETE', path)).status).toBe(204)
      expect((await service().ask('DELETE', path)).status).toBe(404)
    },
  )

  test('come in the order in which they were first added, also when they come again', async () => {
    const id = await createImage(service())
    for (const member of ['c', 'a', 'b']) await add(id, { member })
    const first = (await list(id)).body.members[0]
    expect((await add(id, { member: 'a' })).status).toBe(409)
    await service().ask('DELETE', `/v2/images/${id}/members/c`)
    expect(await ids(id)).toEqual(['a', 'b'])
    expect((await add(id, { member: 'c' })).body.created_at).toBe(first.created_at)
    expect(await ids(id)).toEqual(['c', 'a', 'b'])
  })

  test('are at most 128, which is told before that one is there already', async () => {
    const id = await createImage(service())
    const added = await Promise.all(
      Array.from({ length: 140 }, (_, i) => add(id, { member: `p${i}` })),
    )
    const statuses = added.map(({ status }) => status)
    expect(statuses.filter((status) => status === 200)).toHaveLength(128)
    expect(statuses.filter((status) => status === 413)).toHaveLength(12)
    const [there] = await ids(id)
    expect((await add(id, { member: there })).status).toBe(413)
    await service().ask('DELETE', `/v2/images/${id}/members/${there}`)
    expect((await add(id, { member: 'another' })).status).toBe(200)
  })

  test('answer as often as they like, whatever they answered before', async () => {
    const id = await createImage(service())
    const member = service().accounts.projectId('pending')
    await share(service(), id, member)
    const path = `/v2/images/${id}/members/${member}`
    const answer = (body: unknown) => service().ask('PUT', path, { as: 'mem, pending', body })
    for (const status of ['accepted', 'accepted', 'rejected', 'pending', 'accepted']) {
      const { status: code, body } = await answer({ status, more: 'ignored' })
      expect([code, body.status]).toEqual([200, status])
      const data = await service().ask('GET', `/v2/images/${id}/file`, { as: 'mem, pending' })
      expect(data.status).toBe(204)
    }
    for (const status of ['', 'ACCEPTED', 'maybe', null, 5, true, ['accepted'], {}]) {
      const refused = await answer({ status })
      expect([refused.status, refused.text]).toEqual([
        400,
        expect.stringContaining('"pending", "accepted" or "rejected"'),
      ])
    }
    for (const body of [undefined, '', '{', '[]', '{}', '5'])
      expect((await answer(body)).status).toBe(400)
    expect((await service().ask('GET', path)).body.status).toBe('accepted')
  })

  test('are told 400, then 404, then 403, then 400 again', async () => {
    const id = await createImage(service())
    const member = service().accounts.projectId('pending')
    await share(service(), id, member)
    const answer = (as: string, who: string, body: unknown) =>
      service().ask('PUT', `/v2/images/${id}/members/${who}`, { as, body })
    expect((await answer('non', member, {})).status).toBe(400)
    expect((await answer('non', member, { status: 'bogus' })).status).toBe(404)
    expect((await answer('own', 'nobody', { status: 'bogus' })).status).toBe(404)
    expect((await answer('own', member, { status: 'bogus' })).status).toBe(403)
    expect((await answer('mem, pending', member, { status: 'bogus' })).status).toBe(400)
    await patch(service(), id, [{ op: 'replace', path: '/visibility', value: 'community' }])
    expect((await answer('mem, pending', member, { status: 'accepted' })).status).toBe(403)
  })

  test('lose sight of the image at once when they are removed, and have it again at once', async () => {
    const id = await createImage(service())
    const member = service().accounts.projectId('rejected')
    const see = async () =>
      (await service().ask('GET', `/v2/images/${id}`, { as: 'mem, rejected' })).status
    expect(await see()).toBe(404)
    await share(service(), id, member)
    expect(await see()).toBe(200)
    const removed = await service().ask('DELETE', `/v2/images/${id}/members/${member}`)
    expect([removed.status, removed.text]).toEqual([204, ''])
    expect(await see()).toBe(404)
  })

  test('sleep while the image is not shared, and wake up as they were', async () => {
    const id = await createImage(service())
    const member = service().accounts.projectId('accepted')
    await share(service(), id, member)
    const path = `/v2/images/${id}/members/${member}`
    const as = 'mem, accepted'
    await service().ask('PUT', path, { as, body: { status: 'rejected' } })
    for (const visibility of ['private', 'community']) {
      await patch(service(), id, [{ op: 'replace', path: '/visibility', value: visibility }])
      expect((await list(id)).status).toBe(403)
      expect((await service().ask('GET', path)).status).toBe(404)
    }
    await patch(service(), id, [{ op: 'replace', path: '/visibility', value: 'shared' }])
    expect((await service().ask('GET', path, { as })).body.status).toBe('rejected')
  })

  test('are added once by many that add them at the same time', async () => {
    const id = await createImage(service())
    const answers = await Promise.all(Array.from({ length: 8 }, () => add(id, { member: 'one' })))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array(7).fill(409)])
    expect(await ids(id)).toEqual(['one'])
  })
})
