/**
 * The cache of a node: copies of image data close at hand, for stores that are far away.
 *
 *   download ──► cached? ──yes──► read from the cache
 *                   └──no───► read from a store, and queued
 *                                   queue ──one at a time──► fetched, verified, cached
 *
 * Every download is decided by the same rules as without a cache: only where the bytes come from is
 * another matter. What was read longest ago goes first when the cache is full.
 *
 * Source: Images API v2, "Cache management".
 */
import { randomUUID } from 'node:crypto'
import type { Actor } from './actor.ts'
import { isAdmin } from './actor.ts'
import { ConflictError, InvalidError, NotFoundError, quote, WrongContentError } from './errors.ts'
import { findImageFor, imageNotFound, notAuthorized } from './find-image.ts'
import { uninspected } from './formats/inspect-image.ts'

import type { Image } from './image.ts'
import type { CachedCopy, CacheIndex } from './ports/cache-index.ts'
import type { Clock } from './ports/clock.ts'
import type { Hashing } from './ports/hashing.ts'
import { ObjectNotFoundError, type ObjectStore } from './ports/object-store.ts'
import type { RecordsReader } from './ports/records.ts'
import { receiveImageData } from './receive-image-data.ts'
import { openFirst, type Stores } from './stores.ts'

export type ImageCacheParts = {
  readonly index: CacheIndex
  /** Where the bytes are kept. */
  readonly objects: ObjectStore
  readonly records: RecordsReader
  readonly stores: Stores
  readonly clock: Clock
  readonly hashing: Hashing
  /** Most bytes to keep. */
  readonly limitBytes: number
  readonly onError: (error: unknown, imageId: string) => void
}

export type CacheContent = {
  readonly cached: readonly CachedCopy[]
  readonly queued: readonly string[]
}

export type Pruned = { readonly copies: number; readonly bytes: number }

export class ImageCache implements AsyncDisposable {
  readonly #parts: ImageCacheParts
  readonly #stopping = new AbortController()
  #filling: Promise<void> | undefined

  /** Goes on with what was queued before. */
  constructor(parts: ImageCacheParts) {
    this.#parts = parts
    this.#wake()
  }

  /** Resolves when nothing is being fetched any more. What waits is fetched after the next start. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort(new Error('the service stops'))
    await this.#filling
  }

  /** @returns the whole of the image's data; undefined when it is not here, and will be fetched. */
  async open(image: Image): Promise<AsyncIterable<Uint8Array> | undefined> {
    const { index } = this.#parts
    const copy = index.find(image.id)
    const bytes = copy && (await this.#read(copy))
    if (bytes !== undefined) return bytes
    index.enqueue(image.id)
    this.#wake()
    return undefined
  }

  /** @returns undefined when its bytes cannot be had; it is forgotten then. */
  async #read({ imageId, key }: CachedCopy): Promise<AsyncIterable<Uint8Array> | undefined> {
    const { index, objects, clock, onError } = this.#parts
    try {
      const bytes = await objects.get(key)
      index.hit(imageId, clock.now())
      return bytes
    } catch (error) {
      // A store has them still: a cache is never in the way.
      if (!(error instanceof ObjectNotFoundError)) onError(error, imageId)
      index.forget(imageId)
      return undefined
    }
  }

  list(actor: Actor): CacheContent {
    requireAdmin(actor, 'cache_list')
    const { index } = this.#parts
    return { cached: index.list(), queued: index.queued() }
  }

  /** Has the image fetched, unless it is here. */
  async queue(actor: Actor, id: string): Promise<void> {
    requireAdmin(actor, 'cache_image')
    const { index, records } = this.#parts
    const image = await findImageFor(records, actor, id, 'get_image')
    if (image.status !== 'active') {
      throw new InvalidError(
        `Cannot cache image ${id}: its status is ${quote(image.status)}, and should be "active"`,
      )
    }
    if (index.find(id) !== undefined) return
    index.enqueue(id)
    this.#wake()
  }

  /** Forgets the image, cached or queued. Quiet when it is neither. */
  async remove(actor: Actor, id: string): Promise<void> {
    requireAdmin(actor, 'cache_delete')
    const { index, records } = this.#parts
    const isKnown = index.find(id) !== undefined || index.queued().includes(id)
    if (!isKnown && (await records.findImage(id)) === undefined) {
      throw imageNotFound(id, 'get_image')
    }
    index.dequeue(id)
    await this.#drop(index.find(id))
  }

  /** @param target `cache`, `queue`, or both when it is empty; in any letter case. */
  async clear(actor: Actor, target: string): Promise<void> {
    requireAdmin(actor, 'cache_delete')
    const { index } = this.#parts
    const what = target.toLowerCase()
    if (!['', 'cache', 'queue'].includes(what)) {
      throw new InvalidError(
        `Cannot clear ${quote(target)}: it should be "cache", "queue", or empty for both`,
      )
    }
    if (what !== 'cache') for (const id of index.queued()) index.dequeue(id)
    if (what !== 'queue') for (const copy of index.list()) await this.#drop(copy)
  }

  /** Drops what no image has any more, and what a process that died left half-fetched. */
  async clean(actor: Actor): Promise<void> {
    requireAdmin(actor, 'cache_clean')
    await this.tidy()
  }

  /** Drops what was read longest ago, until the cache is within its limit. */
  async prune(actor: Actor): Promise<Pruned> {
    requireAdmin(actor, 'cache_prune')
    return this.#prune()
  }

  /** @throws {ConflictError} always, for an admin: each node keeps to itself what it has. */
  nodes(actor: Actor): never {
    requireAdmin(actor, 'list_cached_nodes')
    throw new ConflictError(
      'Cannot list the nodes that have the image: each keeps its own index, and knows of no other',
    )
  }

  /** As `clean`, on nobody's behalf. */
  async tidy(): Promise<void> {
    const { index, objects, records } = this.#parts
    // What is being fetched is not whole either, and no remains.
    if (this.#filling === undefined) {
      for (const { imageId, key } of index.incomplete()) {
        await objects.delete(key)
        index.forget(imageId)
      }
    }
    for (const copy of index.list()) {
      const image = await records.findImage(copy.imageId)
      if (image === undefined || image.sizeBytes !== copy.sizeBytes) await this.#drop(copy)
    }
  }

  #wake(): void {
    if (this.#filling !== undefined || this.#stopping.signal.aborted) return
    this.#filling = this.#fill().finally(() => {
      this.#filling = undefined
    })
  }

  async #fill(): Promise<void> {
    const { index, onError } = this.#parts
    for (;;) {
      const [id] = index.queued()
      if (id === undefined || this.#stopping.signal.aborted) return
      try {
        await this.#fetch(id)
      } catch (error) {
        if (this.#stopping.signal.aborted) return
        onError(error, id)
      }
      index.dequeue(id)
    }
  }

  async #fetch(id: string): Promise<void> {
    const { index, objects, records, stores, clock, hashing, limitBytes } = this.#parts
    const image = await records.findImage(id)
    const { sizeBytes = null, locations = [] } = image ?? {}
    if (image?.status !== 'active' || sizeBytes === null || locations.length === 0) return
    if (index.find(id) !== undefined || sizeBytes > limitBytes) return
    const key = randomUUID()
    index.begin(id, key)
    try {
      const bytes = await openFirst(stores, locations)
      const measured = await receiveImageData(objects, key, untilAborted(bytes, this.#stopping), {
        announcedBytes: sizeBytes,
        limitBytes: -1,
        hashAlgorithm: image.multihash?.algorithm ?? 'md5',
        hashing,
        inspection: uninspected,
      })
      requireSame(image, measured.multihash.value)
      index.complete(id, sizeBytes, clock.now())
    } catch (error) {
      await objects.delete(key)
      index.forget(id)
      throw error
    }
    await this.#prune()
  }

  async #prune(): Promise<Pruned> {
    const { index, limitBytes } = this.#parts
    const copies = index.list()
    let bytes = copies.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
    const pruned = { copies: 0, bytes: 0 }
    const oldestFirst = copies.toSorted((a, b) => a.lastReadAt.getTime() - b.lastReadAt.getTime())
    for (const copy of oldestFirst) {
      if (bytes <= limitBytes) break
      await this.#drop(copy)
      bytes -= copy.sizeBytes
      pruned.copies += 1
      pruned.bytes += copy.sizeBytes
    }
    return pruned
  }

  async #drop(copy: CachedCopy | undefined): Promise<void> {
    if (copy === undefined) return
    const { index, objects } = this.#parts
    await objects.delete(copy.key)
    index.forget(copy.imageId)
  }
}

/** For a node that has no cache: admins are told so, others that it is not theirs to ask. */
export function refuseCache(actor: Actor, policy: string): never {
  requireAdmin(actor, policy)
  throw new NotFoundError('Caching via API is not supported at this site.')
}

function requireAdmin(actor: Actor, policy: string): void {
  if (!isAdmin(actor)) throw notAuthorized(policy)
}

function requireSame({ id, multihash }: Image, value: string): void {
  if (multihash === null || multihash.value === value) return
  throw new WrongContentError(
    `Cannot cache image ${id}: the ${multihash.algorithm} of its data is ${value}, and should be ${multihash.value}`,
  )
}

async function* untilAborted(
  bytes: AsyncIterable<Uint8Array>,
  { signal }: AbortController,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    signal.throwIfAborted()
    yield chunk
  }
}
