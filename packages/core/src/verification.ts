/**
 * Reads all image data again, and tells what is not as the records say.
 *
 *   records ──each content──► read, measured ──► missing, altered, unreadable
 *   images  ──each location─► is there a content? ─────────────────► unrecorded
 *   stores  ──each object───► does anyone own it? ─────────────────► stray, leftover
 *
 * It works beside a running service: what comes or goes meanwhile is looked at once more before it
 * is told. It keeps a page in memory at a time. A content that is not what it should be is shared no
 * more, so that no further image relies on it.
 */
import { createHash } from 'node:crypto'
import type { ObjectAddress } from './image.ts'
import type { Content } from './ports/content-records.ts'
import { ObjectNotFoundError, type StoredObject } from './ports/object-store.ts'
import type { Records } from './ports/records.ts'
import type { Store, Stores } from './stores.ts'

export type Finding = ObjectAddress & {
  readonly kind: 'missing' | 'altered' | 'unreadable' | 'unrecorded' | 'stray' | 'leftover'
  /** Some of the images that have the data; there may be more. */
  readonly imageIds: readonly string[]
  /** What is, and what should be. */
  readonly detail: string
}

export type Verified = { readonly objects: number; readonly bytes: number }

export type VerifiedInAll = Verified & {
  /** Sound data that its store has in a shared object, too: kept twice for as long as its images stay. */
  readonly repeated: Verified
}

export type VerificationParts = {
  readonly records: Records
  readonly stores: Stores
  /** Sees to it that no further image shares what is missing or altered. */
  readonly retire: (address: ObjectAddress) => Promise<void>
  readonly onFinding: (finding: Finding) => void
  /** After every object, and now and then within a long one. */
  readonly onProgress: (so: Verified) => void
}

const pageSize = 200
const atOnce = 4
const mostImagesTold = 20
/** From here on all that the second look finds is told. */
const mostSuspects = 100_000

type Trouble = Pick<Finding, 'kind' | 'detail'>

export class Verification {
  readonly #parts: VerificationParts
  #objects = 0
  #bytes = 0
  readonly #repeated = { objects: 0, bytes: 0 }

  constructor(parts: VerificationParts) {
    this.#parts = parts
  }

  async run(): Promise<VerifiedInAll> {
    await this.#verifyContents()
    await this.#verifyStaged()
    await this.#verifyImages()
    for (const store of this.#parts.stores.writable) await this.#findStrays(store)
    return { objects: this.#objects, bytes: this.#bytes, repeated: this.#repeated }
  }

  async #verifyContents(): Promise<void> {
    const { records } = this.#parts
    await pages(
      (after: Content | undefined) => records.listContents(pageSize, after),
      (page) => inTurn(page, (content) => this.#verifyContent(content)),
    )
  }

  async #verifyContent(content: Content): Promise<void> {
    const { records, retire } = this.#parts
    const trouble = await this.#troubleOf(content)
    if (trouble === undefined) return this.#countIfRepeated(content)
    // The last image may have gone meanwhile, and its bytes with it.
    if ((await records.findContent(content)) === undefined) return
    const imageIds = await records.listCarriers(content, mostImagesTold)
    this.#tell(content, trouble, imageIds)
    if (trouble.kind !== 'unreadable') await retire(content)
  }

  async #countIfRepeated({ storeId, key, digest, sizeBytes }: Content): Promise<void> {
    if (digest === null) return
    const shared = await this.#parts.records.findSharedContent(storeId, digest)
    if (shared === undefined || shared.key === key) return
    this.#repeated.objects++
    this.#repeated.bytes += sizeBytes ?? 0
  }

  async #verifyStaged(): Promise<void> {
    const { records } = this.#parts
    await pages(
      (after: { key: string } | undefined) => records.listStaged(pageSize, after?.key),
      (page) =>
        inTurn(page, async ({ imageId, storeId, key, sizeBytes }) => {
          const staged = { storeId, key, sizeBytes, digest: null }
          const trouble = await this.#troubleOf(staged)
          if (trouble === undefined) return
          const image = await records.findImage(imageId)
          if (image?.incoming?.key === key) this.#tell(staged, trouble, [imageId])
        }),
    )
  }

  /** Reads the object to its end. */
  async #troubleOf({ storeId, key, digest, sizeBytes }: Content): Promise<Trouble | undefined> {
    const [algorithm = '', value] = digest?.split(':') ?? []
    const hash = value === undefined ? undefined : createHash(algorithm)
    let length = 0
    try {
      const { objects } = this.#parts.stores.at({ storeId, key })
      for await (const chunk of await objects.get(key)) {
        hash?.update(chunk)
        length += chunk.byteLength
        this.#bytes += chunk.byteLength
        this.#progress()
      }
    } catch (error) {
      if (error instanceof ObjectNotFoundError) {
        return { kind: 'missing', detail: 'the store has no such object' }
      }
      return { kind: 'unreadable', detail: error instanceof Error ? error.message : String(error) }
    }
    this.#objects++
    this.#progress()
    if (sizeBytes !== null && length !== sizeBytes) {
      return { kind: 'altered', detail: `it is ${length} bytes long, and should be ${sizeBytes}` }
    }
    const found = hash?.digest('hex')
    if (found === value) return undefined
    return { kind: 'altered', detail: `its ${algorithm} is ${found}, and should be ${value}` }
  }

  /** Every location of an image is a content that it carries. */
  async #verifyImages(): Promise<void> {
    const { records, stores } = this.#parts
    await pages(
      (after: { id: string } | undefined) => records.listImagesWithData(pageSize, after?.id),
      async (page) => {
        for (const store of stores.writable) {
          const named = page.flatMap(({ id, locations }) =>
            locations.filter(isIn(store)).map(({ key }) => ({ id, key })),
          )
          const known = await records.findKnownKeys(
            store.id,
            named.map(({ key }) => key),
          )
          for (const { id, key } of named) {
            if (!known.has(key)) await this.#tellUnrecorded({ storeId: store.id, key }, id)
          }
        }
        for (const { id, locations } of page) {
          if (locations.length === 0) await this.#tellUnrecorded({ storeId: '', key: '' }, id)
        }
      },
    )
  }

  async #tellUnrecorded({ storeId, key }: ObjectAddress, id: string): Promise<void> {
    const image = await this.#parts.records.findImage(id)
    const isStill =
      key === '' ? image?.locations.length === 0 : image?.locations.some((one) => one.key === key)
    if (isStill !== true) return
    const detail =
      key === '' ? 'the image names no data' : 'the image names an object that it does not carry'
    this.#tell({ storeId, key }, { kind: 'unrecorded', detail }, [id])
  }

  /** Twice, since what was in the list may have been deleted, and forgotten, when it was asked for. */
  async #findStrays(store: Store): Promise<void> {
    const suspects = new Set<string>()
    try {
      await this.#strangersIn(store, (_kind, { key }) => {
        if (suspects.size < mostSuspects) suspects.add(key)
      })
      if (suspects.size === 0) return
      await this.#strangersIn(store, (kind, { key, sizeBytes, isWhole }) => {
        if (suspects.size < mostSuspects && !suspects.has(key)) return
        const size = sizeBytes === undefined ? 'of unknown length' : `of ${sizeBytes} bytes`
        const what = isWhole ? `an object ${size}` : `the rest of an upload, ${size}`
        const detail = kind === 'leftover' ? `${what}, beside the object itself` : what
        this.#tell({ storeId: store.id, key }, { kind, detail }, [])
      })
    } catch (error) {
      const detail = `it cannot be listed: ${error instanceof Error ? error.message : String(error)}`
      this.#tell({ storeId: store.id, key: '' }, { kind: 'unreadable', detail }, [])
    }
  }

  async #strangersIn(
    store: Store,
    found: (kind: 'stray' | 'leftover', stranger: StoredObject) => void,
  ): Promise<void> {
    const { records } = this.#parts
    const ask = async (batch: readonly StoredObject[]) => {
      const known = await records.findKnownKeys(
        store.id,
        batch.map(({ key }) => key),
      )
      for (const object of batch) {
        if (!known.has(object.key)) found('stray', object)
        else if (await this.#isLeftover(store, object)) found('leftover', object)
      }
    }
    let batch: StoredObject[] = []
    for await (const object of store.objects.list()) {
      batch.push(object)
      if (batch.length < pageSize) continue
      await ask(batch)
      batch = []
    }
    await ask(batch)
  }

  /** What is being written belongs to its object, but not to one that an image has: no key is used again. */
  async #isLeftover({ id: storeId }: Store, { key, isWhole }: StoredObject): Promise<boolean> {
    return !isWhole && (await this.#parts.records.findContent({ storeId, key })) !== undefined
  }

  #tell(address: ObjectAddress, { kind, detail }: Trouble, imageIds: readonly string[]): void {
    const { storeId, key } = address
    this.#parts.onFinding({ kind, storeId, key, imageIds, detail })
  }

  #progress(): void {
    this.#parts.onProgress({ objects: this.#objects, bytes: this.#bytes })
  }
}

function isIn(store: Store): (location: ObjectAddress) => boolean {
  return ({ storeId }) => storeId === store.id
}

async function pages<Item>(
  list: (after: Item | undefined) => Promise<readonly Item[]>,
  each: (page: readonly Item[]) => Promise<void>,
): Promise<void> {
  for (let page = await list(undefined); page.length > 0; page = await list(page.at(-1))) {
    await each(page)
  }
}

/** A few at a time, since a store may be far away. */
async function inTurn<Item>(items: readonly Item[], run: (item: Item) => Promise<void>) {
  const waiting = items.values()
  const worker = async () => {
    for (const item of waiting) await run(item)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}
