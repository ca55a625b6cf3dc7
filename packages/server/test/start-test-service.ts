/** The real service on a directory and a port of its own, with accounts for every part in a story. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { describePostgres, freshPostgresDatabase } from '@vitrine/conformance/postgres'
import { imageRecords, openDatabaseBeside } from '@vitrine/records'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest'
import { readConfig, startService } from '../src/index.ts'
import { type Accounts, createAccounts } from './accounts.ts'
import { eventually } from './eventually.ts'
import { filesIn } from './files-in.ts'
import { type Answer, type Ask, HttpClient } from './http-client.ts'

export type TestService = AsyncDisposable & {
  readonly url: string
  readonly accounts: Accounts
  /** What the service has told its operator of failures. */
  readonly complaints: string[]
  /** One request as `own`, a member of the project `producer`, unless it says otherwise. */
  ask(method: string, path: string, ask?: Ask & { readonly as?: string }): Promise<Answer>
  /** Files in which the service keeps image data, whole or half-written. */
  dataFiles(): Promise<readonly string[]>
  /**
   * Those files, once none of them waits to be deleted: answers do not wait for that.
   *
   * @param broken the store that cannot delete.
   */
  filesAtRest(broken?: string): Promise<readonly string[]>
}

/** @param settings such as `{ VITRINE_LIMITS__TAGS_PER_IMAGE: '2' }`. */
export async function startTestService(
  settings: Readonly<Record<string, string>> = {},
): Promise<TestService> {
  await using opened = new AsyncDisposableStack()
  const directory = await mkdtemp(join(tmpdir(), 'vitrine-server-'))
  opened.defer(() => rm(directory, { recursive: true }))
  const { config } = readConfig({
    environment: {
      VITRINE_HTTP__PORT: '0',
      VITRINE_DATA__DIRECTORY: directory,
      // Ten passwords are hashed for the accounts below: most of the time a test would take.
      VITRINE_IDENTITY__PASSWORD_COST: '10',
      ...settings,
    },
  })
  const complaints: string[] = []
  const log = pino({ level: 'error' }, { write: (line: string) => complaints.push(line) })
  const { url } = opened.use(await startService(config, { log, adminPassword: 'secret' }))
  const client = opened.use(new HttpClient(url))
  const accounts = await createAccounts(client, 'secret')

  const dataFiles = async () => {
    const named = config.stores?.filter(({ kind }) => kind === 'files')
    const directories = named?.map((store) => store.directory) ?? [join(directory, 'objects')]
    return (await Promise.all(directories.map(filesIn))).flat()
  }
  const everything = opened.move()
  return {
    url,
    accounts,
    complaints,
    ask: (method, path, { as = 'own', ...ask } = {}) =>
      client.ask(method, path, {
        ...ask,
        headers: { 'x-auth-token': accounts.tokenOf(as), ...ask.headers },
      }),
    dataFiles,
    async filesAtRest(broken) {
      await using database = await openDatabaseBeside(config.database.url)
      const records = imageRecords(database)
      await eventually(async () => {
        const loose = await records.abandonedObjects(new Date(), 500)
        const waiting = loose.filter(({ isDoomed, storeId }) => isDoomed && storeId !== broken)
        expect(waiting).toEqual([])
      })
      return dataFiles()
    },
    [Symbol.asyncDispose]: () => everything.disposeAsync(),
  }
}

/** The tests on one service per database. Whatever they do, it must never complain of a failure. */
export function describeOnBothDatabases(
  name: string,
  settings: Readonly<Record<string, string>>,
  tests: (service: () => TestService) => void,
): void {
  const onDatabase = (urlSettings: () => Promise<Record<string, string>>) => () => {
    let service: TestService | undefined
    const started = () => {
      if (service === undefined) throw new Error('The service has not started')
      return service
    }
    beforeAll(async () => {
      service = await startTestService({ ...settings, ...(await urlSettings()) })
    })
    afterEach(() => expect(started().complaints.splice(0)).toEqual([]))
    afterAll(() => service?.[Symbol.asyncDispose]())
    tests(started)
  }
  describe(
    `${name}, on SQLite`,
    onDatabase(async () => ({})),
  )
  describePostgres(
    `${name}, on PostgreSQL`,
    onDatabase(async () => ({ VITRINE_DATABASE__URL: await freshPostgresDatabase() })),
  )
}
