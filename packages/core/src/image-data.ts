/**
 * An image's data: taking it in once, and giving it out.
 *
 * The image becomes `active` only when all of its bytes are durable. Until then nobody can read
 * any of them; from then on they never change.
 */
import { randomUUID } from 'node:crypto'
import { mayDownloadDeactivated } from './access.ts'
import type { Actor } from './actor.ts'
import type { ByteRange } from './byte-range.ts'
import { ConflictError, ForbiddenError, GoneError, InvalidError, quote } from './errors.ts'
import { findImageFor } from './find-image.ts'
import { type FormatRules, inspectImage } from './formats/inspect-image.ts'
import type { Image } from './image.ts'
import { mayBecome } from './image-status.ts'
import type { Limits } from './limits.ts'
import type { LooseObjects } from './loose-objects.ts'
import type { Clock } from './ports/clock.ts'
import type { ObjectStore } from './ports/object-store.ts'
import type { Records } from './ports/records.ts'
import { type Measured, receiveImageData } from './receive-image-data.ts'

export type ImageDataParts = {
  readonly records: Records
  readonly objects: ObjectStore
  readonly looseObjects: LooseObjects
  readonly clock: Clock
  readonly limits: Limits
  /** Algorithm of the multihash, as `node:crypto` and Python's hashlib both name it. */
  readonly hashAlgorithm: string
  readonly formatRules: FormatRules
}

/** Data that may be sent to the caller. */
export type Download = {
  readonly image: Image
  readonly sizeBytes: number
  /** Opens the bytes, or a part of them. */
  readonly open: (part?: ByteRange) => Promise<AsyncIterable<Uint8Array>>
}

export class ImageData {
  readonly #parts: ImageDataParts

  constructor(parts: ImageDataParts) {
    this.#parts = parts
  }

  /**
   * Takes in the data of a queued image and makes it active.
   *
   * When anything goes wrong, whoever is to blame, the image is queued again and no byte is kept.
   *
   * @param announcedBytes length the sender announced; undefined when it did not.
   * @throws {ConflictError} when the image is not queued: data never changes.
   * @throws {GoneError} when the image was deleted meanwhile.
   * @throws {WrongContentError} when the data is not of the image's formats, or not safe.
   */
  async upload(
    actor: Actor,
    id: string,
    bytes: AsyncIterable<Uint8Array>,
    announcedBytes: number | undefined,
  ): Promise<void> {
    const { objects, limits, hashAlgorithm, formatRules, records, looseObjects } = this.#parts
    const { key, image } = await this.#begin(actor, id)
    try {
      const measured = await receiveImageData(objects, key, bytes, {
        announcedBytes,
        limitBytes: limits.imageSizeBytes,
        hashAlgorithm,
        inspection: inspectImage(image, formatRules),
      })
      await this.#finish(id, key, measured)
    } catch (error) {
      await records.write((transaction) => looseObjects.giveUpUpload(transaction, id, key))
      await looseObjects.delete(key)
      throw error
    }
  }

  /** @returns undefined when the image has no data yet. */
  async download(actor: Actor, id: string): Promise<Download | undefined> {
    const image = await findImageFor(this.#parts.records, actor, id, 'download_image')
    if (image.status === 'deactivated' && !mayDownloadDeactivated(actor)) {
      throw new ForbiddenError(
        `The requested image ${id} has been deactivated: image data download is forbidden`,
      )
    }
    const { objectKey, sizeBytes } = image
    const hasData = image.status === 'active' || image.status === 'deactivated'
    if (!hasData || objectKey === null || sizeBytes === null) return undefined
    return { image, sizeBytes, open: (part) => this.#parts.objects.get(objectKey, part) }
  }

  async #begin(actor: Actor, id: string): Promise<{ key: string; image: Image }> {
    const { records, clock } = this.#parts
    return records.write(async (transaction) => {
      const image = await findImageFor(transaction, actor, id, 'upload_image')
      if (!mayBecome(image.status, 'saving')) {
        throw new ConflictError(
          `Cannot upload data to image ${id}: it is ${quote(image.status)}, and data can only be uploaded to an image that is "queued"`,
        )
      }
      requireFormats(image)
      const objectKey = randomUUID()
      await transaction.insertLooseObject({ key: objectKey, imageId: id })
      await transaction.saveImage({ ...image, status: 'saving', objectKey, updatedAt: clock.now() })
      return { key: objectKey, image }
    })
  }

  async #finish(id: string, key: string, measured: Measured): Promise<void> {
    const { records, clock } = this.#parts
    await records.write(async (transaction) => {
      const image = await transaction.findImage(id)
      // Another process may have taken us for dead, or the producer may have deleted the image.
      if (image?.objectKey !== key || !mayBecome(image.status, 'active')) {
        throw new GoneError(
          `Cannot keep the uploaded data: image ${id} was deleted while it arrived`,
        )
      }
      await transaction.saveImage({
        ...image,
        ...measured,
        status: 'active',
        updatedAt: clock.now(),
      })
      await transaction.deleteLooseObject(key)
    })
  }
}

function requireFormats(image: Image): void {
  const missing = [
    ...(image.diskFormat === null ? ['disk_format'] : []),
    ...(image.containerFormat === null ? ['container_format'] : []),
  ]
  if (missing.length === 0) return
  throw new InvalidError(
    `Cannot upload data to image ${image.id}: set ${missing.join(' and ')} first`,
  )
}
