/** The same store, with an ear on how long it takes. */
import { ObjectNotFoundError, type ObjectStore, type Store } from '@vitrine/core'
import type { StoreOperation } from './metrics.ts'

export type ObserveStore = (operation: StoreOperation, seconds: number) => void

export function observedStore(store: Store, observe: ObserveStore): Store {
  const { id, objects } = store
  const timed = async <T>(operation: StoreOperation['operation'], run: () => Promise<T>) => {
    const startedMs = performance.now()
    let outcome: StoreOperation['outcome'] = 'failed'
    try {
      const result = await run()
      outcome = 'ok'
      return result
    } catch (error) {
      // An answer like any other, and no failure of the store.
      if (error instanceof ObjectNotFoundError) outcome = 'ok'
      throw error
    } finally {
      observe({ store: id, operation, outcome }, (performance.now() - startedMs) / 1000)
    }
  }
  const observed: ObjectStore = {
    settlesLate: objects.settlesLate === true,
    put: (key, bytes) => timed('put', () => objects.put(key, bytes)),
    get: (key, part) => timed('get', () => objects.get(key, part)),
    delete: (key) => timed('delete', () => objects.delete(key)),
    check: () => objects.check(),
    list: () => objects.list(),
  }
  return { ...store, objects: observed }
}
