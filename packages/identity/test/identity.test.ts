import { describeIdentity, type People } from '@vitrine/conformance'
import { openAccounts } from './open-accounts.ts'

describeIdentity('LocalAccounts', async () => {
  const { accounts } = await openAccounts()
  const { records, tokens } = accounts
  const password = 'right'

  const people: People = {
    async newPerson() {
      const name = crypto.randomUUID()
      const [user, project] = await Promise.all([
        accounts.createUser({ name, password }),
        accounts.createProject({ name }),
      ])
      await records.assignRole({ userId: user.id, projectId: project.id, role: 'member' })
      const scope = { kind: 'project', project } as const
      const { token } = await tokens.issueForPassword(user, password, scope)
      return { userId: user.id, userName: name, password, projectId: project.id, token }
    },
    async tokenWithoutProject({ userId }) {
      return (await tokens.issueForPassword({ id: userId }, password, { kind: 'unscoped' })).token
    },
    grant: ({ userId, projectId }, role) => records.assignRole({ userId, projectId, role }),
    async takeAway({ userId, projectId }, role) {
      await records.removeRole({ userId, projectId, role })
    },
    async revoke(token) {
      const good = await tokens.read(token)
      if (good) await tokens.revoke(good.claims)
    },
    async disableUser({ userId }) {
      await accounts.changeUser(userId, { enabled: false })
    },
    async deleteUser({ userId }) {
      await records.deleteUser(userId)
    },
    async disableProject({ projectId }) {
      await accounts.changeProject(projectId, { enabled: false })
    },
    async deleteProject({ projectId }) {
      await records.deleteProject(projectId)
    },
  }
  // Nothing is remembered: a change counts from the next call on.
  const passStaleness = async () => {}
  return { identity: accounts, people, passStaleness, close: async () => {} }
})
