/** Opens the stores that the operator named, or the one that needs no name. */
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Store, Stores, type WebSource } from '@vitrine/core'
import { FileObjectStore, WebObjectStore } from '@vitrine/objects'
import type { StoreSettings } from './stores-settings.ts'

/** Id of the store that nobody named. Clients never see it. */
const unnamed = 'files'

export function openStores(
  settings: readonly StoreSettings[] | undefined,
  dataDirectory: string,
  web: WebSource,
): Stores {
  if (settings === undefined) {
    const store = fileStore({ id: unnamed, directory: join(dataDirectory, 'objects') })
    return new Stores([store], unnamed, false)
  }
  const files = settings.filter((store) => store.kind === 'files')
  const chosen = files.find((store) => store.isDefault) ?? files[0]
  const opened = settings.map((store) =>
    store.kind === 'files' ? fileStore(store) : webStore(store, web),
  )
  return new Stores(opened, chosen?.id ?? unnamed, true)
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

function fileStore({ id, directory, description, weight = 0 }: FileStoreSettings): Store {
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
  }
}
