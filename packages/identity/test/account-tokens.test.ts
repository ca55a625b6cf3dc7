import { UnauthorizedError } from '@vitrine/core'
import { SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { openAccounts, someone } from './open-accounts.ts'

const unscoped = { kind: 'unscoped' } as const

describe('a token', () => {
  test('speaks for its user and project, with the roles held and those they imply', async () => {
    const { accounts } = await openAccounts()
    const { user, project, logIn } = await someone(accounts, 'admin')
    const { token } = await logIn()
    expect(await accounts.actorOf(token)).toEqual({
      userId: user.id,
      projectId: project.id,
      roles: new Set(['admin', 'member', 'reader']),
    })
  })

  test('without a project speaks for its user alone, with no roles', async () => {
    const { accounts } = await openAccounts()
    const { user } = await someone(accounts)
    const { token } = await accounts.tokens.issueForPassword({ name: 'ada' }, 'right', unscoped)
    expect(await accounts.actorOf(token)).toEqual({
      userId: user.id,
      projectId: undefined,
      roles: new Set(),
    })
  })

  test('is good in every process', async () => {
    const { accounts, open } = await openAccounts()
    const { token } = await (await someone(accounts)).logIn()
    expect(await (await open()).actorOf(token)).toEqual(await accounts.actorOf(token))
  })

  test('is good for an hour and not a moment longer', async () => {
    const { accounts, clock, open } = await openAccounts()
    const { token } = await (await someone(accounts)).logIn()
    clock.passSeconds(3599)
    expect(await accounts.actorOf(token)).toBeDefined()
    clock.passSeconds(1)
    expect(await accounts.actorOf(token)).toBeUndefined()
    expect(await (await open()).actorOf(token)).toBeUndefined()
  })

  test.each([
    ['', 'empty'],
    ['gAAAAABfoo', 'of another kind'],
    ['a.b.c', 'no JSON'],
    ['é'.repeat(40), 'not ASCII'],
    ['x'.repeat(100_000), 'very long'],
  ])('that is malformed (%#) speaks for nobody', async (token) => {
    const { accounts } = await openAccounts()
    expect(await accounts.actorOf(token)).toBeUndefined()
  })

  test('changed in any character speaks for nobody', async () => {
    const { accounts } = await openAccounts()
    const { token } = await (await someone(accounts)).logIn()
    for (let at = 0; at < token.length; at += 7) {
      const other = token[at] === 'A' ? 'Q' : 'A'
      const forged = token.slice(0, at) + other + token.slice(at + 1)
      expect(await accounts.actorOf(forged)).toBeUndefined()
    }
  })

  test('of another kind, signed with the same secret, speaks for nobody', async () => {
    const { accounts, records } = await openAccounts()
    const { user } = await someone(accounts)
    const secret = Buffer.from(await records.signingSecret('unused'), 'base64url')
    const token = await new SignJWT({ jti: 'x', sub: user.id, epoch: 0, methods: [] })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuedAt()
      .setExpirationTime('20y')
      .sign(secret)
    expect(await accounts.actorOf(token)).toBeUndefined()
  })
})

describe('a token counts for nothing from the moment that', () => {
  test('it is revoked, while its user’s others stay good', async () => {
    const { accounts, open } = await openAccounts()
    const { logIn } = await someone(accounts)
    const [first, second] = [await logIn(), await logIn()]
    const elsewhere = await open()
    await elsewhere.actorOf(first.token)
    await accounts.tokens.revoke(first.claims)
    expect(await elsewhere.actorOf(first.token)).toBeUndefined()
    expect(await elsewhere.actorOf(second.token)).toBeDefined()
  })

  test('its user has a new password, is disabled or is deleted', async () => {
    const { accounts } = await openAccounts()
    const { user, logIn } = await someone(accounts)
    const before = await logIn()
    await accounts.changePassword(user.id, 'right', 'better')
    expect(await accounts.actorOf(before.token)).toBeUndefined()

    const log = () => accounts.tokens.issueForPassword({ id: user.id }, 'better', unscoped)
    const after = await log()
    await accounts.changeUser(user.id, { enabled: false })
    expect(await accounts.actorOf(after.token)).toBeUndefined()
    await accounts.changeUser(user.id, { enabled: true })
    expect(await accounts.actorOf(after.token)).toBeUndefined()

    const last = await log()
    await accounts.records.deleteUser(user.id)
    expect(await accounts.actorOf(last.token)).toBeUndefined()
  })

  test('its project is disabled or deleted', async () => {
    const { accounts } = await openAccounts()
    const { project, logIn } = await someone(accounts)
    const { token } = await logIn()
    await accounts.changeProject(project.id, { enabled: false })
    expect(await accounts.actorOf(token)).toBeUndefined()
    await accounts.changeProject(project.id, { enabled: true })
    expect(await accounts.actorOf(token)).toBeDefined()
    await accounts.records.deleteProject(project.id)
    expect(await accounts.actorOf(token)).toBeUndefined()
  })

  test('its user holds no role on the project any more', async () => {
    const { accounts } = await openAccounts()
    const { user, project, logIn } = await someone(accounts, 'member')
    const { token } = await logIn()
    await accounts.records.removeRole({ userId: user.id, projectId: project.id, role: 'member' })
    expect(await accounts.actorOf(token)).toBeUndefined()
  })
})

describe('logging in', () => {
  test('fails alike for a wrong user, a wrong password and a disabled account', async () => {
    const { accounts } = await openAccounts()
    const { user } = await someone(accounts)
    await accounts.createUser({ name: 'off', password: 'right', enabled: false })
    await accounts.createUser({ name: 'without password' })
    const refusals = await Promise.all(
      [
        accounts.tokens.issueForPassword({ name: 'nobody' }, 'right', unscoped),
        accounts.tokens.issueForPassword({ id: user.id }, 'wrong', unscoped),
        accounts.tokens.issueForPassword({ name: 'off' }, 'right', unscoped),
        accounts.tokens.issueForPassword({ name: 'without password' }, '', unscoped),
      ].map((attempt) => attempt.catch((error: unknown) => error)),
    )
    const [first] = refusals
    expect(first).toBeInstanceOf(UnauthorizedError)
    for (const refusal of refusals) expect(refusal).toEqual(first)
  })

  test('to a project needs a role there', async () => {
    const { accounts } = await openAccounts()
    const { user } = await someone(accounts)
    const other = await accounts.createProject({ name: 'other' })
    for (const project of [{ id: other.id }, { name: 'other' }, { name: 'nowhere' }]) {
      const scope = { kind: 'project', project } as const
      await expect(
        accounts.tokens.issueForPassword({ id: user.id }, 'right', scope),
      ).rejects.toThrow(UnauthorizedError)
    }
  })

  test('without a scope goes to the default project when the user holds a role there', async () => {
    const { accounts } = await openAccounts()
    const { user, project } = await someone(accounts)
    const other = await accounts.createProject({ name: 'other' })
    const projectOf = async (defaultProjectId: string | null) => {
      await accounts.changeUser(user.id, { defaultProjectId })
      const scope = { kind: 'default' } as const
      const { claims } = await accounts.tokens.issueForPassword({ id: user.id }, 'right', scope)
      return claims.projectId
    }
    expect(await projectOf(null)).toBeUndefined()
    expect(await projectOf(project.id)).toBe(project.id)
    expect(await projectOf(other.id)).toBeUndefined()
  })

  test('with a token keeps its expiry and names its parent', async () => {
    const { accounts, clock } = await openAccounts()
    const { scope, logIn } = await someone(accounts)
    const parent = await logIn()
    clock.passSeconds(600)
    const { claims } = await accounts.tokens.issueForToken(parent.token, scope)
    expect(claims.expiresAt).toEqual(parent.claims.expiresAt)
    expect(claims.parentId).toBe(parent.claims.tokenId)
    expect(claims.methods).toEqual(['token', 'password'])
  })

  test('with a token that was revoked is refused', async () => {
    const { accounts } = await openAccounts()
    const { scope, logIn } = await someone(accounts)
    const { token, claims } = await logIn()
    await accounts.tokens.revoke(claims)
    await expect(accounts.tokens.issueForToken(token, scope)).rejects.toThrow(UnauthorizedError)
  })
})
