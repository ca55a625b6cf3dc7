import { describe, expect, test } from 'vitest'
import { inDefault, passwordLogIn } from './identity-requests.ts'
import { describeIdentityApi } from './identity-service.ts'

describeIdentityApi('tokens', (api) => {
  describe('logging in', () => {
    test('by name, with a project, answers the token and all that it is worth', async () => {
      const { user, project } = await api.someone()
      const { status, headers, body } = await api.ask('POST', '/v3/auth/tokens', {
        body: passwordLogIn({ name: user.name, ...inDefault }, 'right', {
          project: { name: project.name, domain: { id: 'default' } },
        }),
      })
      expect(status).toBe(201)
      expect(headers.get('x-subject-token')).toMatch(/^[\w.-]+$/)
      expect(headers.get('vary')).toBe('X-Auth-Token')
      expect(body.token).toEqual({
        methods: ['password'],
        user: {
          id: user.id,
          name: user.name,
          domain: { id: 'default', name: 'Default' },
          password_expires_at: null,
        },
        project: {
          id: project.id,
          name: project.name,
          domain: { id: 'default', name: 'Default' },
        },
        is_domain: false,
        roles: [
          { id: await api.roleId('member'), name: 'member' },
          { id: await api.roleId('reader'), name: 'reader' },
        ],
        catalog: expect.any(Array),
        audit_ids: [expect.stringMatching(/^[\w-]{22}$/)],
        issued_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
        expires_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
      })
      const lifetimeMs = Date.parse(body.token.expires_at) - Date.parse(body.token.issued_at)
      expect(lifetimeMs).toBe(3_600_000)
    })

    test('finds the image service at the public URL, without /v2', async () => {
      const { body } = await api.asAdmin('GET', '/v3/auth/catalog')
      const urls = body.catalog.map(({ type, endpoints }: { type: string; endpoints: Url[] }) => [
        type,
        endpoints.map((endpoint) => [endpoint.interface, endpoint.url]),
      ])
      expect(urls).toEqual([
        [
          'image',
          [
            ['public', 'https://images.example'],
            ['internal', 'https://images.example'],
            ['admin', 'https://images.example'],
          ],
        ],
        [
          'identity',
          [
            ['public', 'https://images.example/identity/v3'],
            ['internal', 'https://images.example/identity/v3'],
            ['admin', 'https://images.example/identity/v3'],
          ],
        ],
      ])
    })

    test('leaves the catalog out where nobody wants it', async () => {
      const { body } = await api.ask('POST', '/v3/auth/tokens?nocatalog', {
        body: passwordLogIn({ name: 'admin', ...inDefault }, 'secret', {
          project: { name: 'admin', ...inDefault },
        }),
      })
      expect(body.token).not.toHaveProperty('catalog')
    })

    test('without a scope goes to the default project, or nowhere', async () => {
      const { user, project } = await api.someone()
      const projectOfLogIn = async () => {
        const body = passwordLogIn({ id: user.id }, 'right')
        return (await api.ask('POST', '/v3/auth/tokens', { body })).body.token.project?.id
      }
      expect(await projectOfLogIn()).toBeUndefined()
      await api.asAdmin('PATCH', `/v3/users/${user.id}`, {
        user: { default_project_id: project.id },
      })
      expect(await projectOfLogIn()).toBe(project.id)
    })

    test.each([['unscoped'], [{ unscoped: {} }]])(
      'unscoped (%j) gives no project, roles or catalog',
      async (scope) => {
        const { status, body } = await api.ask('POST', '/v3/auth/tokens', {
          body: passwordLogIn({ name: 'admin', ...inDefault }, 'secret', scope),
        })
        expect(status).toBe(201)
        expect(body.token).not.toHaveProperty('project')
        expect(body.token).not.toHaveProperty('roles')
        expect(body.token).not.toHaveProperty('catalog')
      },
    )

    test('by a token keeps its expiry', async () => {
      const { token, project } = await api.someone()
      const shown = await api.ask('GET', '/v3/auth/tokens', {
        token,
        headers: { 'x-subject-token': token },
      })
      const exchanged = await api.ask('POST', '/v3/auth/tokens', {
        body: {
          auth: {
            identity: { methods: ['token'], token: { id: token } },
            scope: { project: { id: project.id } },
          },
        },
      })
      expect(exchanged.status).toBe(201)
      expect(exchanged.body.token.expires_at).toBe(shown.body.token.expires_at)
      expect(exchanged.body.token.methods).toEqual(['token', 'password'])
      expect(exchanged.body.token.audit_ids[1]).toBe(shown.body.token.audit_ids[0])
    })

    test('that fails answers 401, in the same words for a wrong user and a wrong password', async () => {
      const { user } = await api.someone()
      const bodies = []
      for (const body of [
        passwordLogIn({ name: 'nobody', ...inDefault }, 'right'),
        passwordLogIn({ id: user.id }, 'wrong'),
        passwordLogIn({ id: 'nobody' }, 'right'),
      ]) {
        const answer = await api.ask('POST', '/v3/auth/tokens', { body })
        expect(answer.status).toBe(401)
        expect(answer.headers.get('www-authenticate')).toBe(
          'Keystone uri="https://images.example/identity/v3"',
        )
        bodies.push(answer.body)
      }
      expect(bodies[0]).toMatchObject({ error: { code: 401, title: 'Unauthorized' } })
      expect(new Set(bodies.map((body) => JSON.stringify(body))).size).toBe(1)
    })

    test.each([
      ['a project where the user has no role', { project: { name: 'admin', ...inDefault } }],
      ['a project that does not exist', { project: { id: 'nowhere' } }],
      ['another domain', { project: { name: 'admin', domain: { id: 'other' } } }],
      ['a domain', { domain: { id: 'default' } }],
      ['the whole system', { system: { all: true } }],
      ['a trust', { 'OS-TRUST:trust': { id: 'x' } }],
    ])('to %s answers 401', async (_, scope) => {
      const { user } = await api.someone()
      const body = passwordLogIn({ id: user.id }, 'right', scope)
      expect((await api.ask('POST', '/v3/auth/tokens', { body })).status).toBe(401)
    })

    test.each([
      ['no JSON', '{"auth":'],
      ['nothing', ''],
      ['null', 'null'],
      ['an array', '[]'],
      ['a number', '7'],
      ['no auth', {}],
      ['auth of a wrong type', { auth: [] }],
      ['no identity', { auth: {} }],
      ['no methods', { auth: { identity: {} } }],
      ['methods of a wrong type', { auth: { identity: { methods: 'password' } } }],
      ['two methods', { auth: { identity: { methods: ['password', 'token'] } } }],
      ['a method without its data', { auth: { identity: { methods: ['password'] } } }],
      [
        'a user that is null',
        { auth: { identity: { methods: ['password'], password: { user: null } } } },
      ],
      ['no user name', passwordLogIn({}, 'x')],
      ['a user name that is a number', passwordLogIn({ name: 7 }, 'x')],
      ['a password that is a number', passwordLogIn({ name: 'admin' }, 7)],
      ['a NUL in the name', passwordLogIn({ name: 'a\0b' }, 'x')],
      ['half of a surrogate pair in the id', passwordLogIn({ id: 'a\ud800' }, 'x')],
      ['a name of 100 000 characters', passwordLogIn({ name: 'x'.repeat(100_000) }, 'x')],
      ['an empty scope', passwordLogIn({ name: 'admin' }, 'secret', {})],
      ['a scope that is a list', passwordLogIn({ name: 'admin' }, 'secret', [])],
      ['a NUL in the scope', passwordLogIn({ name: 'admin' }, 'secret', { project: { id: '\0' } })],
      ['objects nested 30 000 deep', '['.repeat(30_000) + ']'.repeat(30_000)],
    ])('with %s answers 400, and repeats no password', async (_, body) => {
      const answer = await api.ask('POST', '/v3/auth/tokens', { body })
      expect([answer.status, answer.body.error.code]).toEqual([400, 400])
      expect(answer.body.error.message).not.toContain('secret')
    })

    test('with a body of megabytes answers 413', async () => {
      const body = passwordLogIn({ name: 'x'.repeat(2_000_000) }, 'x')
      const answer = await api.ask('POST', '/v3/auth/tokens', { body })
      expect(answer.status).toBe(413)
      expect(answer.body.error).toMatchObject({ code: 413 })
    })

    test.each([
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/json; charset=utf-8',
    ])('takes JSON that is sent as %s', async (type) => {
      const { status } = await api.ask('POST', '/v3/auth/tokens', {
        body: passwordLogIn({ name: 'admin' }, 'secret'),
        headers: { 'content-type': type },
      })
      expect(status).toBe(201)
    })
  })

  describe('checking and revoking tokens', () => {
    const check = (token: string, subject: string, method = 'GET') =>
      api.ask(method, '/v3/auth/tokens', { token, headers: { 'x-subject-token': subject } })

    test('shows a token to its own user, an admin and a service, and to nobody else', async () => {
      const [owner, service_, stranger] = [
        await api.someone(),
        await api.someone('service'),
        await api.someone(),
      ]
      const statusFor = async (token: string) => (await check(token, owner.token)).status
      expect(await statusFor(owner.token)).toBe(200)
      expect(await statusFor(api.admin())).toBe(200)
      expect(await statusFor(service_.token)).toBe(200)
      expect(await statusFor(stranger.token)).toBe(403)
    })

    test('HEAD answers as GET does, without a body', async () => {
      const { token } = await api.someone()
      const { status, headers, body } = await check(token, token, 'HEAD')
      expect([status, headers.get('x-subject-token'), body]).toEqual([200, token, undefined])
    })

    test('a revoked token is worth nothing from then on', async () => {
      const { token } = await api.someone()
      expect((await check(token, token, 'DELETE')).status).toBe(204)
      expect((await check(token, token)).status).toBe(401)
      expect((await check(api.admin(), token)).status).toBe(404)
    })

    test('nobody revokes the token of another, but an admin', async () => {
      const [owner, stranger] = [await api.someone(), await api.someone('service')]
      expect((await check(stranger.token, owner.token, 'DELETE')).status).toBe(403)
      expect((await check(api.admin(), owner.token, 'DELETE')).status).toBe(204)
    })

    test('a token that nobody issued is not found; none at all is 400', async () => {
      expect((await check(api.admin(), 'gAAAAABnonsense')).status).toBe(404)
      expect((await api.asAdmin('GET', '/v3/auth/tokens')).status).toBe(400)
    })

    test.each(['', 'nonsense', 'a.b.c', 'é', 'x'.repeat(10_000)])(
      'a request with the bad token %# answers 401 and says where to get one',
      async (token) => {
        const headers = { 'x-auth-token': token }
        const answer = await api.ask('GET', '/v3/users', { headers })
        expect(answer.status).toBe(401)
        expect(answer.body.error).toMatchObject({ code: 401, title: 'Unauthorized' })
        expect(answer.headers.get('www-authenticate')).toContain('https://images.example/identity')
      },
    )
  })

  describe('a token is worth nothing from the moment that', () => {
    test('its last role on the project is taken away', async () => {
      const { token, grant } = await api.someone()
      await api.asAdmin('DELETE', grant)
      expect(await api.isGood(token)).toBe(false)
    })

    test('its user is disabled, gets a password from an api.admin(), or is deleted', async () => {
      for (const end of [
        { method: 'PATCH', body: { user: { enabled: false } } },
        { method: 'PATCH', body: { user: { password: 'new' } } },
        { method: 'DELETE', body: undefined },
      ]) {
        const { token, user } = await api.someone()
        await api.asAdmin(end.method, `/v3/users/${user.id}`, end.body)
        expect(await api.isGood(token)).toBe(false)
      }
    })

    test('its project is disabled or deleted', async () => {
      const { token, project } = await api.someone()
      await api.asAdmin('PATCH', `/v3/projects/${project.id}`, { project: { enabled: false } })
      expect(await api.isGood(token)).toBe(false)
      await api.asAdmin('PATCH', `/v3/projects/${project.id}`, { project: { enabled: true } })
      expect(await api.isGood(token)).toBe(true)
      await api.asAdmin('DELETE', `/v3/projects/${project.id}`)
      expect(await api.isGood(token)).toBe(false)
    })
  })
})
type Url = { readonly interface: string; readonly url: string }
