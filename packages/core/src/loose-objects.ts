/**
 * Bytes that no image owns: being written, or doomed to be deleted. None is ever forgotten.
 *
 *   upload begins ──► written down as loose ──► bytes arrive ──► the image owns them
 *                               │
 *   upload fails, or ───────────┴──► doomed ──► bytes deleted ──► crossed out
 *   the last image goes
 *
 * Because an object is written down before its first byte and crossed out after its last, whatever
 * a dead process left behind can be found in the records, without looking through the store.
 *
 * What is doomed belongs to no process: whichever comes first deletes it, and a store that fails is
 * asked again at every sweep. Keys are never used again, so deleting twice harms nothing.
 */
import { imageFacts } from './event-facts.ts'
import type { Image, ObjectAddress } from './image.ts'
import { mayBecome } from './image-status.ts'
import type { Clock } from './ports/clock.ts'
import type { AbandonedObject, LooseObject, RecordsTransaction } from './ports/records.ts'
import type { RecordsWithEvents, TransactionWithEvents } from './records-with-events.ts'
import type { Stores } from './stores.ts'

export type LooseObjectsParts = {
  readonly records: RecordsWithEvents
  readonly stores: Stores
  readonly clock: Clock
  readonly onError: (error: unknown, address: ObjectAddress) => void
}

/** By then a store has done whatever it still meant to do. */
const settledAfterMs = 5 * 60_000
/** For how long a sweep leaves a store alone that has failed. */
const sparedMs = 60_000
const pageSize = 500
/** How many are deleted at once after answers, and how many wait for it; others wait for a sweep. */
const mostAtOnce = 4
const mostWaiting = 10_000

export class LooseObjects implements AsyncDisposable {
  readonly #records: RecordsWithEvents
  readonly #stores: Stores
  readonly #clock: Clock
  readonly #onError: (error: unknown, address: ObjectAddress) => void
  readonly #waiting: LooseObject[] = []
  readonly #deleting = new Set<Promise<void>>()
  /** Stores that failed in a sweep, and until when they are not asked again. */
  readonly #sparedUntil = new Map<string, number>()
  /** Failed writes that not even the records could be told of; by key. */
  readonly #untold = new Map<string, { object: LooseObject; reason: string }>()

  /** @param parts `onError` hears of bytes that a store would not delete. */
  constructor(parts: LooseObjectsParts) {
    this.#records = parts.records
    this.#stores = parts.stores
    this.#clock = parts.clock
    this.#onError = parts.onError
  }

  /** Resolves when nothing is being deleted. What still waits is doomed: the next start deletes it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#waiting.length = 0
    await Promise.all(this.#deleting)
  }

  /**
   * Writes down that the image, which is being deleted, leaves its bytes behind.
   *
   * @returns what to discard once that is committed.
   */
  async releaseDataOf(
    transaction: RecordsTransaction,
    image: Image,
  ): Promise<readonly LooseObject[]> {
    const incoming = image.incoming === null ? [] : [image.incoming]
    return this.release(transaction, image.id, [...image.locations, ...incoming])
  }

  /**
   * As `releaseDataOf`, for some of an image's objects. What other images carry stays, and so does
   * what others keep on the web.
   */
  async release(
    transaction: RecordsTransaction,
    imageId: string,
    addresses: readonly ObjectAddress[],
  ): Promise<readonly LooseObject[]> {
    const doomed: LooseObject[] = []
    // In one order everywhere, so that no two transactions wait for each other.
    for (const { storeId, key } of addresses.toSorted(byAddress)) {
      if (this.#stores.find(storeId)?.readOnly === true) continue
      const object = { storeId, key, imageId }
      if (!(await transaction.dropContent(object, imageId))) continue
      if (await transaction.doomUnlessWritten(object)) doomed.push(object)
    }
    return doomed
  }

  /**
   * Has doomed objects deleted, soon. Nobody waits for it: how long an answer takes must not tell
   * whether other images carry the same bytes, and nobody owns these any more.
   */
  discard(objects: readonly LooseObject[]): void {
    this.#waiting.push(...objects.slice(0, Math.max(0, mostWaiting - this.#waiting.length)))
    while (this.#deleting.size < mostAtOnce && this.#waiting.length > 0) this.#deleteNext()
  }

  #deleteNext(): void {
    const next = this.#waiting.shift()
    if (next === undefined) return
    const deleting = this.#delete(next).then(() => {
      this.#deleting.delete(deleting)
      this.#deleteNext()
    })
    this.#deleting.add(deleting)
  }

  /**
   * After a write that failed: the image is `queued` again if it waits for these bytes, and they are
   * deleted. Unless they are the image's, since what failed was only to hear that this is kept.
   * Throws nothing: what the records cannot be told now, they are told at the next sweep.
   *
   * @param reason for whoever is told that the upload failed.
   */
  async giveUp(object: LooseObject, reason: string, records = this.#records): Promise<void> {
    try {
      const doomed = await records.write((transaction) =>
        this.#giveUpUpload(transaction, object, reason),
      )
      this.#untold.delete(object.key)
      if (doomed !== undefined) await this.#delete(doomed)
    } catch (error) {
      this.#untold.set(object.key, { object, reason })
      this.#onError(error, object)
    }
  }

  /**
   * Puts right what dead processes left: their half-done uploads become `queued` images again,
   * and bytes that no image owns are deleted.
   *
   * @returns how many objects were deleted.
   */
  async sweep(): Promise<number> {
    for (const { object, reason } of [...this.#untold.values()]) await this.giveUp(object, reason)
    let deleted = 0
    let page: readonly AbandonedObject[]
    let after: AbandonedObject | undefined
    do {
      page = await this.#records.abandonedObjects(this.#clock.now(), pageSize, after)
      for (const object of page) {
        const doomed = object.isDoomed ? object : await this.#takeOver(object)
        if (doomed === undefined || this.#isSpared(object)) continue
        if (await this.#delete(doomed)) deleted++
        // One that hangs takes its time over every object.
        else this.#sparedUntil.set(object.storeId, this.#clock.now().getTime() + sparedMs)
      }
      after = page.at(-1)
    } while (page.length === pageSize)
    return deleted
  }

  /**
   * Deletes the bytes. What a store cannot delete now stays doomed, and so does what lies in a store
   * that the operator has taken away, until it is back.
   *
   * @returns whether the store has deleted them.
   */
  async #delete(object: LooseObject): Promise<boolean> {
    const store = this.#stores.find(object.storeId)
    if (store === undefined) return false
    try {
      await store.objects.delete(object.key)
      await this.#records.write((transaction) =>
        object.isUnsettled === true
          ? transaction.doomObject({ ...object, isUnsettled: false }, this.#laterOn())
          : transaction.forgetObject(object),
      )
      return true
    } catch (error) {
      this.#onError(error, object)
      return false
    }
  }

  #isSpared({ storeId }: ObjectAddress): boolean {
    return (this.#sparedUntil.get(storeId) ?? 0) > this.#clock.now().getTime()
  }

  #laterOn(): Date {
    return new Date(this.#clock.now().getTime() + settledAfterMs)
  }

  /** What a process was writing that has ended. */
  async #takeOver(object: LooseObject): Promise<LooseObject | undefined> {
    const doomed = this.#unsettled(object)
    return this.#records.write(async (transaction) => {
      const image = await transaction.findImage(object.imageId)
      // It may have been alive after all, and have come to its end meanwhile.
      if (!(await transaction.doomLooseObject(doomed))) return undefined
      if (image?.incoming?.key === object.key) {
        await this.#queueAgain(transaction, image, 'Its process has ended')
      }
      return doomed
    })
  }

  async #giveUpUpload(
    transaction: TransactionWithEvents,
    object: LooseObject,
    reason: string,
  ): Promise<LooseObject | undefined> {
    // Locks the image, and so waits for a commit that is under way still.
    const image = await transaction.findImage(object.imageId)
    if ((await transaction.findContent(object)) !== undefined) return undefined
    if (image?.incoming?.key === object.key) await this.#queueAgain(transaction, image, reason)
    const doomed = this.#unsettled(object)
    await transaction.doomObject(doomed)
    return doomed
  }

  async #queueAgain(
    transaction: TransactionWithEvents,
    image: Image,
    reason: string,
  ): Promise<void> {
    if (!mayBecome(image.status, 'queued')) return
    const queued = emptied(image, this.#clock.now())
    if (image.status === 'saving') {
      const payload = { image: imageFacts(queued), failure: reason }
      transaction.announce({ type: 'image.upload', payload })
    }
    await transaction.saveImage(queued)
  }

  #unsettled(object: LooseObject): LooseObject {
    const isUnsettled = this.#stores.find(object.storeId)?.objects.settlesLate === true
    return { ...object, isUnsettled }
  }
}

function byAddress(a: ObjectAddress, b: ObjectAddress): number {
  const [one, other] = [`${a.storeId} ${a.key}`, `${b.storeId} ${b.key}`]
  return one < other ? -1 : Number(one > other)
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
