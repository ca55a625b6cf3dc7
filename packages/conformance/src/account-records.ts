/**
 * Every promise `AccountRecords` makes, as tests.
 *
 * That changes outlive a power cut cannot be tested here; that other openings see them is.
 */
import {
  type AccountRecords,
  ConflictError,
  type NewUser,
  NotFoundError,
  type Project,
  type Role,
} from '@vitrine/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

export type AccountRecordsHarness = {
  /** Opens the records under test as another process would. All openings see the same accounts, none at first. */
  open(): Promise<AccountRecords>
  close(): Promise<void>
}

const now = new Date('2030-01-01T00:00:00Z')
const later = new Date('2030-01-01T01:00:00Z')
const muchLater = new Date('2030-01-02T00:00:00Z')

/** Call it once per adapter, from the adapter's own test file. */
export function describeAccountRecords(
  name: string,
  makeHarness: () => Promise<AccountRecordsHarness>,
): void {
  describe(`${name} keeps the promises of AccountRecords`, () => {
    let harness: AccountRecordsHarness
    let records: AccountRecords

    beforeEach(async () => {
      harness = await makeHarness()
      records = await harness.open()
    })
    afterEach(() => harness.close())

    async function keptProject(changes: Partial<Project> = {}): Promise<Project> {
      const project = someProject(changes)
      await records.insertProject(project)
      return project
    }

    async function keptUser(changes: Partial<NewUser> = {}): Promise<NewUser> {
      const user = someUser(changes)
      await records.insertUser(user)
      return user
    }

    /** A user, a project, and the role the one holds on the other. */
    async function keptAssignment(role: Role = 'member') {
      const [user, project] = [await keptUser(), await keptProject()]
      const assignment = { userId: user.id, projectId: project.id, role }
      await records.assignRole(assignment)
      return { user, project, assignment }
    }

    describe('signingSecret()', () => {
      test('keeps the first candidate and gives it to everyone who asks', async () => {
        expect(await records.signingSecret('first')).toBe('first')
        expect(await (await harness.open()).signingSecret('second')).toBe('first')
      })

      test('gives one secret to many that ask at the same time', async () => {
        const openings = await Promise.all([harness.open(), harness.open(), harness.open()])
        const secrets = await Promise.all(
          openings.map((opening, i) => opening.signingSecret(`candidate ${i}`)),
        )
        expect(new Set(secrets).size).toBe(1)
      })
    })

    describe('insertFirstAdmin()', () => {
      test('keeps the user, the project and the role admin', async () => {
        const [user, project] = [someUser({ name: 'admin' }), someProject({ name: 'admin' })]
        expect(await records.insertFirstAdmin(user, project)).toBe(true)
        expect(await records.findUser({ name: 'admin' })).toMatchObject({
          id: user.id,
          defaultProjectId: project.id,
        })
        expect(await records.listRoleAssignments({})).toEqual([
          {
            userId: user.id,
            userName: 'admin',
            projectId: project.id,
            projectName: 'admin',
            role: 'admin',
          },
        ])
      })

      test('uses the project that has the name already', async () => {
        const project = await keptProject({ name: 'admin' })
        const user = someUser({ name: 'admin' })
        expect(await records.insertFirstAdmin(user, someProject({ name: 'admin' }))).toBe(true)
        expect(await records.listProjectsOf(user.id)).toEqual([project])
      })

      test('changes nothing when there is any user already', async () => {
        await keptUser({ name: 'someone' })
        const user = someUser({ name: 'admin' })
        expect(await records.insertFirstAdmin(user, someProject({ name: 'admin' }))).toBe(false)
        expect(await records.findUser({ name: 'admin' })).toBeUndefined()
        expect(await records.listProjects({})).toEqual([])
      })

      test('makes one admin when several processes start at the same time', async () => {
        const openings = await Promise.all([harness.open(), harness.open(), harness.open()])
        const made = await Promise.all(
          openings.map((opening) =>
            opening.insertFirstAdmin(someUser({ name: 'admin' }), someProject({ name: 'admin' })),
          ),
        )
        expect(made.toSorted()).toEqual([false, false, true])
        expect(await records.listRoleAssignments({})).toHaveLength(1)
      })
    })

    describe('projects', () => {
      test('are found by id and by name, as they were given', async () => {
        const project = await keptProject({ description: 'Bilder — 写真 🖼', enabled: false })
        expect(await records.findProject({ id: project.id })).toEqual(project)
        expect(await records.findProject({ name: project.name })).toEqual(project)
      })

      test('are not found by a name in another letter case', async () => {
        await keptProject({ name: 'Alpha' })
        expect(await records.findProject({ name: 'alpha' })).toBeUndefined()
      })

      test('with a name in use are refused, and leave the first alone', async () => {
        const first = await keptProject({ name: 'alpha' })
        const second = records.insertProject(someProject({ name: 'alpha' }))
        await expect(second).rejects.toThrow(ConflictError)
        expect(await records.listProjects({})).toEqual([first])
      })

      test('of one name are kept once when many create it at the same time', async () => {
        const openings = await Promise.all([harness.open(), harness.open(), harness.open()])
        const results = await Promise.allSettled(
          [...openings, ...openings].map((opening) =>
            opening.insertProject(someProject({ name: 'alpha' })),
          ),
        )
        const refusals = results.filter((result) => result.status === 'rejected')
        expect(refusals).toHaveLength(5)
        for (const { reason } of refusals) expect(reason).toBeInstanceOf(ConflictError)
        expect(await records.listProjects({ name: 'alpha' })).toHaveLength(1)
      })

      test('are listed in the order of names, all or those asked for', async () => {
        const beta = await keptProject({ name: 'beta' })
        const alpha = await keptProject({ name: 'alpha', enabled: false })
        expect(await records.listProjects({})).toEqual([alpha, beta])
        expect(await records.listProjects({ name: 'beta' })).toEqual([beta])
        expect(await records.listProjects({ enabled: false })).toEqual([alpha])
        expect(await records.listProjects({ name: 'beta', enabled: false })).toEqual([])
      })

      test('change in what is given and keep the rest', async () => {
        const project = await keptProject({ description: 'old' })
        const changed = { ...project, description: 'new' }
        expect(await records.updateProject(project.id, { description: 'new' })).toEqual(changed)
        expect(await records.updateProject(project.id, {})).toEqual(changed)
        expect(await (await harness.open()).findProject({ id: project.id })).toEqual(changed)
      })

      test('cannot take the name of another', async () => {
        await keptProject({ name: 'alpha' })
        const beta = await keptProject({ name: 'beta' })
        await expect(records.updateProject(beta.id, { name: 'alpha' })).rejects.toThrow(
          ConflictError,
        )
        expect(await records.findProject({ id: beta.id })).toEqual(beta)
      })

      test('that do not exist are neither changed nor deleted', async () => {
        expect(await records.updateProject('none', { name: 'alpha' })).toBeUndefined()
        expect(await records.updateProject('none', {})).toBeUndefined()
        expect(await records.deleteProject('none')).toBe(false)
      })

      test('take with them the roles held there, and are nobody’s default any more', async () => {
        const { user, project } = await keptAssignment()
        await records.updateUser(user.id, { defaultProjectId: project.id })
        expect(await records.deleteProject(project.id)).toBe(true)
        expect(await records.findProject({ id: project.id })).toBeUndefined()
        expect(await records.listRoleAssignments({})).toEqual([])
        expect(await records.findUser({ id: user.id })).toMatchObject({ defaultProjectId: null })
      })

      test('of a user are those that are enabled and where it holds a role, each once', async () => {
        const { user, project } = await keptAssignment('member')
        await records.assignRole({ userId: user.id, projectId: project.id, role: 'reader' })
        const closed = await keptProject({ name: 'closed', enabled: false })
        await records.assignRole({ userId: user.id, projectId: closed.id, role: 'member' })
        await keptProject({ name: 'elsewhere' })
        expect(await records.listProjectsOf(user.id)).toEqual([project])
      })
    })

    describe('users', () => {
      test('are found by id and by name, without their password hash', async () => {
        const { passwordHash: _, ...user } = await keptUser({ email: 'ada@example.org' })
        expect(await records.findUser({ id: user.id })).toEqual(user)
        expect(await records.findUser({ name: user.name })).toEqual(user)
        expect(await records.listUsers({})).toEqual([user])
      })

      test('give their password hash to who asks for credentials', async () => {
        const { passwordHash, ...user } = await keptUser({ passwordHash: 'hash' })
        const credentials = { user, passwordHash, tokenEpoch: 0 }
        expect(await records.findCredentials({ id: user.id })).toEqual(credentials)
        expect(await records.findCredentials({ name: user.name })).toEqual(credentials)
        expect(await records.findCredentials({ name: 'nobody' })).toBeUndefined()
      })

      test('with a name in use are refused, and leave the first alone', async () => {
        const { passwordHash: _, ...first } = await keptUser({ name: 'ada' })
        await expect(records.insertUser(someUser({ name: 'ada' }))).rejects.toThrow(ConflictError)
        expect(await records.listUsers({})).toEqual([first])
      })

      test('of one name are kept once when many create it at the same time', async () => {
        const openings = await Promise.all([harness.open(), harness.open(), harness.open()])
        const results = await Promise.allSettled(
          [...openings, ...openings].map((opening) =>
            opening.insertUser(someUser({ name: 'ada' })),
          ),
        )
        const refusals = results.filter((result) => result.status === 'rejected')
        expect(refusals).toHaveLength(5)
        for (const { reason } of refusals) expect(reason).toBeInstanceOf(ConflictError)
      })

      test('cannot have a default project that does not exist', async () => {
        const refused = records.insertUser(someUser({ defaultProjectId: 'none' }))
        await expect(refused).rejects.toThrow(NotFoundError)
        const user = await keptUser()
        await expect(records.updateUser(user.id, { defaultProjectId: 'none' })).rejects.toThrow(
          NotFoundError,
        )
      })

      test('are listed in the order of names, all or those asked for', async () => {
        const bob = await keptUser({ name: 'bob' })
        const ada = await keptUser({ name: 'ada', enabled: false })
        const idsOf = async (filter: { name?: string; enabled?: boolean }) =>
          (await records.listUsers(filter)).map(({ id }) => id)
        expect(await idsOf({})).toEqual([ada.id, bob.id])
        expect(await idsOf({ name: 'bob' })).toEqual([bob.id])
        expect(await idsOf({ enabled: false })).toEqual([ada.id])
      })

      test('change in what is given and keep the rest', async () => {
        const { passwordHash: _, ...user } = await keptUser({ email: 'old@example.org' })
        const changed = { ...user, email: null, description: 'new' }
        const changes = { email: null, description: 'new' }
        expect(await records.updateUser(user.id, changes)).toEqual(changed)
        expect(await records.updateUser(user.id, {})).toEqual(changed)
        expect(await (await harness.open()).findUser({ id: user.id })).toEqual(changed)
      })

      test('cannot take the name of another', async () => {
        await keptUser({ name: 'ada' })
        const bob = await keptUser({ name: 'bob' })
        await expect(records.updateUser(bob.id, { name: 'ada' })).rejects.toThrow(ConflictError)
      })

      test('enter a new token epoch with a new password and when disabled, not otherwise', async () => {
        const { id } = await keptUser()
        const epochAfter = async (changes: Partial<NewUser>) => {
          await records.updateUser(id, changes)
          return (await records.findCredentials({ id }))?.tokenEpoch
        }
        expect(await epochAfter({ description: 'new', enabled: true })).toBe(0)
        expect(await epochAfter({ passwordHash: 'new' })).toBe(1)
        expect(await epochAfter({ enabled: false })).toBe(2)
        expect(await epochAfter({ enabled: true })).toBe(2)
      })

      test('take with them the roles they held', async () => {
        const { user } = await keptAssignment()
        expect(await records.deleteUser(user.id)).toBe(true)
        expect(await records.deleteUser(user.id)).toBe(false)
        expect(await records.listRoleAssignments({})).toEqual([])
      })

      test('that do not exist are not changed', async () => {
        expect(await records.updateUser('none', { name: 'ada' })).toBeUndefined()
      })
    })

    describe('role assignments', () => {
      test('are kept once, however often they are made', async () => {
        const { assignment } = await keptAssignment()
        await records.assignRole(assignment)
        expect(await records.listRoleAssignments({})).toMatchObject([assignment])
      })

      test('need a user and a project that exist', async () => {
        const { user, project } = await keptAssignment()
        for (const assignment of [
          { userId: 'none', projectId: project.id, role: 'member' as const },
          { userId: user.id, projectId: 'none', role: 'member' as const },
        ]) {
          await expect(records.assignRole(assignment)).rejects.toThrow(NotFoundError)
        }
      })

      test('are never left behind when user or project is deleted at the same moment', async () => {
        const project = await keptProject()
        const users = await Promise.all(Array.from({ length: 8 }, () => keptUser()))
        const other = await harness.open()
        await Promise.allSettled(
          users.flatMap(({ id }) => [
            records.assignRole({ userId: id, projectId: project.id, role: 'member' }),
            other.deleteUser(id),
          ]),
        )
        expect(await records.listRoleAssignments({})).toEqual([])
      })

      test('are removed one at a time', async () => {
        const { assignment } = await keptAssignment('member')
        const reader = { ...assignment, role: 'reader' as const }
        await records.assignRole(reader)
        expect(await records.removeRole(assignment)).toBe(true)
        expect(await records.removeRole(assignment)).toBe(false)
        expect(await records.listRoleAssignments({})).toMatchObject([reader])
      })

      test('are listed by user, by project and by role', async () => {
        const first = await keptAssignment('member')
        const second = await keptAssignment('admin')
        const { userId, projectId, role } = second.assignment
        for (const filter of [{ userId }, { projectId }, { role }, { userId, projectId, role }]) {
          expect(await records.listRoleAssignments(filter)).toEqual([
            {
              ...second.assignment,
              userName: second.user.name,
              projectName: second.project.name,
            },
          ])
        }
        const { projectId: elsewhere } = first.assignment
        expect(await records.listRoleAssignments({ userId, projectId: elsewhere })).toEqual([])
      })
    })

    describe('findStanding()', () => {
      test('tells the roles held on the project, and no others', async () => {
        const { user, project, assignment } = await keptAssignment('member')
        await records.assignRole({ ...assignment, role: 'service' })
        const elsewhere = await keptProject()
        await records.assignRole({ userId: user.id, projectId: elsewhere.id, role: 'admin' })
        const standing = await records.findStanding(subject(user, project))
        expect(standing).toMatchObject({ tokenEpoch: 0, tokenRevoked: false })
        expect(standing?.roles.toSorted()).toEqual(['member', 'service'])
      })

      test('tells no roles without a project, or without a role there', async () => {
        const { user } = await keptAssignment()
        const elsewhere = await keptProject()
        const none = { tokenEpoch: 0, tokenRevoked: false, roles: [] }
        expect(await records.findStanding(subject(user))).toEqual(none)
        expect(await records.findStanding(subject(user, elsewhere))).toEqual(none)
      })

      test('is nothing once the user is disabled or deleted', async () => {
        const { user, project } = await keptAssignment()
        const other = await harness.open()
        await records.updateUser(user.id, { enabled: false })
        expect(await other.findStanding(subject(user, project))).toBeUndefined()
        await records.updateUser(user.id, { enabled: true })
        expect(await other.findStanding(subject(user, project))).toMatchObject({ tokenEpoch: 1 })
        await records.deleteUser(user.id)
        expect(await other.findStanding(subject(user, project))).toBeUndefined()
      })

      test('is nothing once the project is disabled or deleted', async () => {
        const { user, project } = await keptAssignment()
        const other = await harness.open()
        await records.updateProject(project.id, { enabled: false })
        expect(await other.findStanding(subject(user, project))).toBeUndefined()
        await records.updateProject(project.id, { enabled: true })
        expect(await other.findStanding(subject(user, project))).toMatchObject({
          roles: ['member'],
        })
        await records.deleteProject(project.id)
        expect(await other.findStanding(subject(user, project))).toBeUndefined()
        expect(await other.findStanding(subject(user))).toBeDefined()
      })
    })

    describe('revokeToken()', () => {
      test('counts for every opening, for that token alone', async () => {
        const user = await keptUser()
        await records.revokeToken({ id: 'token', expiresAt: later }, now)
        const other = await harness.open()
        expect(await other.findStanding(subject(user))).toMatchObject({ tokenRevoked: true })
        expect(await other.findStanding({ ...subject(user), tokenId: 'another' })).toMatchObject({
          tokenRevoked: false,
        })
      })

      test('is quiet when the token is revoked already', async () => {
        const user = await keptUser()
        await records.revokeToken({ id: 'token', expiresAt: later }, now)
        await records.revokeToken({ id: 'token', expiresAt: later }, now)
        expect(await records.findStanding(subject(user))).toMatchObject({ tokenRevoked: true })
      })

      test('forgets tokens that have expired, and only those', async () => {
        const user = await keptUser()
        await records.revokeToken({ id: 'short', expiresAt: later }, now)
        await records.revokeToken({ id: 'long', expiresAt: muchLater }, now)
        await records.revokeToken({ id: 'token', expiresAt: muchLater }, new Date(+later + 1))
        const isRevoked = async (tokenId: string) =>
          (await records.findStanding({ ...subject(user), tokenId }))?.tokenRevoked
        expect(await isRevoked('short')).toBe(false)
        expect(await isRevoked('long')).toBe(true)
      })
    })
  })
}

function someProject(changes: Partial<Project> = {}): Project {
  const id = newId()
  return { id, name: `project-${id}`, description: '', enabled: true, ...changes }
}

function someUser(changes: Partial<NewUser> = {}): NewUser {
  const id = newId()
  return {
    id,
    name: `user-${id}`,
    email: null,
    description: null,
    enabled: true,
    defaultProjectId: null,
    passwordHash: null,
    ...changes,
  }
}

function subject(user: NewUser, project?: Project) {
  return { tokenId: 'token', userId: user.id, projectId: project?.id }
}

function newId(): string {
  return crypto.randomUUID().replaceAll('-', '')
}
