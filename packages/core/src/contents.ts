/**
 * Bytes are kept once per store, however many images carry them.
 *
 *   bytes arrive, under a key of their own ──► measured ──► does the store have them already?
 *        no ──► the image carries the new object         yes ──► the image carries the old one,
 *                                                                and the new one is doomed
 *
 * Whoever sends bytes sends all of them, and is checked, answered and charged as if nobody had them:
 * what others keep cannot be learned from it. That is why nothing is compared before the end, and
 * why the copy too many is deleted after the answer.
 *
 * A key is written once and deleted once; it is not the digest. So a late delete of bytes that came
 * again cannot hit the new ones, and a store need not be able to rename.
 */
import { GoneError, UnavailableError } from './errors.ts'
import type { Image, ObjectAddress } from './image.ts'
import type { Measured } from './measure.ts'
import { ObjectNotFoundError } from './ports/object-store.ts'
import type { LooseObject, RecordsReader, RecordsTransaction } from './ports/records.ts'
import type { Stores } from './stores.ts'

/** Bytes that have arrived and are durable, and that no image carries yet. */
export type Arrived = {
  readonly address: ObjectAddress
  readonly measured: Measured
  /** The store has an object for these bytes, but not the bytes. */
  readonly lost: ObjectAddress | undefined
}

export type Kept = {
  /** Where the image has its data. */
  readonly address: ObjectAddress
  /** What to discard once that is committed. */
  readonly spare: readonly LooseObject[]
}

export class Contents {
  readonly #records: RecordsReader
  readonly #stores: Stores

  constructor(parts: { records: RecordsReader; stores: Stores }) {
    this.#records = parts.records
    this.#stores = parts.stores
  }

  /** Asks whether the object that the bytes would share is still there, before they rely on it. */
  async arrived(address: ObjectAddress, measured: Measured): Promise<Arrived> {
    const shared = await this.#records.findSharedContent(address.storeId, measured.digest)
    // The new object is looked at where there is no other: the time it takes must not tell.
    const isThere = await this.#isThere(shared ?? address, measured.sizeBytes)
    return { address, measured, lost: isThere ? undefined : shared }
  }

  /**
   * The image carries the bytes from now on.
   *
   * @throws {GoneError} when another process took this one for dead, and has deleted them.
   */
  async keep(transaction: RecordsTransaction, image: Image, arrived: Arrived): Promise<Kept> {
    const { address, measured, lost } = arrived
    const { digest, sizeBytes } = measured
    if (lost !== undefined) await transaction.retireContent(lost)
    const kept = await transaction.carryContent({ ...address, digest, sizeBytes }, image.id)
    if (!(await transaction.takeLooseObject(address))) throw bytesAreGone(image)
    if (kept.key === address.key) return { address: kept, spare: [] }
    const spare = { ...address, imageId: image.id }
    await transaction.doomObject(spare)
    return { address: kept, spare: [spare] }
  }

  async #isThere({ storeId, key }: ObjectAddress, sizeBytes: number): Promise<boolean> {
    const { objects } = this.#stores.at({ storeId, key })
    try {
      if (sizeBytes === 0) return (await objects.get(key)) !== undefined
      let found = 0
      for await (const { byteLength } of await objects.get(key, lastByteOf(sizeBytes))) {
        found += byteLength
      }
      return found === 1
    } catch (error) {
      if (error instanceof ObjectNotFoundError) return false
      // Nobody can tell now, and nothing is deleted for it.
      if (error instanceof UnavailableError) return true
      throw error
    }
  }
}

function lastByteOf(sizeBytes: number) {
  return { start: sizeBytes - 1, end: sizeBytes }
}

function bytesAreGone({ id }: Image): GoneError {
  return new GoneError(
    `Cannot keep the data of image ${id}: another process took this one for dead and deleted it`,
  )
}
