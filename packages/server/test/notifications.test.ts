/** What the service tells listeners, event by event, in the shape that listeners of Glance expect. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describePostgres, freshPostgresDatabase } from '@vitrine/conformance/postgres'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readConfig, startService } from '../src/index.ts'
import { type Accounts, createAccounts } from './accounts.ts'
import { eventually } from './eventually.ts'
import { HttpClient } from './http-client.ts'
import { octets, patchV21 } from './image-requests.ts'

type Told = {
  readonly level: number
  readonly event_type: string
  readonly publisher_id: string
  // biome-ignore lint/suspicious/noExplicitAny: what a test expects of a payload is its own business.
  readonly payload: any
}

const infoLevel = 30
const errorLevel = 50
const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/

function describeNotifications(name: string, databaseUrl: () => Promise<string | undefined>) {
  describe(`notifications, ${name}`, () => {
    const told: Told[] = []
    const opened = new AsyncDisposableStack()
    let client: HttpClient
    let accounts: Accounts

    beforeAll(async () => {
      const directory = await mkdtemp(join(tmpdir(), 'vitrine-notifications-'))
      opened.defer(() => rm(directory, { recursive: true }))
      const { config } = readConfig({
        environment: {
          VITRINE_HTTP__PORT: '0',
          VITRINE_DATA__DIRECTORY: directory,
          VITRINE_IDENTITY__PASSWORD_COST: '10',
          VITRINE_DATABASE__URL: await databaseUrl(),
          VITRINE_NOTIFICATIONS__DRIVER: 'log',
          VITRINE_NOTIFICATIONS__PUBLISHER_ID: 'image.test',
          VITRINE_NOTIFICATIONS__DISABLED: 'image.member.delete,task.run',
        },
      })
      const write = (line: string) => {
        const entry = JSON.parse(line)
        if (entry.msg === 'notification') told.push(entry)
      }
      const log = pino({ level: 'info' }, { write })
      const { url } = opened.use(await startService(config, { log, adminPassword: 'secret' }))
      client = opened.use(new HttpClient(url))
      accounts = await createAccounts(client, 'secret')
    })
    afterAll(() => opened.disposeAsync())

    async function ask(method: string, path: string, body?: unknown, as = 'own', headers = {}) {
      return client.ask(method, `/v2${path}`, {
        headers: { 'x-auth-token': accounts.tokenOf(as), ...headers },
        body,
      })
    }

    async function create(fields: object = {}): Promise<string> {
      const body = { name: 'n', disk_format: 'raw', container_format: 'bare', a: '1', ...fields }
      return (await ask('POST', '/images', body)).body.id
    }

    /** What was told of the image, once `last` was told of it. */
    async function toldOf(id: string, last: string): Promise<readonly Told[]> {
      return eventually(async () => {
        const mine = told.filter(({ payload }) => [payload.id, payload.image_id].includes(id))
        expect(mine.map((one) => one.event_type)).toContain(last)
        return mine
      })
    }
    const types = (all: readonly Told[]) => all.map((one) => one.event_type)
    const one = (all: readonly Told[], type: string) => {
      const found = all.find((each) => each.event_type === type)
      if (found === undefined) throw new Error(`${type} was not told`)
      return found
    }

    test('of an image, from its creation to its end', async () => {
      const id = await create({ tags: ['lts'] })
      await ask('PUT', `/images/${id}/file`, 'data', 'own', octets)
      await ask(
        'PATCH',
        `/images/${id}`,
        [{ op: 'replace', path: '/visibility', value: 'community' }],
        'own',
        { 'content-type': patchV21 },
      )
      await ask('GET', `/images/${id}`)
      await ask('DELETE', `/images/${id}`)
      const all = await toldOf(id, 'image.delete')
      expect(types(all)).toEqual([
        'image.create',
        'image.update',
        'image.prepare',
        'image.upload',
        'image.activate',
        'image.update',
        'image.update',
        'image.delete',
      ])
      expect(all.every(({ level }) => level === infoLevel)).toBe(true)
      expect(new Set(all.map(({ publisher_id }) => publisher_id))).toEqual(new Set(['image.test']))
      const { payload: created } = one(all, 'image.create')
      expect(created).toEqual({
        id,
        name: 'n',
        status: 'queued',
        created_at: expect.stringMatching(time),
        updated_at: expect.stringMatching(time),
        min_disk: 0,
        min_ram: 0,
        protected: false,
        checksum: null,
        owner: accounts.projectId('producer'),
        disk_format: 'raw',
        container_format: 'bare',
        size: null,
        virtual_size: null,
        is_public: false,
        visibility: 'shared',
        properties: { a: '1' },
        tags: ['lts'],
        deleted: false,
        deleted_at: null,
      })
      expect(one(all, 'image.prepare').payload).toMatchObject({
        os_glance_importing_to_stores: [],
        os_glance_failed_import: [],
      })
      expect(one(all, 'image.prepare').payload).not.toHaveProperty('backend')
      expect(one(all, 'image.upload').payload).toMatchObject({
        status: 'active',
        size: 4,
        checksum: '8d777f385d3dfec8815d20f7496026dc',
      })
      expect(one(all, 'image.delete').payload).toMatchObject({
        visibility: 'community',
        deleted: true,
        deleted_at: expect.stringMatching(time),
      })
    })

    test('of an upload that fails, as an error in a sentence', async () => {
      const id = await create({ disk_format: 'qcow2' })
      const before = told.length
      await ask('PUT', `/images/${id}/file`, 'no qcow2', 'own', octets)
      await toldOf(id, 'image.prepare')
      const failure = await eventually(async () => {
        const found = told.slice(before).find(({ level }) => level === errorLevel)
        expect(found).toBeDefined()
        return found
      })
      expect(failure?.event_type).toBe('image.upload')
      expect(failure?.payload).toContain('qcow2')
    })

    test('of data that went out, to whom', async () => {
      const id = await create()
      await ask('PUT', `/images/${id}/file`, 'data', 'own', octets)
      await ask('GET', `/images/${id}/file`, undefined, 'adm')
      await ask('GET', `/images/${id}/file`, undefined, 'adm', { range: 'bytes=0-1' })
      const all = await eventually(async () => {
        const sent = told.filter(
          ({ event_type, payload }) => event_type === 'image.send' && payload.image_id === id,
        )
        expect(sent).toHaveLength(2)
        return sent
      })
      expect(all.map(({ payload }) => payload.bytes_sent)).toEqual([4, 2])
      expect(all[0]?.payload).toEqual({
        bytes_sent: 4,
        image_id: id,
        owner_id: accounts.projectId('producer'),
        receiver_tenant_id: accounts.projectId('cloud'),
        receiver_user_id: expect.any(String),
      })
    })

    test('of members, but for what the operator does not want told', async () => {
      const id = await create()
      const member = accounts.projectId('pending')
      await ask('POST', `/images/${id}/members`, { member })
      await ask('PUT', `/images/${id}/members/${member}`, { status: 'accepted' }, 'mem, pending')
      await ask('DELETE', `/images/${id}/members/${member}`)
      await ask('PUT', `/images/${id}/tags/last`)
      const all = await toldOf(id, 'image.update')
      expect(types(all)).toEqual([
        'image.create',
        'image.member.create',
        'image.member.update',
        'image.update',
      ])
      expect(one(all, 'image.member.update').payload).toEqual({
        image_id: id,
        member_id: member,
        status: 'accepted',
        created_at: expect.stringMatching(time),
        updated_at: expect.stringMatching(time),
        deleted: false,
        deleted_at: null,
      })
    })

    test('of tasks, without what they were asked and what they found', async () => {
      const before = told.length
      const id = await create()
      await ask('PUT', `/images/${id}/stage`, 'data', 'own', octets)
      await ask('POST', `/images/${id}/import`, { method: { name: 'glance-direct' } })
      await eventually(async () => {
        expect(types(told.slice(before))).toContain('task.success')
      })
      const all = told.slice(before).filter(({ event_type }) => event_type.startsWith('task.'))
      expect(types(all)).toEqual(['task.create', 'task.processing', 'task.success'])
      expect(one(all, 'task.success').payload).toEqual({
        id: expect.any(String),
        type: 'api_image_import',
        status: 'success',
        result: null,
        owner: accounts.projectId('producer'),
        message: null,
        expires_at: expect.stringMatching(time),
        created_at: expect.stringMatching(time),
        updated_at: expect.stringMatching(time),
        deleted: false,
        deleted_at: null,
      })
      expect(types(await toldOf(id, 'image.activate'))).toContain('image.upload')
    })
  })
}

describeNotifications('on SQLite', async () => undefined)
describePostgres('with a server', () =>
  describeNotifications('on PostgreSQL', freshPostgresDatabase),
)
