/**
 * The adapter for Keystone, asking our own Identity API: no imitation, and the tests that hold for
 * the one hold for the other. Against Keystone itself it is tested in peers/.
 */
import { describeIdentity, type Person } from '@vitrine/conformance'
import { KeystoneIdentity } from '@vitrine/identity'
import { passwordLogIn } from './identity-requests.ts'
import { describeIdentityApi } from './identity-service.ts'

const cacheSeconds = 60

describeIdentityApi('as KeystoneIdentity asks it', (api) => {
  describeIdentity('KeystoneIdentity', async () => {
    let passedMs = 0
    const identity = new KeystoneIdentity({
      authUrl: `${api.url}/identity`,
      username: 'admin',
      password: 'secret',
      projectName: 'admin',
      userDomainName: 'Default',
      projectDomainName: 'Default',
      cacheSeconds,
      timeoutMs: 10_000,
      clock: { now: () => new Date(Date.now() + passedMs) },
    })
    const grantPath = async ({ projectId, userId }: Person, role: string) =>
      `/v3/projects/${projectId}/users/${userId}/roles/${await api.roleId(role)}`

    return {
      identity,
      async newPerson() {
        const { user, project, token } = await api.someone('member')
        return { userId: user.id, projectId: project.id, token }
      },
      async tokenWithoutProject({ userId }) {
        const body = passwordLogIn({ id: userId }, 'right', 'unscoped')
        const { headers } = await api.ask('POST', '/v3/auth/tokens', { body })
        return headers.get('x-subject-token') ?? ''
      },
      async grant(person, role) {
        await api.asAdmin('PUT', await grantPath(person, role))
      },
      async takeAway(person, role) {
        await api.asAdmin('DELETE', await grantPath(person, role))
      },
      async revoke(token) {
        const headers = { 'x-subject-token': token }
        await api.ask('DELETE', '/v3/auth/tokens', { token: api.admin(), headers })
      },
      async disableUser({ userId }) {
        await api.asAdmin('PATCH', `/v3/users/${userId}`, { user: { enabled: false } })
      },
      async deleteUser({ userId }) {
        await api.asAdmin('DELETE', `/v3/users/${userId}`)
      },
      async disableProject({ projectId }) {
        await api.asAdmin('PATCH', `/v3/projects/${projectId}`, { project: { enabled: false } })
      },
      async deleteProject({ projectId }) {
        await api.asAdmin('DELETE', `/v3/projects/${projectId}`)
      },
      async passStaleness() {
        passedMs += cacheSeconds * 1000
      },
      close: async () => {},
    }
  })
})
