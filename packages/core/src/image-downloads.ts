/** Giving out an image's data: to whom, and from which of its copies. */
import { mayDownloadDeactivated } from './access.ts'
import type { Actor } from './actor.ts'
import type { ByteRange } from './byte-range.ts'
import { ForbiddenError, InvalidError, quote } from './errors.ts'
import { imageFacts } from './event-facts.ts'
import { findImageFor } from './find-image.ts'
import type { Image, Location } from './image.ts'
import type { ImageCache } from './image-cache.ts'
import type { RecordsWithEvents } from './records-with-events.ts'
import { type Elsewhere, openFirst, type Stores } from './stores.ts'

/** Data that may be sent to the caller. */
export type Download = {
  readonly image: Image
  readonly sizeBytes: number
  /**
   * Opens the bytes, or a part of them, from the first copy that a store still has.
   *
   * @throws {ObjectNotFoundError} when no store has any.
   */
  readonly open: (part?: ByteRange) => Promise<AsyncIterable<Uint8Array>>
  /**
   * Where the caller gets the bytes without us, from the copy that we would read first.
   *
   * @returns undefined when we are to send them ourselves.
   */
  readonly elsewhere: (method: 'GET' | 'HEAD') => Promise<Elsewhere | undefined>
  /** To be called once per opening, when no more bytes will go out. */
  readonly sent: (sending: Sending) => Promise<void>
}

export type Sending = {
  /** How many the caller asked for: the whole image's, or a part's. */
  readonly bytesAsked: number
  readonly bytesSent: number
  readonly destinationIp: string | null
}

export class ImageDownloads {
  readonly #records: RecordsWithEvents
  readonly #stores: Stores
  readonly #cache: ImageCache | undefined

  constructor(parts: {
    records: RecordsWithEvents
    stores: Stores
    /** Undefined where there is none. */
    cache?: ImageCache | undefined
  }) {
    this.#records = parts.records
    this.#stores = parts.stores
    this.#cache = parts.cache
  }

  /**
   * @param preferred ids of stores to read from first, in this order.
   * @returns undefined when the image has no data yet.
   */
  async download(
    actor: Actor,
    id: string,
    preferred: readonly string[] = [],
  ): Promise<Download | undefined> {
    const image = await findImageFor(this.#records, actor, id, 'download_image')
    if (image.status === 'deactivated' && !mayDownloadDeactivated(actor)) {
      throw new ForbiddenError(
        `The requested image ${id} has been deactivated: image data download is forbidden`,
      )
    }
    const { locations, sizeBytes } = image
    const hasData = image.status === 'active' || image.status === 'deactivated'
    if (!hasData || locations.length === 0 || sizeBytes === null) return undefined
    this.#requireStores(preferred)
    return {
      image,
      sizeBytes,
      open: async (part) =>
        (await this.#openCached(image, part)) ??
        openFirst(this.#stores, this.#inOrder(locations, preferred), part),
      elsewhere: (method) => this.#elsewhere(this.#inOrder(locations, preferred)[0], method),
      sent: (sending) =>
        this.#records.by(actor).write(async (transaction) => {
          const payload = { image: imageFacts(image), ...sending }
          transaction.announce({ type: 'image.send', payload })
        }),
    }
  }

  async #elsewhere(
    location: Location | undefined,
    method: 'GET' | 'HEAD',
  ): Promise<Elsewhere | undefined> {
    if (location === undefined) return undefined
    const store = this.#stores.find(location.storeId)
    if (store?.elsewhere === undefined) return undefined
    try {
      // What is never read holds nothing open, and says whether the store has the object.
      await store.objects.get(location.key)
    } catch {
      // Told to whoever opens it, unless another copy can be had.
      return undefined
    }
    return store.elsewhere(location.key, method)
  }

  /** Parts are read from a store: a cache is for what is read from one end to the other. */
  async #openCached(image: Image, part: ByteRange | undefined) {
    if (part !== undefined || image.status !== 'active') return undefined
    return this.#cache?.open(image)
  }

  #requireStores(ids: readonly string[]): void {
    for (const id of ids) {
      if (this.#stores.named && this.#stores.find(id) !== undefined) continue
      throw new InvalidError(`Cannot prefer store ${quote(id)}: there is no such store`)
    }
  }

  /** The preferred stores first, then those of most weight. */
  #inOrder(locations: readonly Location[], preferred: readonly string[]): readonly Location[] {
    const rank = ({ storeId }: Location) => {
      const place = preferred.indexOf(storeId)
      return place === -1 ? preferred.length : place
    }
    const weight = ({ storeId }: Location) => this.#stores.find(storeId)?.weight ?? 0
    return locations.toSorted((a, b) => rank(a) - rank(b) || weight(b) - weight(a))
  }
}
