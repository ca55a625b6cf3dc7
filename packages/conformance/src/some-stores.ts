/** Stores to test with, on whatever keeps objects. */
import { type ObjectStore, type Store, Stores } from '@vitrine/core'

/** The one store of a service whose operator named none. */
export function oneStore(objects: ObjectStore): Stores {
  return new Stores([someStore('files', objects)], 'files', false)
}

/** Stores that the operator named; the first is the default. */
export function namedStores(named: Readonly<Record<string, ObjectStore>>): Stores {
  const stores = Object.entries(named).map(([id, objects]) => someStore(id, objects))
  return new Stores(stores, stores[0]?.id ?? 'none', true)
}

function someStore(id: string, objects: ObjectStore): Store {
  return {
    id,
    type: 'file',
    description: undefined,
    readOnly: false,
    weight: 0,
    properties: {},
    objects,
    urlOf: (key) => `memory://${id}/${key}`,
  }
}
