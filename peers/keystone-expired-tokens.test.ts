/**
 * Tokens that a real Keystone has let expire, as they reach the service: alone, and with the token
 * of another service that acts for the user.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeKeystone, type Keystone, password, startKeystone } from './keystone.ts'
import { type PeerService, startPeerService } from './service.ts'

/** Long enough for a log-in on a busy machine. */
const tokenSeconds = 20

describeKeystone('with a Keystone whose tokens expire soon', () => {
  let keystone: Keystone
  let service: PeerService
  beforeAll(async () => {
    keystone = await startKeystone()
    service = await startPeerService({
      VITRINE_IDENTITY__KIND: 'keystone',
      VITRINE_IDENTITY__AUTH_URL: keystone.url,
      VITRINE_IDENTITY__USERNAME: 'glance',
      VITRINE_IDENTITY__PASSWORD: password,
      VITRINE_IDENTITY__PROJECT_NAME: 'service',
      VITRINE_IDENTITY__CACHE_SECONDS: '0',
    })
  })
  afterAll(async () => {
    await service[Symbol.asyncDispose]()
    await keystone[Symbol.asyncDispose]()
  })

  async function statusOf(token: string, serviceToken?: string): Promise<number> {
    const headers = {
      'x-auth-token': token,
      ...(serviceToken !== undefined && { 'x-service-token': serviceToken }),
    }
    return (await fetch(`${service.url}/v2/images`, { headers })).status
  }

  test('an expired token is taken with the token of a service, and with no other', async () => {
    const { people } = keystone
    const nova = await people.newPerson()
    await people.grant(nova, 'service')
    const serviceToken = await people.logIn(nova.userId, { project: { id: nova.projectId } })
    const other = await people.newPerson()
    // From now on tokens are short-lived; those from before keep their hour.
    await keystone.stop()
    await keystone.start({ tokenSeconds })
    const user = await people.newPerson()

    expect(await statusOf(user.token)).toBe(200)
    await sleep((tokenSeconds + 1) * 1000)
    expect(await statusOf(user.token)).toBe(401)
    expect(await statusOf(user.token, other.token)).toBe(401)
    expect(await statusOf(user.token, user.token)).toBe(401)
    expect(await statusOf(user.token, serviceToken)).toBe(200)

    await people.ask('PATCH', `/users/${user.userId}`, { user: { enabled: false } })
    expect(await statusOf(user.token, serviceToken)).toBe(401)
  }, 240_000)
})
