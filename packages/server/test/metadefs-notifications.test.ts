/** What listeners are told of metadata definitions, change by change. */
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

type Told = {
  readonly event_type: string
  // biome-ignore lint/suspicious/noExplicitAny: what a test expects of a payload is its own business.
  readonly payload: any
}

const root = '/v2/metadefs/namespaces'
const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)

function describeNotifications(name: string, databaseUrl: () => Promise<string | undefined>) {
  describe(`notifications of metadata definitions, ${name}`, () => {
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
          VITRINE_NOTIFICATIONS__DISABLED: 'metadef_resource_type',
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

    const ask = async (method: string, path: string, expected: number, body?: unknown) => {
      const headers = { 'x-auth-token': accounts.tokenOf('adm') }
      const { status, text } = await client.ask(method, `${root}${path}`, { headers, body })
      expect(status, `${method} ${path}: ${text}`).toBe(expected)
    }
    /** Everything about the namespace, once `last` was told. */
    const toldOf = (namespace: string, last: string) =>
      eventually(async () => {
        const mine = told.filter(({ payload }) => payload.namespace === namespace)
        expect(mine.map(({ event_type }) => event_type)).toContain(last)
        return mine
      })
    const types = (all: readonly Told[]) => all.map(({ event_type }) => event_type)

    test('tell of a namespace, from its creation to its end', async () => {
      const cpu = { name: 'cpu', properties: { speed: { type: 'number', title: 'Speed' } } }
      await ask('POST', '', 201, {
        namespace: 'Life',
        owner: 'somebody',
        properties: { cores: { type: 'integer', title: 'Cores', minimum: 1, default: 2 } },
        objects: [cpu],
        tags: [{ name: 'one' }],
        resource_type_associations: [{ name: 'R' }],
      })
      await ask('PUT', '/Life', 200, { namespace: 'Life2', description: 'd' })
      await ask('PUT', '/Life2', 200, { namespace: 'Life' })
      for (const kind of ['objects', 'properties', 'tags']) {
        await ask('DELETE', `/Life/${kind}`, 204)
      }
      await ask('DELETE', '/Life', 204)
      const all = await toldOf('Life', 'metadef_namespace.delete')
      expect(types(all)).toEqual([
        'metadef_namespace.create',
        'metadef_property.create',
        'metadef_object.create',
        'metadef_tag.create',
        'metadef_namespace.update',
        'metadef_namespace.delete_objects',
        'metadef_namespace.delete_properties',
        'metadef_namespace.delete_tags',
        'metadef_namespace.delete',
      ])
      const kept = {
        namespace: 'Life',
        display_name: null,
        protected: false,
        visibility: 'private',
        owner: 'somebody',
        description: null,
        created_at: time,
        updated_at: time,
      }
      const present = { deleted: false, deleted_at: null }
      const gone = { deleted: true, deleted_at: time }
      expect(all[0]?.payload).toEqual({ ...kept, namespace_old: 'Life', ...present })
      expect(all[4]?.payload).toEqual({ ...kept, namespace_old: 'Life2', ...present })
      for (const { payload } of all.slice(5)) {
        expect(payload).toEqual({ ...kept, namespace_old: 'Life', ...gone })
      }
      const nothing = {
        description: null,
        default: null,
        minimum: null,
        maximum: null,
        enum: null,
        pattern: null,
        minLength: null,
        maxLength: null,
        confidential: null,
        items: null,
        uniqueItems: null,
        minItems: null,
        maxItems: null,
        additionalItems: null,
      }
      expect(all[1]?.payload).toEqual({
        ...nothing,
        namespace: 'Life',
        name: 'cores',
        name_old: 'cores',
        type: 'integer',
        title: 'Cores',
        minimum: 1,
        default: '2',
        ...present,
      })
      expect(all[2]?.payload).toEqual({
        namespace: 'Life',
        name: 'cpu',
        name_old: 'cpu',
        properties: [{ ...nothing, name: 'speed', type: 'number', title: 'Speed' }],
        required: [],
        description: null,
        created_at: time,
        updated_at: time,
        ...present,
      })
    })

    test('tell of what stands in a namespace, under its old name and its new', async () => {
      await ask('POST', '', 201, { namespace: 'Items' })
      const property = { name: 'p', type: 'string', title: 'P' }
      for (const [kind, body] of [
        ['properties', property],
        ['objects', { name: 'p' }],
      ] as const) {
        await ask('POST', `/Items/${kind}`, 201, body)
        await ask('PUT', `/Items/${kind}/p`, 200, { ...body, name: 'q' })
        await ask('DELETE', `/Items/${kind}/q`, 204)
      }
      await ask('POST', '/Items/tags', 201, { tags: [{ name: 'p' }] })
      await ask('PUT', '/Items/tags/p', 200, { name: 'q' })
      await ask('DELETE', '/Items/tags/q', 204)
      const all = await toldOf('Items', 'metadef_tag.delete')
      expect(
        all
          .slice(1)
          .map(({ event_type: type, payload }) => [
            type,
            payload.name,
            payload.name_old,
            payload.deleted,
          ]),
      ).toEqual(
        ['property', 'object', 'tag'].flatMap((kind) => [
          [`metadef_${kind}.create`, 'p', 'p', false],
          [`metadef_${kind}.update`, 'q', 'p', false],
          [`metadef_${kind}.delete`, 'q', 'q', true],
        ]),
      )
    })

    test('tell nothing of what was refused, and nothing that the operator disabled', async () => {
      await ask('POST', '', 201, { namespace: 'Quiet', tags: [{ name: 'a' }] })
      await ask('POST', '/Quiet/tags/a', 409)
      await ask('POST', '/Quiet/resource_types', 201, { name: 'R' })
      await ask('DELETE', '/Quiet/resource_types/R', 204)
      await ask('POST', '', 409, { namespace: 'Quiet' })
      await ask('POST', '/Quiet/tags', 201, { tags: [{ name: 'b' }] })
      await ask('DELETE', '/Quiet', 204)
      expect(types(await toldOf('Quiet', 'metadef_namespace.delete'))).toEqual([
        'metadef_namespace.create',
        'metadef_tag.create',
        'metadef_namespace.delete_tags',
        'metadef_tag.create',
        'metadef_namespace.delete',
      ])
    })

    test('tell of thousands of children, and end with the namespace', async () => {
      const tags = Array.from({ length: 9000 }, (_, i) => ({ name: `tag ${i}` }))
      await ask('POST', '', 201, { namespace: 'Crowd', tags })
      await ask('DELETE', '/Crowd', 204)
      const all = await eventually(async () => {
        const mine = told.filter(({ payload }) => payload.namespace === 'Crowd')
        expect(mine.length).toBe(9002)
        return mine
      })
      expect(all.at(-1)?.event_type).toBe('metadef_namespace.delete')
    })
  })
}

describeNotifications('on SQLite', async () => undefined)
describePostgres('with a server', () =>
  describeNotifications('on PostgreSQL', freshPostgresDatabase),
)
