/** The adapter for Keystone against Keystone itself. */
import {
  describeIdentity,
  describeIdentityOutage,
  type IdentityApiPeople,
  idOf,
  type Person,
} from '@vitrine/conformance'
import { KeystoneIdentity } from '@vitrine/identity'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { describeKeystone, type Keystone, password, startKeystone } from './keystone.ts'

const cacheSeconds = 60

describeKeystone('with Keystone', () => {
  let keystone: Keystone
  beforeAll(async () => {
    keystone = await startKeystone()
  })
  afterAll(() => keystone[Symbol.asyncDispose]())

  function openIdentity() {
    let passedMs = 0
    const identity = new KeystoneIdentity({
      authUrl: keystone.url,
      username: 'glance',
      password,
      projectName: 'service',
      userDomainName: 'Default',
      projectDomainName: 'Default',
      cacheSeconds,
      timeoutMs: 5000,
      clock: { now: () => new Date(Date.now() + passedMs) },
    })
    const passStaleness = async () => {
      passedMs += cacheSeconds * 1000
    }
    return { identity, passStaleness }
  }

  const makeHarness = async () => ({
    ...openIdentity(),
    people: keystone.people,
    close: async () => {},
  })

  describeIdentity('KeystoneIdentity', makeHarness)

  describeIdentityOutage('KeystoneIdentity, with Keystone stalled,', async () => ({
    ...(await makeHarness()),
    beginOutage: () => keystone.stall(),
    endOutage: () => keystone.resume(),
  }))

  describeIdentityOutage('KeystoneIdentity, with Keystone stopped,', async () => ({
    ...(await makeHarness()),
    beginOutage: () => keystone.stop(),
    endOutage: () => keystone.start(),
  }))

  describe('KeystoneIdentity', () => {
    const scoped = async (person: Person, scope: unknown) => {
      const token = await keystone.people.logIn(person.userId, scope)
      return openIdentity().identity.actorOf(token)
    }

    test('gives no roles for a token scoped to a domain or to the system', async () => {
      const { people } = keystone
      const person = await people.newPerson()
      await people.grantOn('domains/default', person.userId, 'admin')
      await people.grantOn('system', person.userId, 'admin')
      const nobody = { userId: person.userId, projectId: undefined, roles: new Set() }
      expect(await scoped(person, { domain: { id: 'default' } })).toEqual(nobody)
      expect(await scoped(person, { system: { all: true } })).toEqual(nobody)
    })

    test('knows the role service', async () => {
      const person = await keystone.people.newPerson()
      await keystone.people.grant(person, 'service')
      const actor = await openIdentity().identity.actorOf(person.token)
      expect(actor?.roles).toContain('service')
    })

    test('renews its own token when Keystone has revoked it', async () => {
      const { identity } = openIdentity()
      const { people } = keystone
      const [first, second] = [await people.newPerson(), await people.newPerson()]
      expect(await identity.actorOf(first.token)).toBeDefined()
      const path = `/users/${await glanceId(people)}`
      await people.ask('PATCH', path, { user: { enabled: false } })
      await people.ask('PATCH', path, { user: { enabled: true } })
      // Keystone revokes by whole seconds: what it issues in the same second is revoked with it.
      const actor = () => identity.actorOf(second.token).catch(() => undefined)
      await expect.poll(actor, { timeout: 30_000, interval: 500 }).toBeDefined()
    }, 60_000)

    test('refuses the token of an application credential that only some requests may use', async () => {
      const person = await keystone.people.newPerson()
      const rule = { service: 'compute', method: 'GET', path: '/v2.1/servers' }
      const open = await applicationToken(keystone, person, [])
      const restricted = await applicationToken(keystone, person, [rule])
      expect(await openIdentity().identity.actorOf(open)).toMatchObject({ userId: person.userId })
      expect(await openIdentity().identity.actorOf(restricted)).toBeUndefined()
    })
  })
})

/** The account under which the service asks. */
async function glanceId(people: IdentityApiPeople): Promise<string> {
  return idOf(await people.ask('GET', '/users?name=glance'), 'users', '0')
}

/** A token by an application credential of this person; without rules it may be used for all. */
async function applicationToken({ url }: Keystone, { userId, token }: Person, rules: object[]) {
  const post = (path: string, body: unknown) =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'x-auth-token': token, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  const fields = { name: crypto.randomUUID(), secret: password }
  const application_credential = rules.length > 0 ? { ...fields, access_rules: rules } : fields
  const made = await post(`/users/${userId}/application_credentials`, { application_credential })
  const id = idOf(await made.json(), 'application_credential')
  const identity = {
    methods: ['application_credential'],
    application_credential: { id, secret: password },
  }
  const answer = await post('/auth/tokens', { auth: { identity } })
  return answer.headers.get('x-subject-token') ?? ''
}
