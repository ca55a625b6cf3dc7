/**
 * Carries out an import that `image-imports.ts` began.
 *
 *   source ──► first store ──► every other store, from the first ──► the image is active
 *
 * What has been reached is written down store by store, so a process that takes the task over goes
 * on with the stores that remain. The image must be held by the task all the while: when it was
 * deleted, or another import replaced this one, the task ends.
 */
import { randomUUID } from 'node:crypto'
import { InvalidError, tellable } from './errors.ts'
import { imageFacts } from './event-facts.ts'
import { type FormatRules, inspectImage, uninspected } from './formats/inspect-image.ts'
import { findHeld, requireHeld } from './held-image.ts'
import type { Image, ObjectAddress } from './image.ts'
import type { ImageSignatures } from './image-signature.ts'
import { type ImportRequest, parseImportRequest } from './import-request.ts'
import type { ImportSources } from './import-sources.ts'
import type { Limits } from './limits.ts'
import { emptied, type LooseObjects } from './loose-objects.ts'
import type { Measured } from './measure.ts'
import type { Clock } from './ports/clock.ts'
import { noQuotas, type Quotas, requireRoom } from './quotas.ts'
import { receiveImageData } from './receive-image-data.ts'
import type { RecordsWithEvents } from './records-with-events.ts'
import type { RemoteImage } from './remote-image.ts'
import { reportProgress } from './report-progress.ts'
import type { Stores } from './stores.ts'
import { starterOf, type Task } from './task.ts'
import type { Progress } from './task-runner.ts'

export type RunImportParts = {
  readonly records: RecordsWithEvents
  readonly stores: Stores
  readonly looseObjects: LooseObjects
  readonly sources: ImportSources
  readonly clock: Clock
  readonly limits: Limits
  readonly hashAlgorithm: string
  readonly formatRules: FormatRules
  readonly quotas?: Quotas
  /** Undefined to take signatures as any other properties. */
  readonly signatures?: ImageSignatures
}

export class ImportRuns {
  readonly #parts: RunImportParts

  constructor(parts: RunImportParts) {
    this.#parts = parts
  }

  /** @throws whatever kept the data from the stores that it must reach. */
  async run(task: Task, progress: Progress): Promise<Readonly<Record<string, unknown>>> {
    const request = requestOf(task)
    let image = await this.#start(task, request)
    let failure: unknown
    for (const storeId of image.importState?.remainingStores ?? []) {
      try {
        image = await this.#reach(task, request, image, storeId, progress)
      } catch (error) {
        if (request.allStoresMustSucceed || progress.signal.aborted) throw error
        failure = error
        image = await this.#markFailed(task, storeId)
      }
    }
    if (image.locations.length === 0) throw failure
    await this.#finish(task)
    this.#parts.sources.forget(task.id)
    return { image_id: image.id }
  }

  /** Takes back what the import did, as far as it is not to be kept. */
  async giveUp(task: Task): Promise<void> {
    const { records, looseObjects, sources, clock } = this.#parts
    sources.forget(task.id)
    const targets = targetsOf(task)
    const released = await records.by(starterOf(task)).write(async (transaction) => {
      const image = await findHeld(transaction, task)
      if (image === undefined) return []
      const importState = { taskId: null, remainingStores: [], failedStores: targets }
      if (requestOf(task).method !== 'copy-image') {
        await transaction.saveImage({ ...emptied(image, clock.now()), importState })
        return looseObjects.releaseDataOf(transaction, image)
      }
      const copies = image.locations.filter(({ storeId }) => targets.includes(storeId))
      const locations = image.locations.filter((location) => !copies.includes(location))
      await transaction.saveImage({ ...image, locations, importState, updatedAt: clock.now() })
      return looseObjects.release(transaction, image.id, copies)
    })
    await looseObjects.deleteAll(released)
  }

  async #start(task: Task, { method }: ImportRequest): Promise<Image> {
    return this.#change(task, (image) =>
      method === 'copy-image' || image.status === 'active'
        ? image
        : { ...image, status: 'importing' },
    )
  }

  /** Brings the data into one more store. */
  async #reach(
    task: Task,
    request: ImportRequest,
    image: Image,
    storeId: string,
    progress: Progress,
  ): Promise<Image> {
    const { records, looseObjects } = this.#parts
    const address = { storeId, key: randomUUID() }
    const changes = records.by(starterOf(task))
    await changes.write(async (transaction) => {
      await transaction.insertLooseObject({ ...address, imageId: image.id })
      const payload = { image: imageFacts(image), storeId }
      transaction.announce({ type: 'image.prepare', payload })
    })
    try {
      const { measured, remote } = await this.#receive(task, request, image, address, progress)
      return await this.#keep(task, request, address, measured, remote)
    } catch (error) {
      await looseObjects.delete(address)
      // Another process brings it when this one stops.
      if (!progress.signal.aborted) {
        const payload = { image: imageFacts(image), failure: tellable(error) }
        await changes.write(async (transaction) =>
          transaction.announce({ type: 'image.upload', payload }),
        )
      }
      throw error
    }
  }

  async #receive(
    task: Task,
    request: ImportRequest,
    image: Image,
    address: ObjectAddress,
    progress: Progress,
  ): Promise<{ measured: Measured; remote: RemoteImage | undefined }> {
    const { stores, sources, limits, hashAlgorithm, formatRules, records, signatures } = this.#parts
    const source = await sources.open(task.id, request, image, progress.signal)
    const { sizeBytes, remote } = source
    // A copy was verified and inspected when it came, and by rules that may have changed since.
    const isCopy = image.locations.length > 0
    const bytes = isCopy
      ? source.bytes
      : (signatures?.verified(image, source.bytes) ?? source.bytes)
    const formats = remote ?? image
    const still = async () => void (await requireHeld(records, task))
    const watched = reportProgress(bytes, progress, still)
    const measured = await receiveImageData(stores.at(address).objects, address.key, watched, {
      announcedBytes: sizeBytes,
      limitBytes: limits.imageSizeBytes,
      hashAlgorithm,
      inspection: isCopy ? uninspected : inspectImage(formats, formatRules),
    })
    if (remote !== undefined) requireSame(remote, measured)
    return { measured, remote }
  }

  async #keep(
    task: Task,
    request: ImportRequest,
    address: ObjectAddress,
    measured: Measured,
    remote: RemoteImage | undefined,
  ): Promise<Image> {
    return this.#change(
      task,
      (image) => ({
        ...image,
        ...(remote !== undefined && takenOver(image, remote)),
        ...(image.locations.length === 0 && measured),
        locations: [...image.locations, { ...address, metadata: {} }],
        status: request.allStoresMustSucceed ? image.status : 'active',
        importState: without(image, address.storeId),
      }),
      address,
    )
  }

  async #markFailed(task: Task, storeId: string): Promise<Image> {
    return this.#change(task, (image) => {
      const state = without(image, storeId)
      return { ...image, importState: { ...state, failedStores: [...state.failedStores, storeId] } }
    })
  }

  async #finish(task: Task): Promise<void> {
    const { records, looseObjects, clock } = this.#parts
    const staged = await records.by(starterOf(task)).write(async (transaction) => {
      const image = await requireHeld(transaction, task)
      const failedStores = image.importState?.failedStores ?? []
      await transaction.saveImage({
        ...image,
        status: 'active',
        incoming: null,
        importState: { taskId: null, remainingStores: [], failedStores },
        updatedAt: clock.now(),
      })
      if (image.incoming === null) return []
      return looseObjects.release(transaction, image.id, [image.incoming])
    })
    await looseObjects.deleteAll(staged)
  }

  /** Changes the image that the task holds; with `owned`, an object that belongs to it from now on. */
  async #change(
    task: Task,
    change: (image: Image) => Image,
    owned?: ObjectAddress,
  ): Promise<Image> {
    const { records, clock, quotas = noQuotas } = this.#parts
    return records.by(starterOf(task)).write(async (transaction) => {
      const image = await requireHeld(transaction, task)
      const changed = { ...change(image), updatedAt: clock.now() }
      if (owned !== undefined) {
        await requireRoom(transaction, quotas, image.owner, { bytes: changed.sizeBytes ?? 0 })
        const payload = { image: imageFacts(changed), failure: null }
        transaction.announce({ type: 'image.upload', payload })
      }
      await transaction.saveImage(changed)
      if (owned !== undefined) await transaction.deleteLooseObject(owned)
      return changed
    })
  }
}

/** What a copy takes over from an image of another region, besides its data. */
function takenOver(image: Image, { diskFormat, containerFormat, properties }: RemoteImage) {
  return { diskFormat, containerFormat, properties: new Map([...image.properties, ...properties]) }
}

/** @throws {InvalidError} when the data that came is not what the other region says it has. */
function requireSame({ checksum }: RemoteImage, measured: Measured): void {
  if (checksum === null || checksum === measured.checksum) return
  throw new InvalidError(
    `Cannot keep the copy: the md5 of its data is ${measured.checksum}, and ${checksum} there`,
  )
}

function without(image: Image, storeId: string) {
  const { taskId = null, remainingStores = [], failedStores = [] } = image.importState ?? {}
  return { taskId, failedStores, remainingStores: remainingStores.filter((id) => id !== storeId) }
}

function requestOf({ type, input }: Task): ImportRequest {
  // The oldest way to import names its source in a word of its own.
  if (type === 'import') {
    const method = { name: 'web-download', uri: input.import_from }
    return parseImportRequest({ method })
  }
  const body = input.import_req
  if (typeof body !== 'object' || body === null) throw new Error('The task has lost its request')
  return parseImportRequest({ ...body })
}

function targetsOf({ input }: Task): readonly string[] {
  return Array.isArray(input.backend) ? input.backend.map(String) : []
}
