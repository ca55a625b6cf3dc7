/**
 * Bytes that no image owns: being written, or to be deleted. None is ever forgotten.
 *
 *   upload begins ──► written down as loose ──► bytes arrive ──► the image owns them, active
 *                               │
 *   image deleted ──► loose ────┴──► bytes deleted ──► crossed out
 *
 * Because an object is written down before its first byte and crossed out after its last, whatever
 * a dead process left behind can be found in the records, without looking through the store.
 */
import type { Image } from './image.ts'
import { mayBecome } from './image-status.ts'
import type { Clock } from './ports/clock.ts'
import type { ObjectStore } from './ports/object-store.ts'
import type { Records, RecordsTransaction } from './ports/records.ts'

export class LooseObjects {
  readonly #records: Records
  readonly #objects: ObjectStore
  readonly #clock: Clock

  constructor(parts: { records: Records; objects: ObjectStore; clock: Clock }) {
    this.#records = parts.records
    this.#objects = parts.objects
    this.#clock = parts.clock
  }

  /**
   * Writes down that the image which is being deleted leaves its bytes behind.
   *
   * @returns the key to delete once that is committed; undefined when the image has no bytes, or
   *   an upload is still writing them, which deletes them itself when it finds the image gone.
   */
  async releaseDataOf(transaction: RecordsTransaction, image: Image): Promise<string | undefined> {
    if (image.objectKey === null || image.status === 'saving') return undefined
    await transaction.insertLooseObject({ key: image.objectKey, imageId: image.id })
    return image.objectKey
  }

  /** Deletes the bytes. What cannot be deleted now stays written down for the next `sweep`. */
  async delete(key: string): Promise<void> {
    await this.#objects.delete(key)
    await this.#records.write((transaction) => transaction.deleteLooseObject(key))
  }

  /**
   * Puts right what dead processes left: their half-done uploads become `queued` images again,
   * and bytes that no image owns are deleted.
   *
   * @returns how many objects were deleted.
   */
  async sweep(): Promise<number> {
    const abandoned = await this.#records.abandonedObjects()
    for (const { key, imageId } of abandoned) {
      await this.#records.write((transaction) => this.giveUpUpload(transaction, imageId, key))
      await this.delete(key)
    }
    return abandoned.length
  }

  /** Sets the image back to `queued` if it still waits for the bytes under `key`. */
  async giveUpUpload(transaction: RecordsTransaction, imageId: string, key: string): Promise<void> {
    const image = await transaction.findImage(imageId)
    if (image === undefined || image.objectKey !== key || !mayBecome(image.status, 'queued')) return
    await transaction.saveImage({
      ...image,
      status: 'queued',
      sizeBytes: null,
      virtualSizeBytes: null,
      objectKey: null,
      updatedAt: this.#clock.now(),
    })
  }
}
