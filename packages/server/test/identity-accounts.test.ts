import { describe, expect, test } from 'vitest'
import { inDefault, passwordLogIn } from './identity-requests.ts'
import { describeIdentityApi, unique } from './identity-service.ts'

describeIdentityApi('accounts', (api) => {
  describe('projects', () => {
    test('are created, shown, changed and deleted by an admin', async () => {
      const name = unique('project')
      const created = await api.asAdmin('POST', '/v3/projects', {
        project: { name, description: 'd', domain_id: 'default', is_domain: false, tags: [] },
      })
      expect(created.status).toBe(201)
      const { id } = created.body.project
      expect(created.body.project).toEqual({
        id: expect.stringMatching(/^[0-9a-f]{32}$/),
        name,
        description: 'd',
        enabled: true,
        domain_id: 'default',
        parent_id: 'default',
        is_domain: false,
        tags: [],
        options: {},
        links: { self: `https://images.example/identity/v3/projects/${id}` },
      })
      expect((await api.asAdmin('GET', `/v3/projects/${id}`)).body).toEqual(created.body)

      const changes = { project: { name: `${name}2`, description: null, enabled: false } }
      const changed = await api.asAdmin('PATCH', `/v3/projects/${id}`, changes)
      expect(changed.status).toBe(200)
      expect(changed.body.project).toMatchObject({
        name: `${name}2`,
        description: '',
        enabled: false,
      })
      expect((await api.asAdmin('DELETE', `/v3/projects/${id}`)).status).toBe(204)
      expect((await api.asAdmin('GET', `/v3/projects/${id}`)).status).toBe(404)
      expect((await api.asAdmin('DELETE', `/v3/projects/${id}`)).status).toBe(404)
    })

    test('are listed by name and by whether they are enabled', async () => {
      const { id, name } = await api.newProject()
      const idsAt = async (query: string) => {
        const { body } = await api.asAdmin('GET', `/v3/projects?${query}`)
        return body.projects.map((project: { id: string }) => project.id)
      }
      expect(await idsAt('')).toContain(id)
      expect(await idsAt(`name=${name}`)).toEqual([id])
      expect(await idsAt(`name=${name}&domain_id=default&enabled=true`)).toEqual([id])
      expect(await idsAt(`name=${name}&enabled=false`)).toEqual([])
      expect(await idsAt(`name=${name}&domain_id=other`)).toEqual([])
    })

    test('of one name are created once, also when many try at the same time', async () => {
      const name = unique('project')
      const create = () => api.asAdmin('POST', '/v3/projects', { project: { name } })
      const statuses = await Promise.all([create(), create(), create(), create()])
      expect(statuses.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409])
    })

    test('cannot take the name of another', async () => {
      const [first, second] = [await api.newProject(), await api.newProject()]
      const renamed = await api.asAdmin('PATCH', `/v3/projects/${second.id}`, {
        project: { name: first.name },
      })
      expect(renamed.status).toBe(409)
    })

    test.each([
      ['without a name', {}],
      ['with a name that is null', { name: null }],
      ['with a blank name', { name: ' ' }],
      ['with a name of 65 characters', { name: 'x'.repeat(65) }],
      ['with a NUL in the name', { name: 'a\0' }],
      ['with half of a surrogate pair in the description', { name: 'x', description: '\udc00' }],
      ['enabled by a text', { name: 'x', enabled: 'true' }],
      ['in another domain', { name: 'x', domain_id: 'other' }],
      ['below another project', { name: 'x', parent_id: 'other' }],
      ['that is a domain', { name: 'x', is_domain: true }],
    ])('%s are refused with 400', async (_, project) => {
      const answer = await api.asAdmin('POST', '/v3/projects', { project })
      expect(answer.status).toBe(400)
      expect(answer.body.error.message).toMatch(/^Cannot /)
    })
  })

  describe('users', () => {
    test('are created, shown, changed and deleted by an admin', async () => {
      const name = unique('user')
      const created = await api.asAdmin('POST', '/v3/users', {
        user: { name, password: 'right', email: 'a@example.org', options: {} },
      })
      expect(created.status).toBe(201)
      const { id } = created.body.user
      expect(created.body.user).toEqual({
        id: expect.stringMatching(/^[0-9a-f]{32}$/),
        name,
        email: 'a@example.org',
        enabled: true,
        domain_id: 'default',
        password_expires_at: null,
        options: {},
        links: { self: `https://images.example/identity/v3/users/${id}` },
      })
      expect((await api.asAdmin('GET', `/v3/users/${id}`)).body).toEqual(created.body)
      expect((await api.asAdmin('GET', `/v3/users?name=${name}`)).body.users).toEqual([
        created.body.user,
      ])

      const changes = { user: { email: null, description: 'new' } }
      const changed = await api.asAdmin('PATCH', `/v3/users/${id}`, changes)
      expect(changed.body.user).toMatchObject({ name, description: 'new' })
      expect(changed.body.user).not.toHaveProperty('email')
      expect((await api.asAdmin('DELETE', `/v3/users/${id}`)).status).toBe(204)
      expect((await api.asAdmin('GET', `/v3/users/${id}`)).status).toBe(404)
    })

    test('change their own password, knowing the old one', async () => {
      const { user, project, token } = await api.someone()
      const change = (original_password: string) =>
        api.ask('POST', `/v3/users/${user.id}/password`, {
          token,
          body: { user: { original_password, password: 'better' } },
        })
      expect((await change('wrong')).status).toBe(401)
      expect((await change('right')).status).toBe(204)
      expect(await api.isGood(token)).toBe(false)
      const again = { user: user.name, password: 'better', project: project.name }
      expect(await api.isGood(await api.logIn(again))).toBe(true)
    })

    test('with a name in use are refused with 409', async () => {
      const { name } = await api.newUser()
      expect((await api.asAdmin('POST', '/v3/users', { user: { name } })).status).toBe(409)
    })

    test.each([
      [400, 'whose password is a number', { name: 'x', password: 7 }],
      [400, 'with an empty password', { name: 'x', password: '' }],
      [400, 'with a password of 5000 characters', { name: 'x', password: 'x'.repeat(5000) }],
      [400, 'with a NUL in the password', { name: 'x', password: '\0' }],
      [400, 'whose e-mail is a list', { name: 'x', email: [] }],
      [404, 'whose default project does not exist', { name: 'x', default_project_id: 'none' }],
    ])('answer %i %s', async (status, _, user) => {
      expect((await api.asAdmin('POST', '/v3/users', { user })).status).toBe(status)
    })
  })

  describe('a member', () => {
    test('sees itself, its projects, and the domain', async () => {
      const { user, project, token } = await api.someone()
      const see = async (path: string) => (await api.ask('GET', path, { token })).body
      expect((await see(`/v3/users/${user.id}`)).user.name).toBe(user.name)
      expect((await see(`/v3/projects/${project.id}`)).project).toEqual(project)
      expect((await see(`/v3/users/${user.id}/projects`)).projects).toEqual([project])
      expect((await see('/v3/auth/projects')).projects).toEqual([project])
      expect((await see('/v3/auth/domains')).domains).toEqual([])
      expect((await see('/v3/domains/default')).domain.name).toBe('Default')
    })

    test('is refused with 403 whatever belongs to others or manages accounts', async () => {
      const [{ user, project, token, grant }, other] = [await api.someone(), await api.someone()]
      for (const [method, path] of [
        ['GET', '/v3/projects'],
        ['POST', '/v3/projects'],
        ['GET', `/v3/projects/${other.project.id}`],
        ['GET', '/v3/projects/no-such-project'],
        ['PATCH', `/v3/projects/${project.id}`],
        ['DELETE', `/v3/projects/${project.id}`],
        ['GET', '/v3/users'],
        ['POST', '/v3/users'],
        ['GET', `/v3/users/${other.user.id}`],
        ['GET', '/v3/users/no-such-user'],
        ['GET', `/v3/users/${other.user.id}/projects`],
        ['GET', `/v3/users/${other.user.id}/groups`],
        ['PATCH', `/v3/users/${user.id}`],
        ['DELETE', `/v3/users/${user.id}`],
        ['POST', `/v3/users/${other.user.id}/password`],
        ['GET', '/v3/roles'],
        ['GET', `/v3/roles/${await api.roleId('admin')}`],
        ['GET', grant],
        ['HEAD', grant],
        ['PUT', grant],
        ['DELETE', grant],
        ['GET', `/v3/projects/${project.id}/users/${user.id}/roles`],
        ['GET', '/v3/role_assignments'],
        ['GET', '/v3/domains'],
        ['GET', '/v3/groups'],
        ['GET', '/v3/services'],
        ['GET', '/v3/endpoints'],
        ['GET', '/v3/regions'],
      ] as const) {
        const body = method === 'POST' || method === 'PATCH' ? {} : undefined
        const { status } = await api.ask(method, path, { token, body })
        expect([method, path, status]).toEqual([method, path, 403])
      }
    })

    test('who is admin somewhere manages nothing with a token without a project', async () => {
      const { headers } = await api.ask('POST', '/v3/auth/tokens', {
        body: passwordLogIn({ name: 'admin', ...inDefault }, 'secret', 'unscoped'),
      })
      const token = headers.get('x-subject-token') ?? ''
      expect((await api.ask('GET', '/v3/auth/projects', { token })).status).toBe(200)
      expect((await api.ask('GET', '/v3/users', { token })).status).toBe(403)
      expect((await api.ask('GET', '/v3/auth/catalog', { token })).status).toBe(403)
    })
  })

  describe('roles', () => {
    test('are four, with ids that never change', async () => {
      const { body } = await api.asAdmin('GET', '/v3/roles')
      expect(body.roles.map(({ id, name }: { id: string; name: string }) => [name, id])).toEqual([
        ['admin', 'd639395ffb629e2a00d51fbed4bad415'],
        ['member', 'c03a12ea587410bf32d93cda882b9031'],
        ['reader', '5bd9347861d183e520cb835b1374253b'],
        ['service', '03192ae6a95e65fced59cce630e784ae'],
      ])
      const [role] = body.roles
      expect((await api.asAdmin('GET', `/v3/roles/${role.id}`)).body).toEqual({ role })
      expect((await api.asAdmin('GET', '/v3/roles/admin')).status).toBe(404)
    })

    test('are given, checked, listed and taken away', async () => {
      const { user, project, grant } = await api.someone('reader')
      const held = async () => {
        const path = `/v3/projects/${project.id}/users/${user.id}/roles`
        return (await api.asAdmin('GET', path)).body.roles.map(({ name }: { name: string }) => name)
      }
      expect(await held()).toEqual(['reader'])
      expect((await api.asAdmin('PUT', grant)).status).toBe(204)
      expect((await api.asAdmin('HEAD', grant)).status).toBe(204)
      expect((await api.asAdmin('GET', grant)).status).toBe(204)
      expect((await api.asAdmin('DELETE', grant)).status).toBe(204)
      expect(await held()).toEqual([])
      expect((await api.asAdmin('HEAD', grant)).status).toBe(404)
      expect((await api.asAdmin('DELETE', grant)).status).toBe(404)
    })

    test('need a user, a project and a role that exist', async () => {
      const { user, project } = await api.someone()
      const member = await api.roleId('member')
      for (const path of [
        `/v3/projects/none/users/${user.id}/roles/${member}`,
        `/v3/projects/${project.id}/users/none/roles/${member}`,
        `/v3/projects/${project.id}/users/${user.id}/roles/none`,
      ]) {
        for (const method of ['PUT', 'GET', 'DELETE']) {
          expect((await api.asAdmin(method, path)).status).toBe(404)
        }
      }
    })

    test('are listed by user, project and role, with names for who asks', async () => {
      const { user, project } = await api.someone('member')
      const member = await api.roleId('member')
      const path = `/v3/projects/${project.id}/users/${user.id}/roles/${member}`
      const links = { assignment: `https://images.example/identity${path}` }
      const listed = async (query: string) =>
        (await api.asAdmin('GET', `/v3/role_assignments?${query}`)).body.role_assignments
      const plain = {
        role: { id: member },
        user: { id: user.id },
        scope: { project: { id: project.id } },
        links,
      }
      expect(await listed(`user.id=${user.id}`)).toEqual([plain])
      expect(await listed(`scope.project.id=${project.id}&role.id=${member}`)).toEqual([plain])
      expect(await listed(`user.id=${user.id}&role.id=none`)).toEqual([])
      expect(await listed('group.id=any')).toEqual([])
      expect(await listed(`user.id=${user.id}&include_names`)).toEqual([
        {
          role: { id: member, name: 'member' },
          user: { id: user.id, name: user.name, domain: { id: 'default', name: 'Default' } },
          scope: {
            project: {
              id: project.id,
              name: project.name,
              domain: { id: 'default', name: 'Default' },
            },
          },
          links,
        },
      ])
    })

    test('that others imply are listed with ?effective', async () => {
      const { user } = await api.someone('member')
      const { body } = await api.asAdmin(
        'GET',
        `/v3/role_assignments?user.id=${user.id}&effective&include_names=1`,
      )
      const names = body.role_assignments.map(({ role }: { role: { name: string } }) => role.name)
      expect(names).toEqual(['member', 'reader'])
    })
  })

  describe('what is there to be read', () => {
    test('is one domain, found by any spelling of its name', async () => {
      const named = async (name: string) =>
        (await api.asAdmin('GET', `/v3/domains?name=${name}`)).body.domains.length
      expect(await named('Default')).toBe(1)
      expect(await named('default')).toBe(1)
      expect(await named('other')).toBe(0)
      expect((await api.asAdmin('GET', '/v3/domains/Default')).status).toBe(404)
    })

    test('is no group', async () => {
      expect((await api.asAdmin('GET', '/v3/groups?name=x')).body.groups).toEqual([])
      expect((await api.asAdmin('GET', '/v3/groups/x')).status).toBe(404)
    })

    test('are the services, endpoints and region of the catalog', async () => {
      const { body } = await api.asAdmin('GET', '/v3/services?type=image')
      expect(body.services).toMatchObject([{ type: 'image', name: 'glance', enabled: true }])
      const [service_] = body.services
      expect((await api.asAdmin('GET', `/v3/services/${service_.id}`)).body.service).toEqual(
        service_,
      )
      const query = `service_id=${service_.id}&interface=public`
      const { endpoints } = (await api.asAdmin('GET', `/v3/endpoints?${query}`)).body
      expect(endpoints).toMatchObject([{ url: 'https://images.example', region_id: 'RegionOne' }])
      const { regions } = (await api.asAdmin('GET', '/v3/regions')).body
      expect(regions).toMatchObject([{ id: 'RegionOne' }])
      expect((await api.asAdmin('GET', '/v3/endpoints/none')).status).toBe(404)
    })
  })
})
