/**
 * The service with tokens from Keystone, on both databases: the story of a share as users of the
 * `openstack` client live it, and what becomes of tokens that Keystone takes back or cannot check.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freshPostgresDatabase } from '@vitrine/conformance/postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { describeKeystone, type Keystone, password, startKeystone } from './keystone.ts'
import { type PeerService, startPeerService } from './service.ts'
import { Terminal } from './terminal.ts'

/** For so long the service remembers what Keystone said. */
const cacheSeconds = 2

let keystone: Keystone
let service: PeerService
const as = (name: string) => new Terminal(service, { name, password })

const settings = () => ({
  VITRINE_IDENTITY__KIND: 'keystone',
  VITRINE_IDENTITY__AUTH_URL: keystone.url,
  VITRINE_IDENTITY__USERNAME: 'glance',
  VITRINE_IDENTITY__PASSWORD: password,
  VITRINE_IDENTITY__PROJECT_NAME: 'service',
  VITRINE_IDENTITY__CACHE_SECONDS: String(cacheSeconds),
  VITRINE_IDENTITY__TIMEOUT_SECONDS: '5',
})

/** @param database such as `{ VITRINE_DATABASE__URL: 'postgres://…' }`; none for SQLite. */
async function startService(database: Record<string, string> = {}): Promise<void> {
  service = await startPeerService({ ...settings(), ...database })
  await keystone.setImageEndpoint(service.url)
}

async function ask(path: string, token?: string) {
  const headers = token === undefined ? {} : { 'x-auth-token': token }
  return fetch(`${service.url}${path}`, { headers })
}

const statusOf = async (path: string, token: string) => (await ask(path, token)).status
const cacheTime = () => new Promise((resolve) => setTimeout(resolve, cacheSeconds * 1000))

describeKeystone('the service with tokens from Keystone', () => {
  beforeAll(async () => {
    keystone = await startKeystone()
  })
  afterAll(() => keystone[Symbol.asyncDispose]())

  describe.each([
    ['SQLite', async () => ({})],
    ['PostgreSQL', async () => ({ VITRINE_DATABASE__URL: await freshPostgresDatabase() })],
  ])('on %s', (_, makeDatabase) => {
    beforeAll(async () => startService(await makeDatabase()))
    afterAll(() => service[Symbol.asyncDispose]())

    test('tells the story of a share to users of the openstack client', async () => {
      const [producer, consumer, outsider] = [as('producer'), as('consumer'), as('outsider')]
      const disk = join(service.directory, 'disk.raw')
      await writeFile(disk, 'the bytes of a disk')
      const image =
        await producer.run`openstack image create --file ${disk} --disk-format raw --container-format bare --shared -f value -c id disk`
      const consumerId = (await consumer.run`openstack token issue -f value -c project_id`).trim()
      expect(
        await producer.json`openstack image add project ${image} ${consumerId} -f json`,
      ).toMatchObject({ member_id: consumerId, status: 'pending' })

      expect(
        await consumer.lines`openstack image list --shared --member-status pending -f value -c ID`,
      ).toEqual([image])
      const copy = join(service.directory, 'copy.raw')
      await consumer.run`openstack image save --file ${copy} ${image}`
      expect(await readFile(copy, 'utf8')).toBe('the bytes of a disk')
      await consumer.run`openstack image set --accept ${image}`
      expect(await consumer.lines`openstack image list -f value -c ID`).toEqual([image])
      expect(await consumer.refused`openstack image delete ${image}`).toContain('403')
      expect(await outsider.refused`openstack image show ${image}`).toContain('No Image found')

      await producer.run`openstack image remove project ${image} ${consumerId}`
      expect(await consumer.refused`openstack image show ${image}`).toContain('No Image found')
      await producer.run`openstack image delete ${image}`
    })

    test('an admin of Keystone publishes images', async () => {
      const admin = as('admin')
      const image =
        await admin.run`openstack image create --public --disk-format raw --container-format bare -f value -c id base`
      expect(await as('outsider').lines`openstack image list -f value -c ID`).toEqual([image])
      await admin.run`openstack image delete ${image}`
    })

    test('goes on for known tokens while Keystone is stuck, and answers 503 to new ones', async () => {
      const [known, fresh] = await Promise.all([
        keystone.people.newPerson(),
        keystone.people.newPerson(),
      ])
      expect(await statusOf('/v2/images', known.token)).toBe(200)
      await keystone.stall()
      try {
        expect(await statusOf('/v2/images', known.token)).toBe(200)
        expect(await statusOf('/v2/images', fresh.token)).toBe(503)
        expect(await statusOf('/v2/images', known.token)).toBe(503)
      } finally {
        await keystone.resume()
      }
      expect(await statusOf('/v2/images', known.token)).toBe(200)
      expect(await statusOf('/v2/images', fresh.token)).toBe(200)
    })
  })

  describe('on SQLite', () => {
    beforeAll(() => startService())
    afterAll(() => service[Symbol.asyncDispose]())

    test('refuses a token that was revoked, within the cache time', async () => {
      const producer = as('producer')
      const token = await producer.run`openstack token issue -f value -c id`
      expect(await statusOf('/v2/images', token)).toBe(200)
      await producer.run`openstack token revoke ${token}`
      await cacheTime()
      expect(await statusOf('/v2/images', token)).toBe(401)
    })

    test('refuses a token whose roles were removed, and takes it when they are back', async () => {
      const { token, userId, projectId } = await keystone.people.newPerson()
      expect(await statusOf('/v2/images', token)).toBe(200)
      const admin = as('admin')
      await admin.run`openstack role remove --user ${userId} --project ${projectId} member`
      await cacheTime()
      expect(await statusOf('/v2/images', token)).toBe(401)
      await admin.run`openstack role add --user ${userId} --project ${projectId} reader`
      const again = await keystone.people.logIn(userId, { project: { id: projectId } })
      expect(await statusOf('/v2/images', again)).toBe(200)
      expect(await createStatus(again)).toBe(403)
    })

    test('tells a token for a domain, for the system or for nothing 403 for lists and 404 for an image', async () => {
      const { people } = keystone
      const person = await people.newPerson()
      const image = await as('producer')
        .run`openstack image create --community --disk-format raw --container-format bare -f value -c id everyone`
      expect(await statusOf(`/v2/images/${image}`, person.token)).toBe(200)

      await people.grantOn('domains/default', person.userId, 'admin')
      await people.grantOn('system', person.userId, 'admin')
      for (const scope of ['unscoped', { domain: { id: 'default' } }, { system: { all: true } }]) {
        const token = await people.logIn(person.userId, scope)
        expect(await statusOf('/v2/images', token)).toBe(403)
        expect(await statusOf(`/v2/images/${image}`, token)).toBe(404)
        expect(await createStatus(token)).toBe(403)
      }
    })

    test('sends callers without a good token to Keystone', async () => {
      for (const token of [undefined, 'unknown', 'x'.repeat(9000)]) {
        const response = await ask('/v2/images', token)
        expect(response.status).toBe(401)
        expect(response.headers.get('www-authenticate')).toBe(`Keystone uri="${keystone.url}"`)
      }
    })

    test('has no Identity API: its paths are answered like any that is unknown', async () => {
      for (const path of ['/identity', '/identity/v3', '/identity/v3/auth/tokens']) {
        const response = await ask(path)
        expect(response.status).toBe(300)
        expect(await response.json()).toEqual(await (await ask('/unknown')).json())
      }
    })

    test('starts without Keystone, answers 503, and works once Keystone is there', async () => {
      const { token } = await keystone.people.newPerson()
      await keystone.stop()
      await service[Symbol.asyncDispose]()
      service = await startPeerService(settings())
      expect(await statusOf('/v2/images', token)).toBe(503)
      expect((await ask('/v2/images')).status).toBe(401)
      await keystone.start()
      expect(await statusOf('/v2/images', token)).toBe(200)
    })
  })
})

async function createStatus(token: string): Promise<number> {
  const response = await fetch(`${service.url}/v2/images`, {
    method: 'POST',
    headers: { 'x-auth-token': token, 'content-type': 'application/json' },
    body: '{"name":"mine"}',
  })
  return response.status
}
