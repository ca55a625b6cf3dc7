/** Where a long test takes place: a database and stores, which outlive every process of the service. */
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres } from '@vitrine/conformance/start-postgres'
import { adminPassword, type Settings } from './service.ts'

export const databases = ['sqlite', 'postgres'] as const
export const stores = ['files', 's3'] as const
export type DatabaseKind = (typeof databases)[number]
export type StoreKind = (typeof stores)[number]

export type Ground = AsyncDisposable & {
  readonly name: string
  readonly settings: Settings
  /** Whether several processes may serve it at once. */
  readonly severalProcesses: boolean
}

/**
 * @param database a PostgreSQL is started where no URL is given.
 * @throws {Error} when S3 is asked for and no Ceph can be started here.
 */
export async function prepareGround(
  database: DatabaseKind,
  store: StoreKind,
  postgresUrl?: string,
): Promise<Ground> {
  await using opened = new AsyncDisposableStack()
  const directory = await mkdtemp(join(tmpdir(), 'vitrine-long-'))
  opened.defer(() => rm(directory, { recursive: true }))
  let url = `sqlite:${join(directory, 'vitrine.sqlite')}`
  if (database === 'postgres') {
    url = postgresUrl ?? (await ownPostgres(opened))
  }
  const files = (id: string) => ({ id, kind: 'files', directory: join(directory, id) })
  const first = store === 'files' ? files('one') : await ownBucket(opened)
  const settings = {
    VITRINE_DATA__DIRECTORY: directory,
    VITRINE_DATABASE__URL: url,
    VITRINE_ADMIN_PASSWORD: adminPassword,
    VITRINE_STORES: JSON.stringify([{ ...first, default: true }, files('two')]),
    VITRINE_IMPORTS__ALLOWED_NETWORKS: '127.0.0.0/8',
    VITRINE_IMPORTS__ALLOWED_PORTS: '',
  }
  const everything = opened.move()
  return {
    name: `${database} and ${store}`,
    settings,
    severalProcesses: database === 'postgres',
    [Symbol.asyncDispose]: () => everything.disposeAsync(),
  }
}

async function ownPostgres(opened: AsyncDisposableStack): Promise<string> {
  const postgres = await startPostgres()
  opened.defer(() => postgres.stop())
  return postgres.createDatabase()
}

async function ownBucket(opened: AsyncDisposableStack) {
  const { peerScripts } = await import('../peers/peer-scripts.ts')
  const script = join(peerScripts, 'ceph-rgw-up.sh')
  if (!existsSync(script)) throw new Error(`There is no S3 store to test with: no ${script}`)
  const { accessKeyId, secretAccessKey, startCeph } = await import('../peers/ceph.ts')
  const ceph = opened.use(await startCeph())
  const { endpoint, region, bucket, prefix } = ceph.newPlace()
  return {
    id: 'one',
    kind: 's3',
    endpoint,
    region,
    bucket,
    prefix,
    access_key_id: accessKeyId,
    secret_access_key: secretAccessKey,
  }
}
