/**
 * The places where image data is kept, as the operator named them.
 *
 * Clients see stores only when the operator has named any: then images say where they are, and
 * uploads and imports may choose.
 */
import type { ByteRange } from './byte-range.ts'
import { quote, UnavailableError } from './errors.ts'
import type { ObjectAddress } from './image.ts'
import { ObjectNotFoundError, type ObjectStore } from './ports/object-store.ts'

export type Store = {
  readonly id: string
  /** As clients know it: `file`, `s3` or `http`. */
  readonly type: string
  readonly description: string | undefined
  /** Nothing can be put into it: it leads to bytes that others keep. */
  readonly readOnly: boolean
  /** Among several copies of an image, the one in the store of most weight is read. */
  readonly weight: number
  /** What operators may know of it besides. */
  readonly properties: Readonly<Record<string, string | number | boolean>>
  readonly objects: ObjectStore
  /** The address of an object, as it stands in an image's locations. */
  readonly urlOf: (key: string) => string
  /** Says where others get an object; undefined where we send every one ourselves. */
  readonly elsewhere?: ((key: string, method: 'GET' | 'HEAD') => Promise<Elsewhere>) | undefined
}

/** Where an object can be had without us. */
export type Elsewhere =
  /** At a path that only the proxy in front of us knows; it sends what is there. */
  | { readonly by: 'proxy'; readonly path: string }
  /** At an address that is good for a while and for one method. Who has it needs nothing else. */
  | { readonly by: 'redirect'; readonly url: string }

export class Stores {
  /** In the order of the configuration. */
  readonly all: readonly Store[]
  readonly default: Store
  /** Whether clients see stores at all. */
  readonly named: boolean

  /** @param named whether the operator named them, or there is only the one that nobody named. */
  constructor(all: readonly Store[], defaultId: string, named: boolean) {
    const chosen = all.find((store) => store.id === defaultId)
    if (chosen === undefined)
      throw new Error(`Cannot use store ${defaultId} by default: there is none`)
    this.all = all
    this.default = chosen
    this.named = named
  }

  find(id: string): Store | undefined {
    return this.all.find((store) => store.id === id)
  }

  /** @throws {UnavailableError} when an image names a store that the operator has taken away. */
  at({ storeId }: ObjectAddress): Store {
    const store = this.find(storeId)
    if (store !== undefined) return store
    throw new UnavailableError(
      `Cannot reach the data in store ${quote(storeId)}: the operator has taken the store away`,
    )
  }

  /** The store of what others keep on the web, if there is one. */
  get web(): Store | undefined {
    return this.all.find((store) => store.type === 'http')
  }

  get writable(): readonly Store[] {
    return this.all.filter((store) => !store.readOnly)
  }
}

/**
 * Opens the bytes, or a part of them, from the first of these copies that can be had.
 *
 * @throws {ObjectNotFoundError} when there is none.
 */
export async function openFirst(
  stores: Stores,
  [first, ...others]: readonly ObjectAddress[],
  part?: ByteRange,
): Promise<AsyncIterable<Uint8Array>> {
  if (first === undefined) throw new ObjectNotFoundError('none')
  try {
    return await stores.at(first).objects.get(first.key, part)
  } catch (error) {
    if (others.length === 0) throw error
    return openFirst(stores, others, part)
  }
}
