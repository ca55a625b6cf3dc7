/**
 * The adapter for Keystone, asking our own Identity API: no imitation, and the tests that hold for
 * the one hold for the other. Against Keystone itself it is tested in peers/.
 */
import { describeIdentity, IdentityApiPeople } from '@vitrine/conformance'
import { KeystoneIdentity } from '@vitrine/identity'
import { describeIdentityApi } from './identity-service.ts'

const cacheSeconds = 60
const admin = { username: 'admin', password: 'secret', projectName: 'admin' }

describeIdentityApi('as KeystoneIdentity asks it', (api) => {
  describeIdentity('KeystoneIdentity', async () => {
    const people = await IdentityApiPeople.open({ ...admin, url: `${api.url}/identity/v3` })
    let passedMs = 0
    const identity = new KeystoneIdentity({
      ...admin,
      authUrl: `${api.url}/identity`,
      userDomainName: 'Default',
      projectDomainName: 'Default',
      cacheSeconds,
      timeoutMs: 10_000,
      clock: { now: () => new Date(Date.now() + passedMs) },
    })
    const passStaleness = async () => {
      passedMs += cacheSeconds * 1000
    }
    return { identity, people, passStaleness, close: async () => {} }
  })
})
