import { describe, expect, test } from 'vitest'
import { describeIdentityApi } from './identity-service.ts'

describeIdentityApi('every path', (api) => {
  describe('its version documents', () => {
    test.each(['', '/'])('GET /identity%s answers 300 with the list', async (slash) => {
      const { status, body } = await api.ask('GET', slash)
      expect(status).toBe(300)
      expect(body.versions.values).toMatchObject([{ id: 'v3.14', status: 'stable' }])
    })

    test.each(['/v3', '/v3/'])('GET %s links to itself at the public URL', async (path) => {
      const { status, body } = await api.ask('GET', path)
      expect(status).toBe(200)
      expect(body.version.links).toEqual([
        { rel: 'self', href: 'https://images.example/identity/v3/' },
      ])
    })
  })

  describe('whatever else is asked', () => {
    test('unknown paths are 404 in the form of Keystone, and the root keeps its own answer', async () => {
      const { status, body } = await api.asAdmin('GET', '/v3/nothing')
      expect(status).toBe(404)
      expect(body).toEqual({
        error: {
          code: 404,
          message: 'Cannot GET "/identity/v3/nothing": there is no such path',
          title: 'Not Found',
        },
      })
      expect((await fetch(`${api.url}/nothing`)).status).toBe(300)
    })

    test.each([
      ['DELETE', '/v3/projects', 'POST, GET'],
      ['POST', '/v3/roles', 'GET'],
      ['PUT', '/v3/users/x', 'GET, PATCH, DELETE'],
      ['PATCH', '/v3/auth/tokens', 'POST, GET, HEAD, DELETE'],
      ['POST', '/v3', 'GET'],
      ['POST', '', 'GET'],
    ])('%s %s answers 405 and what is allowed', async (method, path, allow) => {
      const { status, headers, body } = await api.ask(method, path)
      expect([status, headers.get('allow')]).toEqual([405, allow])
      expect(body.error).toMatchObject({ code: 405, title: 'Method Not Allowed' })
    })

    test.each([
      ['a NUL in an id', '/v3/users/%00'],
      ['a NUL in a name', '/v3/users?name=%00'],
      ['a NUL in a filter', '/v3/role_assignments?user.id=%00'],
      ['a NUL in two ids', '/v3/projects/%00/users/%00/roles'],
      ['an id of 5000 characters', `/v3/users/${'x'.repeat(5000)}`],
      ['a name of 5000 characters', `/v3/projects?name=${'x'.repeat(5000)}`],
    ])('%s answers 400', async (_, path) => {
      const { status, body } = await api.asAdmin('GET', path)
      expect(status).toBe(400)
      expect(body.error.message.length).toBeLessThan(400)
    })

    test.each(['/v3/users/%ff', '/v3/users/%', '/v3/users?name=%ff%', '/v3/users?=&&name=&a[b]=1'])(
      'GET %s is answered, not broken by',
      async (path) => {
        const response = await fetch(`${api.url}/identity${path}`, {
          headers: { 'x-auth-token': api.admin() },
        })
        expect(response.status).toBeLessThan(500)
      },
    )

    test('no mixture of wrong types is answered with a 5xx', async () => {
      const { user, project } = await api.someone()
      const values = [null, 7, true, 'x', '', [], {}, [[]], { id: {} }, '\ud800', '\0']
      const paths = [
        ['POST', '/v3/auth/tokens', 'auth'],
        ['POST', '/v3/projects', 'project'],
        ['PATCH', `/v3/projects/${project.id}`, 'project'],
        ['POST', '/v3/users', 'user'],
        ['PATCH', `/v3/users/${user.id}`, 'user'],
        ['POST', `/v3/users/${user.id}/password`, 'user'],
      ] as const
      for (const [method, path, noun] of paths) {
        for (const value of values) {
          const fields = Object.fromEntries(fieldNames.map((name) => [name, value]))
          const oneField = fieldNames.map((name) => ({ [noun]: { name: 'x', [name]: value } }))
          for (const body of [value, { [noun]: value }, { [noun]: fields }, ...oneField]) {
            const { status } = await api.asAdmin(method, path, JSON.stringify(body))
            expect([path, JSON.stringify(body), status < 500]).toEqual([
              path,
              JSON.stringify(body),
              true,
            ])
          }
        }
      }
    })
  })
})

const fieldNames = [
  'identity',
  'scope',
  'name',
  'password',
  'original_password',
  'email',
  'description',
  'enabled',
  'domain_id',
  'parent_id',
  'default_project_id',
  '__proto__',
]
