/** Opens the stores that the operator named, or the one that needs no name. */
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Store, Stores, type WebSource } from '@vitrine/core'
import { FileObjectStore, pathWithin, WebObjectStore } from '@vitrine/objects'
import { type ObserveStore, observedStore } from './operations/observed-store.ts'
import type { S3Settings } from './s3-settings.ts'
import type { StoreSettings } from './stores-settings.ts'

/** Id of the store that nobody named. Clients never see it. */
const unnamed = 'files'

export type OpenStoresOptions = {
  readonly dataDirectory: string
  readonly web: WebSource
  /** Where the proxy in front of us finds files of stores; undefined where we send them ourselves. */
  readonly accelPrefix?: string | undefined
  /** Undefined where nobody wants to know how long they take. */
  readonly observe: ObserveStore | undefined
}

export async function openStores(
  settings: readonly StoreSettings[] | undefined,
  { dataDirectory, web, accelPrefix, observe }: OpenStoresOptions,
): Promise<Stores> {
  const seen = (store: Store) => (observe === undefined ? store : observedStore(store, observe))
  if (settings === undefined) {
    const store = fileStore({ id: unnamed, directory: join(dataDirectory, 'objects') }, accelPrefix)
    return new Stores([seen(store)], unnamed, false)
  }
  const takingData = settings.filter((store) => store.kind !== 'http')
  const chosen = takingData.find((store) => store.isDefault) ?? takingData[0]
  const opened = await Promise.all(
    settings.map((store) => {
      if (store.s3 !== undefined) return s3Store(store, store.s3)
      return store.kind === 'files' ? fileStore(store, accelPrefix) : webStore(store, web)
    }),
  )
  return new Stores(opened.map(seen), chosen?.id ?? unnamed, true)
}

/** Its library is large, and loaded only where there is such a store. */
async function s3Store(
  { id, description, weight }: StoreSettings,
  { timeoutSeconds, redirectSeconds, ...place }: S3Settings,
): Promise<Store> {
  const { S3ObjectStore } = await import('@vitrine/objects/s3')
  const objects = new S3ObjectStore({ ...place, timeoutMs: timeoutSeconds * 1000 })
  return {
    id,
    type: 's3',
    description,
    readOnly: false,
    weight,
    properties: {
      s3_store_large_object_size: 5,
      s3_store_large_object_chunk_size: 5,
      s3_store_thread_pools: 2,
    },
    objects,
    urlOf: (key) => `s3://${place.bucket}/${place.prefix}${key}`,
    elsewhere:
      redirectSeconds === undefined
        ? undefined
        : async (key, method) => ({
            by: 'redirect',
            url: await objects.addressOf(key, method, redirectSeconds),
          }),
  }
}

function webStore({ id, description, weight }: StoreSettings, web: WebSource): Store {
  return {
    id,
    type: 'http',
    description,
    readOnly: true,
    weight,
    properties: {},
    objects: new WebObjectStore(web),
    urlOf: (key) => key,
  }
}

type FileStoreSettings = Partial<StoreSettings> & Pick<StoreSettings, 'id' | 'directory'>

function fileStore(
  { id, directory, description, weight = 0 }: FileStoreSettings,
  accelPrefix: string | undefined,
): Store {
  const path = resolve(directory)
  return {
    id,
    type: 'file',
    description,
    readOnly: false,
    weight,
    properties: { data_dir: path, chunk_size: 65_536, thin_provisioning: false },
    objects: new FileObjectStore(path),
    urlOf: (key) => pathToFileURL(join(path, key)).href,
    elsewhere:
      accelPrefix === undefined
        ? undefined
        : async (key) => ({
            by: 'proxy',
            path: `${accelPrefix}/${encodeURIComponent(id)}/${pathWithin(key)}`,
          }),
  }
}
