/** Opens the stores that the operator named, or the one that needs no name. */
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Store, Stores } from '@vitrine/core'
import { FileObjectStore } from '@vitrine/objects'
import type { StoreSettings } from './stores-settings.ts'

/** Id of the store that nobody named. Clients never see it. */
const unnamed = 'files'

export function openStores(
  settings: readonly StoreSettings[] | undefined,
  dataDirectory: string,
): Stores {
  if (settings === undefined) {
    const store = fileStore({ id: unnamed, directory: join(dataDirectory, 'objects') })
    return new Stores([store], unnamed, false)
  }
  const chosen = settings.find((store) => store.isDefault) ?? settings[0]
  return new Stores(settings.map(fileStore), chosen?.id ?? unnamed, true)
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
