/**
 * Bytes that no image owns: being written, or to be deleted. None is ever forgotten.
 *
 *   upload begins ──► written down as loose ──► bytes arrive ──► the image owns them
 *                               │
 *   image deleted ──► loose ────┴──► bytes deleted ──► crossed out
 *
 * Because an object is written down before its first byte and crossed out after its last, whatever
 * a dead process left behind can be found in the records, without looking through the store.
 */
import { imageFacts } from './event-facts.ts'
import type { Image, ObjectAddress } from './image.ts'
import { mayBecome } from './image-status.ts'
import type { Clock } from './ports/clock.ts'
import type { RecordsTransaction } from './ports/records.ts'
import type { RecordsWithEvents, TransactionWithEvents } from './records-with-events.ts'
import type { Stores } from './stores.ts'

export type LooseObjectsParts = {
  readonly records: RecordsWithEvents
  readonly stores: Stores
  readonly clock: Clock
  readonly onError: (error: unknown, address: ObjectAddress) => void
}

export class LooseObjects {
  readonly #records: RecordsWithEvents
  readonly #stores: Stores
  readonly #clock: Clock
  readonly #onError: (error: unknown, address: ObjectAddress) => void

  /** @param parts `onError` hears of bytes that a store would not delete. */
  constructor(parts: LooseObjectsParts) {
    this.#records = parts.records
    this.#stores = parts.stores
    this.#clock = parts.clock
    this.#onError = parts.onError
  }

  /**
   * Writes down that the image, which is being deleted, leaves its bytes behind.
   *
   * @returns what to delete once that is committed.
   */
  async releaseDataOf(
    transaction: RecordsTransaction,
    image: Image,
  ): Promise<readonly ObjectAddress[]> {
    const incoming = image.incoming === null ? [] : [image.incoming]
    return this.release(transaction, image.id, [...image.locations, ...incoming])
  }

  /** As `releaseDataOf`, for some of an image's objects. Those that others keep are left to them. */
  async release(
    transaction: RecordsTransaction,
    imageId: string,
    addresses: readonly ObjectAddress[],
  ): Promise<readonly ObjectAddress[]> {
    const ours = addresses.filter(({ storeId }) => this.#stores.find(storeId)?.readOnly !== true)
    for (const { storeId, key } of ours) {
      await transaction.insertLooseObject({ storeId, key, imageId })
    }
    return ours
  }

  /**
   * Deletes the bytes. What a store cannot delete now stays written down for a `sweep` after this
   * process, and fails nothing: nobody owns the bytes any more, so whoever let go of them is done.
   * So does what lies in a store that the operator has taken away, until it is back.
   *
   * @returns whether the bytes are gone.
   */
  async delete(address: ObjectAddress): Promise<boolean> {
    const store = this.#stores.find(address.storeId)
    if (store === undefined) return false
    try {
      await store.objects.delete(address.key)
    } catch (error) {
      this.#onError(error, address)
      return false
    }
    await this.#records.write((transaction) => transaction.deleteLooseObject(address))
    return true
  }

  async deleteAll(addresses: readonly ObjectAddress[]): Promise<void> {
    for (const address of addresses) await this.delete(address)
  }

  /**
   * Puts right what dead processes left: their half-done uploads become `queued` images again,
   * and bytes that no image owns are deleted.
   *
   * @returns how many objects were deleted.
   */
  async sweep(): Promise<number> {
    let deleted = 0
    const abandoned = await this.#records.abandonedObjects()
    for (const object of abandoned) {
      await this.#records.write((transaction) =>
        this.giveUpUpload(transaction, object.imageId, object, 'Its process has ended'),
      )
      if (await this.delete(object)) deleted++
    }
    return deleted
  }

  /**
   * Sets the image back to `queued` if it still waits for the bytes at this address.
   *
   * @param reason for whoever is told that the upload failed.
   */
  async giveUpUpload(
    transaction: TransactionWithEvents,
    imageId: string,
    address: ObjectAddress,
    reason: string,
  ): Promise<void> {
    const image = await transaction.findImage(imageId)
    if (image?.incoming?.key !== address.key || !mayBecome(image.status, 'queued')) return
    const queued = emptied(image, this.#clock.now())
    if (image.status === 'saving') {
      const payload = { image: imageFacts(queued), failure: reason }
      transaction.announce({ type: 'image.upload', payload })
    }
    await transaction.saveImage(queued)
  }
}

/** The image as it was before any data came. */
export function emptied(image: Image, now: Date): Image {
  return {
    ...image,
    status: 'queued',
    sizeBytes: null,
    virtualSizeBytes: null,
    checksum: null,
    multihash: null,
    locations: [],
    incoming: null,
    updatedAt: now,
  }
}
