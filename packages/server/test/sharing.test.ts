/** The sharing API: what producers and consumers do about shares, whichever way these came to be. */
import { describe, expect, test } from 'vitest'
import { activeImage, createImage, patch, share, show } from './image-requests.ts'
import { describeOnBothDatabases } from './start-test-service.ts'

const root = '/sharing/v1'

describeOnBothDatabases(
  'sharing',
  { VITRINE_SHARING__HOURS_BETWEEN_REMINDERS: '0', VITRINE_SHARING__REMINDERS_PER_SHARE: '2' },
  (service) => {
    const ask = (method: string, path: string, as: string, body?: unknown) =>
      service().ask(method, `${root}${path}`, { as, body })
    const project = (name: 'pending' | 'accepted' | 'rejected' | 'producer' | 'stranger') =>
      service().accounts.projectId(name)

    async function shareWith(id: string, projects: readonly object[], note?: string) {
      const body = { projects, ...(note !== undefined && { note }) }
      return ask('POST', `/images/${id}/shares`, 'own', body)
    }

    async function inboxOf(as: string, query = '') {
      const { status, body, text } = await ask('GET', `/inbox${query}`, as)
      expect(status, text).toBe(200)
      return body
    }

    /** Nothing waits any more for anybody. */
    async function emptyInboxes() {
      for (const as of ['mem, pending', 'mem, accepted', 'non']) {
        await ask('POST', '/inbox/accept', as)
      }
    }

    test('lists with whom an image is shared, for its producer alone, page by page', async () => {
      const id = await createImage(service())
      const email = 'someone@example.com'
      await shareWith(
        id,
        [{ project_id: project('pending'), email }, { project_id: 'b/& c' }],
        'Hi.',
      )
      await share(service(), id, 'zz')
      await ask('POST', `/images/${id}/shares/zz/reminders`, 'own', {})
      const list = async (query = '', as = 'own') => ask('GET', `/images/${id}/shares${query}`, as)
      const { body } = await list('', 'ownR')
      const byId = new Map(body.shares.map((one: { project_id: string }) => [one.project_id, one]))
      expect(byId.get(project('pending'))).toEqual({
        project_id: project('pending'),
        status: 'pending',
        note: 'Hi.',
        email,
        shared_at: expect.any(String),
        updated_at: expect.any(String),
        reminders: 0,
        reminded_at: null,
      })
      expect(byId.get('zz')).toMatchObject({
        note: '',
        email: null,
        reminders: 1,
        reminded_at: expect.any(String),
      })
      const found: string[] = []
      let next: string | undefined = `${root}/images/${id}/shares?limit=1`
      while (next !== undefined) {
        const page: Awaited<ReturnType<typeof list>> = await service().ask('GET', next)
        found.push(...page.body.shares.map((one: { project_id: string }) => one.project_id))
        next = page.body.next
      }
      expect(found).toEqual([...found].sort())
      expect(found).toHaveLength(3)
      await ask('PUT', `/inbox/${id}`, 'mem, pending', { status: 'accepted' })
      expect((await list('?status=accepted')).body.shares).toHaveLength(1)
      expect((await list('', 'mem, pending')).status).toBe(403)
      expect((await list('', 'non')).status).toBe(404)
      expect((await list('?status=x')).status).toBe(400)
    })

    test('with many projects at once reaches their inboxes, with a note', async () => {
      await emptyInboxes()
      const id = await activeImage(service(), 'data', { name: 'for many' })
      const projects = [
        { project_id: project('pending'), email: 'someone@example.com' },
        { project_id: project('accepted') },
        { project_id: 'nobody knows it' },
      ]
      const answer = await shareWith(id, projects, 'Hello,\n\ttry this.')
      expect(answer.status, answer.text).toBe(200)
      expect(answer.body.shares).toEqual(
        projects.map(({ project_id }) => ({ project_id, outcome: 'shared', status: 'pending' })),
      )
      const image = await show(service(), id)
      const { shares, next } = await inboxOf('mem, pending')
      expect(next).toBeUndefined()
      expect(shares).toEqual([
        {
          image: {
            id,
            name: 'for many',
            owner: project('producer'),
            status: 'active',
            size: 4,
            checksum: image.checksum,
            os_hash_algo: 'sha512',
            os_hash_value: image.os_hash_value,
            disk_format: 'raw',
            container_format: 'bare',
            created_at: expect.stringContaining(image.created_at.slice(0, 19)),
          },
          status: 'pending',
          note: 'Hello,\n\ttry this.',
          shared_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        },
      ])
      expect(answer.text + JSON.stringify(shares)).not.toContain('someone@example.com')

      // For any client of the Images API these are members as any others.
      const { body } = await service().ask('GET', `/v2/images/${id}/members`)
      expect(body.members.map((one: { status: string }) => one.status)).toEqual(
        Array.from({ length: 3 }, () => 'pending'),
      )
    })

    test('again leaves those alone who are members already, whatever they answered', async () => {
      const id = await createImage(service())
      await share(service(), id, project('accepted'))
      await ask('PUT', `/inbox/${id}`, 'mem, accepted', { status: 'accepted' })
      const both = [{ project_id: project('accepted') }, { project_id: project('pending') }]
      const { body } = await shareWith(id, both)
      expect(body.shares.map((one: { outcome: string }) => one.outcome)).toEqual([
        'already',
        'shared',
      ])
      expect(body.shares[0].status).toBe('accepted')
    })

    test('is the producer’s, of a shared image, and all or nothing', async () => {
      const id = await createImage(service())
      await share(service(), id, project('accepted'))
      const projects = [{ project_id: 'x' }]
      const statusAs = async (as: string) =>
        (await ask('POST', `/images/${id}/shares`, as, { projects })).status
      expect(await statusAs('ownR')).toBe(403)
      expect(await statusAs('mem, accepted')).toBe(403)
      expect(await statusAs('non')).toBe(404)
      const { body } = await service().ask('GET', `/v2/images/${id}/members`)
      expect(body.members).toHaveLength(1)
      expect(await statusAs('adm')).toBe(200)

      const open = await createImage(service(), { visibility: 'community' })
      expect((await shareWith(open, projects)).status).toBe(403)
      const many = Array.from({ length: 100 }, (_, i) => ({ project_id: `p${i}` }))
      expect((await shareWith(id, many)).status).toBe(200)
      const more = Array.from({ length: 30 }, (_, i) => ({ project_id: `q${i}` }))
      const refused = await shareWith(id, more)
      expect([refused.status, refused.body.detail]).toEqual([
        413,
        expect.stringContaining('limit is 128 members'),
      ])
      const members = await service().ask('GET', `/v2/images/${id}/members`)
      expect(members.body.members).toHaveLength(102)
    })

    test.each<[string, unknown]>([
      ['no projects', {}],
      ['none of them', { projects: [] }],
      ['too many', { projects: Array.from({ length: 101 }, (_, i) => ({ project_id: `${i}` })) }],
      ['one twice', { projects: [{ project_id: 'a' }, { project_id: 'a' }] }],
      ['an empty id', { projects: [{ project_id: '' }] }],
      ['a line end in an id', { projects: [{ project_id: 'a\r\nBcc: b@c.de' }] }],
      ['an id of 256 characters', { projects: [{ project_id: 'x'.repeat(256) }] }],
      ['an unknown key', { projects: [{ project_id: 'a', admin: true }] }],
      ['no address', { projects: [{ project_id: 'a', email: 'someone' }] }],
      ['two addresses', { projects: [{ project_id: 'a', email: 'a@b.de, c@d.ef' }] }],
      [
        'a header in an address',
        { projects: [{ project_id: 'a', email: 'a@b.de\r\nBcc: x@y.z' }] },
      ],
      ['a name in an address', { projects: [{ project_id: 'a', email: '<a@b.de>' }] }],
      ['a note that is too long', { projects: [{ project_id: 'a' }], note: 'x'.repeat(2001) }],
      ['a control character', { projects: [{ project_id: 'a' }], note: '\u0007' }],
    ])('is refused with %s', async (_what, body) => {
      const id = await createImage(service())
      const answer = await ask('POST', `/images/${id}/shares`, 'own', body)
      expect(answer.status).toBe(400)
      expect(answer.headers['content-type']).toBe('application/problem+json')
      expect(answer.body).toEqual({
        type: 'about:blank',
        title: 'Bad Request',
        status: 400,
        detail: expect.stringContaining('Cannot share'),
        code: 'invalid',
      })
      const members = await service().ask('GET', `/v2/images/${id}/members`)
      expect(members.body.members).toEqual([])
    })

    describe('an inbox', () => {
      test('has the newest first, page by page, and each once', async () => {
        await emptyInboxes()
        const ids: string[] = []
        for (let i = 0; i < 7; i++) {
          const id = await createImage(service(), { name: `page ${i}` })
          await share(service(), id, project('pending'))
          ids.unshift(id)
        }
        const found: string[] = []
        let path: string | undefined = `${root}/inbox?limit=3`
        while (path !== undefined) {
          const { body } = await service().ask('GET', path, { as: 'mem, pending' })
          found.push(...body.shares.map(({ image }: { image: { id: string } }) => image.id))
          path = body.next
        }
        expect(found).toEqual(ids)
        expect((await inboxOf('memR, pending', '?name=page%203')).shares).toHaveLength(1)
        expect((await inboxOf('mem, pending', '?name=page')).shares).toEqual([])
      })

      test('shows only what is shared now, and waits', async () => {
        await emptyInboxes()
        const ids = await Promise.all(
          [1, 2, 3, 4].map(async () => {
            const id = await createImage(service())
            await share(service(), id, project('pending'))
            return id
          }),
        )
        const [deleted = '', hidden = '', removed = '', stays = ''] = ids
        await service().ask('DELETE', `/v2/images/${deleted}`)
        await patch(service(), hidden, [{ op: 'replace', path: '/visibility', value: 'private' }])
        await service().ask('DELETE', `/v2/images/${removed}/members/${project('pending')}`)
        const idsIn = async () =>
          (await inboxOf('mem, pending')).shares.map(
            ({ image }: { image: { id: string } }) => image.id,
          )
        expect(await idsIn()).toEqual([stays])
        await patch(service(), hidden, [{ op: 'replace', path: '/visibility', value: 'shared' }])
        expect((await idsIn()).toSorted()).toEqual([hidden, stays].toSorted())
        // Its own project an image is shared with in name only.
        await share(service(), stays, project('producer'))
        expect((await inboxOf('own')).shares).toEqual([])
      })

      test('takes answers: accepted is listed, rejected and pending are not', async () => {
        await emptyInboxes()
        const id = await createImage(service(), { name: 'to be answered' })
        await share(service(), id, project('pending'))
        const listed = async () =>
          (await service().ask('GET', '/v2/images?name=to%20be%20answered', { as: 'mem, pending' }))
            .body.images.length
        for (const [status, count] of [
          ['accepted', 1],
          ['rejected', 0],
          ['pending', 0],
        ] as const) {
          const answer = await ask('PUT', `/inbox/${id}`, 'mem, pending', { status })
          expect([answer.status, answer.body]).toEqual([
            200,
            { image_id: id, status, answered_at: expect.any(String) },
          ])
          expect(await listed()).toBe(count)
        }
        expect((await inboxOf('mem, pending')).shares).toHaveLength(1)
        for (const body of [
          {},
          { status: 'maybe' },
          { status: 'accepted', x: 1 },
          { status: null },
        ]) {
          expect((await ask('PUT', `/inbox/${id}`, 'mem, pending', body)).status).toBe(400)
        }
        const status = { status: 'accepted' }
        expect((await ask('PUT', `/inbox/${id}`, 'memR, pending', status)).status).toBe(403)
        expect((await ask('PUT', `/inbox/${id}`, 'own', status)).status).toBe(404)
        expect((await ask('PUT', `/inbox/${id}`, 'non', status)).status).toBe(404)
      })

      test('accepts all at once', async () => {
        await emptyInboxes()
        for (let i = 0; i < 5; i++) {
          await share(service(), await createImage(service()), project('pending'))
        }
        expect((await ask('POST', '/inbox/accept', 'memR, pending')).status).toBe(403)
        const accepted = await ask('POST', '/inbox/accept', 'mem, pending')
        expect([accepted.status, accepted.body]).toEqual([200, { accepted: 5 }])
        expect((await ask('POST', '/inbox/accept', 'mem, pending')).body).toEqual({ accepted: 0 })
      })

      test('shows nothing of a producer that is blocked, who does not learn of it', async () => {
        await emptyInboxes()
        const id = await createImage(service())
        await share(service(), id, project('pending'))
        const producer = project('producer')
        expect((await ask('PUT', `/blocks/${producer}`, 'memR, pending')).status).toBe(403)
        expect((await ask('PUT', `/blocks/${project('pending')}`, 'mem, pending')).status).toBe(400)
        for (let i = 0; i < 2; i++) {
          expect((await ask('PUT', `/blocks/${producer}`, 'mem, pending')).status).toBe(204)
        }
        const { body } = await ask('GET', '/blocks', 'memR, pending')
        expect(body.blocks).toEqual([{ project_id: producer, blocked_at: expect.any(String) }])
        expect((await inboxOf('mem, pending')).shares).toEqual([])
        expect((await ask('POST', '/inbox/accept', 'mem, pending')).body).toEqual({ accepted: 0 })
        const members = await service().ask('GET', `/v2/images/${id}/members`)
        expect(members.body.members[0].status).toBe('pending')
        const path = `/images/${id}/shares/${project('pending')}/reminders`
        expect((await ask('POST', path, 'own', {})).status).toBe(200)

        expect((await ask('DELETE', `/blocks/${producer}`, 'mem, pending')).status).toBe(204)
        expect((await ask('DELETE', `/blocks/${producer}`, 'mem, pending')).status).toBe(404)
        expect((await inboxOf('mem, pending')).shares).toHaveLength(1)
      })
    })

    describe('a reminder', () => {
      const remind = (id: string, as = 'own', body: unknown = {}) =>
        ask('POST', `/images/${id}/shares/${project('pending')}/reminders`, as, body)

      test('goes to who has not answered, as often as the operator allows', async () => {
        const id = await createImage(service())
        expect((await remind(id)).status).toBe(404)
        await share(service(), id, project('pending'))
        for (const count of [1, 2]) {
          const { status, body } = await remind(id, 'own', { note: 'Please.' })
          expect([status, body]).toEqual([
            200,
            { project_id: project('pending'), count, reminded_at: expect.any(String) },
          ])
        }
        const third = await remind(id)
        expect([third.status, third.body]).toEqual([
          429,
          expect.objectContaining({ code: 'too-many', detail: expect.stringContaining('2 times') }),
        ])
        // Sharing anew makes no difference.
        await service().ask('DELETE', `/v2/images/${id}/members/${project('pending')}`)
        await share(service(), id, project('pending'))
        expect((await remind(id)).status).toBe(429)
      })

      test('goes to nobody who has answered, and says why', async () => {
        const id = await createImage(service())
        await share(service(), id, project('pending'))
        for (const [status, words] of [
          ['rejected', 'left in peace'],
          ['accepted', 'needs no reminder'],
        ] as const) {
          await ask('PUT', `/inbox/${id}`, 'mem, pending', { status })
          const refused = await remind(id)
          expect([refused.status, refused.body.detail]).toEqual([
            409,
            expect.stringContaining(words),
          ])
        }
        await ask('PUT', `/inbox/${id}`, 'mem, pending', { status: 'pending' })
        expect((await remind(id)).status).toBe(200)
      })

      test('is the producer’s', async () => {
        const id = await createImage(service())
        await share(service(), id, project('pending'))
        expect((await remind(id, 'ownR')).status).toBe(403)
        expect((await remind(id, 'mem, pending')).status).toBe(403)
        expect((await remind(id, 'non')).status).toBe(404)
        expect((await remind(id, 'own', { note: 7 })).status).toBe(400)
        await patch(service(), id, [{ op: 'replace', path: '/visibility', value: 'private' }])
        expect((await remind(id)).status).toBe(403)
      })
    })

    test('whoever has no token, or none of a project, is refused', async () => {
      const paths = ['/inbox', '/blocks', '/activity', '/images/x/activity', '/nothing']
      for (const path of paths) {
        const answer = await service().ask('GET', `${root}${path}`, {
          headers: { 'x-auth-token': 'wrong' },
        })
        expect([path, answer.status, answer.body.code]).toEqual([path, 401, 'unauthorized'])
        expect(answer.headers['www-authenticate']).toMatch(/^Keystone uri="/)
      }
      expect((await ask('GET', '/nothing', 'own')).status).toBe(404)
      const wrong = await ask('DELETE', '/inbox', 'own')
      expect([wrong.status, wrong.headers.allow]).toEqual([405, 'GET'])
      expect((await ask('GET', '/inbox', 'none')).status).toBe(403)
      expect((await ask('GET', '/inbox', 'unscoped')).status).toBe(403)
      expect((await ask('GET', '/activity', 'unscoped')).status).toBe(403)
    })

    test('pages are asked for as they were given', async () => {
      for (const query of [
        '?limit=0',
        '?limit=x',
        '?marker=x',
        '?marker=1.x',
        '?a=b',
        '?limit=1&limit=2',
      ]) {
        const answer = await ask('GET', `/inbox${query}`, 'own')
        expect([query, answer.status]).toEqual([query, 400])
      }
      expect((await ask('GET', '/activity?marker=-1', 'own')).status).toBe(400)
      expect((await ask('GET', '/activity?as=nobody', 'own')).status).toBe(400)
    })
  },
)

describeOnBothDatabases('reminders, by default', {}, (service) => {
  test('come once a day, and the refusal says when', async () => {
    const id = await createImage(service())
    const member = service().accounts.projectId('pending')
    await share(service(), id, member)
    const path = `${root}/images/${id}/shares/${member}/reminders`
    const remind = () => service().ask('POST', path, { body: {} })
    expect((await remind()).status).toBe(200)
    const answer = await remind()
    expect([answer.status, answer.body.detail]).toEqual([
      429,
      expect.stringContaining('may be again'),
    ])
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(86_000)
    expect(Number(answer.headers['retry-after'])).toBeLessThanOrEqual(86_400)
  })
})
