/**
 * Taking in an image's data, once: straight into a store, or staged for an import.
 *
 *   upload   queued ──► saving ──► active          the image owns its data
 *   stage    queued ──► uploading ─ ─ ─ ─ ─ ─►     an import moves the data on
 *
 * The image becomes `active` only when all of its bytes are durable. Until then nobody can read
 * any of them; from then on they never change. When anything goes wrong, whoever is to blame, the
 * image is `queued` again and no byte is kept.
 */
import { randomUUID } from 'node:crypto'
import type { Actor } from './actor.ts'
import type { Contents } from './contents.ts'
import { ConflictError, GoneError, InvalidError, quote, tellable } from './errors.ts'
import { imageFacts } from './event-facts.ts'
import { findImageFor } from './find-image.ts'
import {
  type FormatRules,
  type ImageInspection,
  inspectImage,
  uninspected,
} from './formats/inspect-image.ts'
import { requireNotHeld } from './held-image.ts'
import type { Image, ObjectAddress } from './image.ts'
import type { ImageSignatures } from './image-signature.ts'
import { mayBecome } from './image-status.ts'
import type { Limits } from './limits.ts'
import type { LooseObjects } from './loose-objects.ts'
import { factsOf, type Measured } from './measure.ts'
import type { Clock } from './ports/clock.ts'
import type { Hashing } from './ports/hashing.ts'
import type { LooseObject, RecordsTransaction } from './ports/records.ts'
import { noQuotas, type Quotas, requireRoom, whileThereIsRoom } from './quotas.ts'
import { receiveImageData } from './receive-image-data.ts'
import type { RecordsWithEvents } from './records-with-events.ts'
import type { Store, Stores } from './stores.ts'

export type UploadParts = {
  readonly records: RecordsWithEvents
  readonly stores: Stores
  readonly looseObjects: LooseObjects
  readonly contents: Contents
  readonly clock: Clock
  readonly limits: Limits
  /** Algorithm of the multihash, as `node:crypto` and Python's hashlib both name it. */
  readonly hashAlgorithm: string
  /** Undefined to hash in place. */
  readonly hashing?: Hashing | undefined
  readonly formatRules: FormatRules
  readonly quotas?: Quotas
  /** Undefined to take signatures as any other properties. */
  readonly signatures?: ImageSignatures
}

export type Upload = {
  readonly bytes: AsyncIterable<Uint8Array>
  /** Length the sender announced, in bytes; undefined when it did not. */
  readonly announcedBytes: number | undefined
  /** Id of the store to keep it in; undefined for the default one. */
  readonly storeId?: string | undefined
}

/** How an image receives what has arrived, in the transaction that makes it so. */
type Keep = (
  transaction: RecordsTransaction,
  image: Image,
) => Promise<{ readonly image: Image; readonly spare: readonly LooseObject[] }>

export class ImageUploads {
  readonly #parts: UploadParts

  constructor(parts: UploadParts) {
    this.#parts = parts
  }

  /**
   * Takes in the data of a queued image and makes it active.
   *
   * @throws {ConflictError} when the image is not queued: data never changes.
   * @throws {GoneError} when the image was deleted meanwhile, or the store takes nothing.
   * @throws {WrongContentError} when the data is not of the image's formats, or not safe.
   */
  async upload(actor: Actor, id: string, upload: Upload): Promise<void> {
    const store = this.#requireStore(upload.storeId)
    const { image, address } = await this.#begin(actor, id, 'saving', store, upload)
    const inspection = inspectImage(image, this.#parts.formatRules)
    const arriving = this.#whileThereIsRoom(image, upload, 'bytes')
    const bytes = this.#parts.signatures?.verified(image, arriving) ?? arriving
    const { contents } = this.#parts
    await this.#receive(actor, id, address, { ...upload, bytes }, inspection, async (measured) => {
      const arrived = await contents.arrived(address, measured)
      return async (transaction, image) => {
        const kept = await contents.keep(transaction, image, arrived)
        const location = { ...kept.address, metadata: {} }
        const facts = factsOf(measured)
        const active = { ...image, ...facts, status: 'active', incoming: null } as const
        return { image: { ...active, locations: [location] }, spare: kept.spare }
      }
    })
  }

  /** Takes in data for an import to come. Its format need not be known yet. */
  async stage(actor: Actor, id: string, upload: Upload): Promise<void> {
    const store = this.#parts.stores.default
    const { image, address } = await this.#begin(actor, id, 'uploading', store, upload)
    const bytes = this.#whileThereIsRoom(image, upload, 'stagedBytes')
    const keep = ({ sizeBytes }: Measured): Keep => {
      return async (transaction, image) => {
        if (!(await transaction.takeLooseObject(address))) throw imageIsGone(image.id)
        return { image: { ...image, sizeBytes }, spare: [] }
      }
    }
    await this.#receive(actor, id, address, { ...upload, bytes }, uninspected, async (measured) =>
      keep(measured),
    )
  }

  #whileThereIsRoom(
    { owner }: Image,
    { bytes, announcedBytes }: Upload,
    kind: 'bytes' | 'stagedBytes',
  ): AsyncIterable<Uint8Array> {
    const { records, quotas = noQuotas } = this.#parts
    return whileThereIsRoom(bytes, { records, quotas, projectId: owner, kind, announcedBytes })
  }

  #requireStore(id: string | undefined): Store {
    const { stores } = this.#parts
    if (id === undefined || !stores.named) return stores.default
    const store = stores.find(id)
    if (store === undefined) {
      const known = stores.all.map((one) => one.id).join(', ')
      throw new InvalidError(`Cannot upload to store ${quote(id)}: the stores are ${known}`)
    }
    if (store.readOnly) throw new GoneError(`Cannot upload to store ${quote(id)}: it takes no data`)
    return store
  }

  async #begin(
    actor: Actor,
    id: string,
    status: 'saving' | 'uploading',
    store: Store,
    { announcedBytes = 0 }: Upload,
  ): Promise<{ image: Image; address: ObjectAddress }> {
    const { records, clock, quotas = noQuotas } = this.#parts
    return records.by(actor).write(async (transaction) => {
      const operation = status === 'saving' ? 'upload_image' : 'modify_image'
      const image = await findImageFor(transaction, actor, id, operation)
      requireEmpty(image, status)
      if (status === 'saving') requireFormats(image, (text) => new InvalidError(text))
      const kind = status === 'saving' ? 'bytes' : 'stagedBytes'
      await requireRoom(transaction, quotas, image.owner, { [kind]: announcedBytes, uploading: 1 })
      const incoming = { storeId: store.id, key: randomUUID() }
      await transaction.insertLooseObject({ ...incoming, imageId: id })
      const begun = { ...image, status, incoming, updatedAt: clock.now() }
      await transaction.saveImage(begun)
      if (status === 'saving') {
        const payload = { image: imageFacts(begun), storeId: store.id }
        transaction.announce({ type: 'image.prepare', payload })
      }
      return { image, address: incoming }
    })
  }

  async #receive(
    actor: Actor,
    id: string,
    address: ObjectAddress,
    { bytes, announcedBytes }: Upload,
    inspection: ImageInspection,
    prepare: (measured: Measured) => Promise<Keep>,
  ): Promise<void> {
    const { records, stores, looseObjects, limits, hashAlgorithm, hashing } = this.#parts
    const store = stores.at(address)
    try {
      const measured = await receiveImageData(store.objects, address.key, bytes, {
        announcedBytes,
        limitBytes: limits.imageSizeBytes,
        hashAlgorithm,
        hashing,
        inspection,
      })
      looseObjects.discard(await this.#keep(actor, id, address, await prepare(measured)))
    } catch (error) {
      await looseObjects.giveUp({ ...address, imageId: id }, tellable(error), records.by(actor))
      throw error
    }
  }

  async #keep(
    actor: Actor,
    id: string,
    address: ObjectAddress,
    keep: Keep,
  ): Promise<readonly LooseObject[]> {
    const { records, clock, quotas = noQuotas } = this.#parts
    return records.by(actor).write(async (transaction) => {
      const image = await transaction.findImage(id)
      // Another process may have taken us for dead, or the producer may have deleted the image.
      if (image?.incoming?.key !== address.key) throw imageIsGone(id)
      const { image: kept, spare } = await keep(transaction, image)
      const received = { ...kept, updatedAt: clock.now() }
      const kind = received.status === 'active' ? 'bytes' : 'stagedBytes'
      await requireRoom(transaction, quotas, image.owner, { [kind]: received.sizeBytes ?? 0 })
      if (received.status === 'active') {
        const payload = { image: imageFacts(received), failure: null }
        transaction.announce({ type: 'image.upload', payload })
      }
      await transaction.saveImage(received)
      return spare
    })
  }
}

function imageIsGone(id: string): GoneError {
  return new GoneError(`Cannot keep the data: image ${id} was deleted while it arrived`)
}

function requireEmpty(image: Image, status: 'saving' | 'uploading'): void {
  requireNotHeld(image, 'take data for')
  if (image.status === 'queued' && mayBecome(image.status, status)) return
  throw new ConflictError(
    `Cannot take data for image ${image.id}: it is ${quote(image.status)}, and data can only be given to an image that is "queued"`,
  )
}

/** @throws what `refusal` makes of the sentence, when the image does not say what its data is. */
export function requireFormats(image: Image, refusal: (text: string) => Error): void {
  const missing = [
    ...(image.diskFormat === null ? ['disk_format'] : []),
    ...(image.containerFormat === null ? ['container_format'] : []),
  ]
  if (missing.length === 0) return
  throw refusal(`Cannot take data for image ${image.id}: set ${missing.join(' and ')} first`)
}
