/**
 * Every promise `Identity` makes, as tests.
 *
 * Whoever remembers answers promises that a change counts within its staleness. The harness says
 * when that has passed, so one suite fits the adapter that asks anew every time, and the others.
 */
import { type Identity, type PasswordLogIn, type Role, UnavailableError } from '@vitrine/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

export type IdentityHarness = {
  readonly identity: Identity & PasswordLogIn
  /** Whose tokens the identity knows. */
  readonly people: People
  /** Resolves when all that was changed before must be seen. */
  passStaleness(): Promise<void>
  close(): Promise<void>
}

/** Makes people, and takes from them what they have. */
export type People = {
  /** A new user with the role `member` on a new project, logged in there. */
  newPerson(): Promise<Person>
  /** A token of this person for no project. */
  tokenWithoutProject(person: Person): Promise<string>
  grant(person: Person, role: Role): Promise<void>
  takeAway(person: Person, role: Role): Promise<void>
  revoke(token: string): Promise<void>
  disableUser(person: Person): Promise<void>
  deleteUser(person: Person): Promise<void>
  disableProject(person: Person): Promise<void>
  deleteProject(person: Person): Promise<void>
}

export type Person = {
  readonly userId: string
  /** In the domain "Default". */
  readonly userName: string
  readonly password: string
  readonly projectId: string
  readonly token: string
}

/** Call it once per adapter, from the adapter's own test file. */
export function describeIdentity(name: string, makeHarness: () => Promise<IdentityHarness>): void {
  describe(`${name} keeps the promises of Identity`, () => {
    let harness: IdentityHarness
    let identity: Identity & PasswordLogIn
    let people: People

    beforeEach(async () => {
      harness = await makeHarness()
      identity = harness.identity
      people = harness.people
    })
    afterEach(() => harness.close())

    const mayDo = async ({ token }: Person, role: Role) =>
      (await identity.actorOf(token))?.roles.has(role)

    test('a token speaks for its user and project, with the roles held there and those they imply', async () => {
      const { token, userId, projectId } = await people.newPerson()
      const actor = { userId, projectId, roles: new Set(['member', 'reader']) }
      expect(await identity.actorOf(token)).toEqual(actor)
      expect(await identity.actorOf(token)).toEqual(actor)
    })

    test('a token without a project speaks for its user alone, with no roles', async () => {
      const person = await people.newPerson()
      const { userId } = person
      const token = await people.tokenWithoutProject(person)
      const actor = { userId, projectId: undefined, roles: new Set() }
      expect(await identity.actorOf(token)).toEqual(actor)
    })

    test('tokens of several people are never mixed up, also when asked about at once', async () => {
      const three = await Promise.all([1, 2, 3].map(() => people.newPerson()))
      const asked = [...three, ...three, ...three]
      const actors = await Promise.all(asked.map(({ token }) => identity.actorOf(token)))
      expect(actors.map((actor) => actor?.userId)).toEqual(asked.map(({ userId }) => userId))
      expect(actors.map((actor) => actor?.projectId)).toEqual(asked.map((one) => one.projectId))
    })

    test.each([
      ['empty', ''],
      ['blank', ' '],
      ['of another kind', 'gAAAAABfoo'],
      ['no JSON', 'a.b.c'],
      ['quotes and brackets', '"\\{}[]()'],
      ['not ASCII', 'é'.repeat(40)],
      ['outside the basic plane', '😀'],
      ['a line break and a header', 'abc\r\nX-Auth-Token: abc'],
      ['a NUL', 'abc\0'],
      ['very long', 'x'.repeat(100_000)],
    ])('a malformed token (%s) speaks for nobody', async (_, token) => {
      expect(await identity.actorOf(token)).toBeUndefined()
    })

    test('a token with one character changed speaks for nobody', async () => {
      const { token } = await people.newPerson()
      for (const at of [0, 20, Math.floor(token.length / 2), token.length - 10]) {
        const other = token[at] === 'A' ? 'Q' : 'A'
        const forged = token.slice(0, at) + other + token.slice(at + 1)
        expect(await identity.actorOf(forged)).toBeUndefined()
      }
    })

    test('a role that is granted counts', async () => {
      const person = await people.newPerson()
      expect(await mayDo(person, 'admin')).toBe(false)
      await people.grant(person, 'admin')
      await harness.passStaleness()
      expect(await mayDo(person, 'admin')).toBe(true)
    })

    test('a role that is taken away counts no more', async () => {
      const person = await people.newPerson()
      await people.grant(person, 'admin')
      await harness.passStaleness()
      expect(await mayDo(person, 'admin')).toBe(true)
      await people.takeAway(person, 'admin')
      await harness.passStaleness()
      expect(await mayDo(person, 'admin')).not.toBe(true)
    })

    test('a token speaks for nobody once the last role on its project is taken away', async () => {
      const person = await people.newPerson()
      expect(await mayDo(person, 'member')).toBe(true)
      await people.takeAway(person, 'member')
      await harness.passStaleness()
      expect(await identity.actorOf(person.token)).toBeUndefined()
    })

    test('a revoked token speaks for nobody, and every other as before', async () => {
      const person = await people.newPerson()
      const other = await people.newPerson()
      expect(await identity.actorOf(person.token)).toBeDefined()
      await people.revoke(person.token)
      await harness.passStaleness()
      expect(await identity.actorOf(person.token)).toBeUndefined()
      expect(await identity.actorOf(other.token)).toMatchObject({ userId: other.userId })
    })

    test.each(['disableUser', 'deleteUser', 'disableProject', 'deleteProject'] as const)(
      'a token speaks for nobody after %s()',
      async (end) => {
        const person = await people.newPerson()
        expect(await identity.actorOf(person.token)).toBeDefined()
        await people[end](person)
        await harness.passStaleness()
        expect(await identity.actorOf(person.token)).toBeUndefined()
      },
    )

    const typedBy = ({ userName, password, projectId }: Person) => ({
      userName,
      domainName: 'Default',
      password,
      projectId,
    })

    test('logIn() says who it is by name and password, in that project', async () => {
      const person = await people.newPerson()
      const { userId, projectId } = person
      expect(await identity.logIn(typedBy(person))).toEqual(await identity.actorOf(person.token))
      expect(await identity.logIn(typedBy(person))).toMatchObject({ userId, projectId })
    })

    test('logIn() knows nobody by anything else, and does not say what was wrong', async () => {
      const [person, other] = [await people.newPerson(), await people.newPerson()]
      for (const wrong of [
        { password: other.userName },
        { password: '' },
        { userName: `${person.userName}x` },
        { userName: '' },
        { userName: 'x\0<script>"\r\n' },
        { password: 'x\0' },
        { domainName: 'x\0' },
        { projectId: '\ud800' },
        { domainName: 'Elsewhere' },
        { domainName: '' },
        { projectId: other.projectId },
        { projectId: 'none' },
        { projectId: '' },
      ]) {
        expect([wrong, await identity.logIn({ ...typedBy(person), ...wrong })]).toEqual([
          wrong,
          undefined,
        ])
      }
      await people.disableUser(person)
      await harness.passStaleness()
      expect(await identity.logIn(typedBy(person))).toBeUndefined()
    })
  })
}

/** An identity that asks a service, which the harness can keep from answering. */
export type OutageHarness = IdentityHarness & {
  beginOutage(): Promise<void>
  endOutage(): Promise<void>
}

/** The promises about a service that does not answer, for adapters that ask one. */
export function describeIdentityOutage(
  name: string,
  makeHarness: () => Promise<OutageHarness>,
): void {
  describe(`${name} keeps the promises of Identity while nobody can be asked`, () => {
    let harness: OutageHarness

    beforeEach(async () => {
      harness = await makeHarness()
    })
    afterEach(() => harness.close())

    test('a token that it has not seen is neither good nor bad: UnavailableError', async () => {
      const { identity, people } = harness
      const { token } = await people.newPerson()
      await harness.beginOutage()
      await expect(identity.actorOf(token)).rejects.toThrow(UnavailableError)
      await expect(identity.actorOf('unknown')).rejects.toThrow(UnavailableError)
      await harness.endOutage()
      expect(await identity.actorOf(token)).toBeDefined()
      expect(await identity.actorOf('unknown')).toBeUndefined()
    })

    test('logIn() says neither yes nor no: UnavailableError', async () => {
      const { identity, people } = harness
      const { userName, password, projectId } = await people.newPerson()
      await harness.beginOutage()
      const typed = { userName, domainName: 'Default', password, projectId }
      await expect(identity.logIn(typed)).rejects.toThrow(UnavailableError)
      await harness.endOutage()
    })

    test('a token that it has seen is good for the staleness, and no longer', async () => {
      const { identity, people } = harness
      const { token } = await people.newPerson()
      const actor = await identity.actorOf(token)
      await harness.beginOutage()
      expect(await identity.actorOf(token)).toEqual(actor)
      await harness.passStaleness()
      await expect(identity.actorOf(token)).rejects.toThrow(UnavailableError)
      await harness.endOutage()
      expect(await identity.actorOf(token)).toEqual(actor)
    })
  })
}
