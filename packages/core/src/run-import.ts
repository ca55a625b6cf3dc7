/**
 * Carries out an import that `image-imports.ts` began.
 *
 *   source ──► first store ──► every other store, from the first ──► the image is active
 *
 * What has been reached is written down store by store, so a process that takes the task over goes
 * on with the stores that remain. The image must be held by the task all the while: when it was
 * deleted, or another import replaced this one, the task ends.
 *
 * Once an image is active its data is never taken back: a task that is given up then leaves what it
 * has reached. Only the copies of a `copy-image` go again, when all were to succeed.
 */
import { randomUUID } from 'node:crypto'
import type { Contents } from './contents.ts'
import { InvalidError, tellable, UnavailableError, VitrineError } from './errors.ts'
import { imageFacts } from './event-facts.ts'
import { findHeld, requireHeld } from './held-image.ts'
import type { Image, ImageStatus } from './image.ts'
import { mayBecome } from './image-status.ts'
import { requireFormats } from './image-uploads.ts'
import { type ImportRequest, parseImportRequest } from './import-request.ts'
import { requireFewProperties } from './limits.ts'
import { emptied, type LooseObjects } from './loose-objects.ts'
import { factsOf } from './measure.ts'
import type { Clock } from './ports/clock.ts'
import type { LooseObject } from './ports/records.ts'
import { noQuotas, requireRoom } from './quotas.ts'
import {
  type ArrivedData,
  type ImportOfData,
  type ReceiveImportParts,
  receiveImport,
} from './receive-import.ts'
import type { TransactionWithEvents } from './records-with-events.ts'
import { starterOf, type Task } from './task.ts'
import type { Ended, Ending, Progress } from './task-runner.ts'

export type RunImportParts = ReceiveImportParts & {
  readonly looseObjects: LooseObjects
  readonly contents: Contents
  readonly clock: Clock
}

export class ImportRuns {
  readonly #parts: RunImportParts

  constructor(parts: RunImportParts) {
    this.#parts = parts
  }

  /** @throws whatever kept the data from the stores that it must reach. */
  async run(task: Task, progress: Progress): Promise<Ending> {
    const request = requestOf(task)
    let image = await this.#start(task, request)
    // Other imports are refused without formats; a task of old makes its image itself.
    if (task.type === 'import') requireFormats(image, (text) => new InvalidError(text))
    let failure: unknown
    for (const storeId of image.importState?.remainingStores ?? []) {
      try {
        image = await this.#reach(task, request, storeId, progress)
      } catch (error) {
        if (request.allStoresMustSucceed || progress.signal.aborted) throw error
        progress.complain(error)
        failure = error
        image = await this.#markFailed(task, storeId)
      }
    }
    if (image.locations.length === 0) throw failure ?? noneReached(task)
    return (transaction) => this.#finish(transaction, task)
  }

  /** Takes back what the import did, as far as it is not to be kept. */
  giveUp(task: Task): Ending {
    const { looseObjects, sources, clock } = this.#parts
    return async (transaction) => {
      const image = await findHeld(transaction, task)
      const released: LooseObject[] = []
      if (image !== undefined) {
        const left = leftOf(image, task, clock.now())
        await transaction.saveImage(left)
        const kept = new Set(left.locations.map(({ key }) => key))
        const gone = [...image.locations, ...(image.incoming === null ? [] : [image.incoming])]
        released.push(
          ...(await looseObjects.release(
            transaction,
            image.id,
            gone.filter(({ key }) => !kept.has(key)),
          )),
        )
      }
      return {
        result: null,
        afterwards: async () => {
          sources.forget(task.id)
          looseObjects.discard(released)
        },
      }
    }
  }

  async #start(task: Task, { method }: ImportRequest): Promise<Image> {
    return this.#change(task, (image) =>
      method === 'copy-image' || !mayBecome(image.status, 'importing')
        ? image
        : { ...image, status: 'importing' },
    )
  }

  /** Brings the data into one more store. */
  async #reach(
    task: Task,
    request: ImportRequest,
    storeId: string,
    progress: Progress,
  ): Promise<Image> {
    const { records, looseObjects } = this.#parts
    const address = { storeId, key: randomUUID() }
    const changes = records.by(starterOf(task))
    const image = await changes.write(async (transaction) => {
      const image = await requireHeld(transaction, task)
      await transaction.insertLooseObject({ ...address, imageId: image.id })
      const payload = { image: imageFacts(image), storeId }
      transaction.announce({ type: 'image.prepare', payload })
      return image
    })
    try {
      const call = { task, request, image, address, progress }
      return await this.#keep(call, await receiveImport(this.#parts, call))
    } catch (error) {
      await looseObjects.giveUp({ ...address, imageId: image.id }, tellable(error))
      // Another process brings it when this one stops.
      if (!progress.signal.aborted) {
        const payload = { image: imageFacts(image), failure: tellable(error) }
        await changes.write(async (transaction) =>
          transaction.announce({ type: 'image.upload', payload }),
        )
      }
      // What it was read from goes with an image that is deleted: then that is the reason.
      if (!(error instanceof VitrineError)) await requireHeld(records, task)
      throw error
    }
  }

  async #keep(
    { task, request, address }: ImportOfData,
    { measured, change }: ArrivedData,
  ): Promise<Image> {
    const { records, looseObjects, contents, clock, limits, quotas = noQuotas } = this.#parts
    const arrived = await contents.arrived(address, measured)
    const { image, released } = await records.by(starterOf(task)).write(async (transaction) => {
      const before = await requireHeld(transaction, task)
      const kept = await contents.keep(transaction, before, arrived)
      const importState = without(before, address.storeId)
      const image: Image = {
        ...change(before),
        ...(before.locations.length === 0 && factsOf(measured)),
        locations: [...before.locations, { ...kept.address, metadata: {} }],
        // What was staged has arrived; the other stores take it from here.
        incoming: null,
        status: request.allStoresMustSucceed ? before.status : activated(before.status),
        importState,
        updatedAt: clock.now(),
      }
      requireFewProperties(limits, image.properties, before.properties)
      const { sizeBytes } = measured
      // How long it is shows only now, and it is still on its way to other stores.
      const isOnItsWay = importState.remainingStores.length > 0 && before.sizeBytes === null
      await requireRoom(transaction, quotas, before.owner, {
        bytes: sizeBytes,
        ...(isOnItsWay && { stagedBytes: sizeBytes }),
      })
      const payload = { image: imageFacts(image), failure: null }
      transaction.announce({ type: 'image.upload', payload })
      await transaction.saveImage(image)
      const staged = before.incoming === null ? [] : [before.incoming]
      const released = await looseObjects.release(transaction, image.id, staged)
      return { image, released: [...kept.spare, ...released] }
    })
    looseObjects.discard(released)
    return image
  }

  async #markFailed(task: Task, storeId: string): Promise<Image> {
    return this.#change(task, (image) => {
      const state = without(image, storeId)
      return { ...image, importState: { ...state, failedStores: [...state.failedStores, storeId] } }
    })
  }

  async #finish(transaction: TransactionWithEvents, task: Task): Promise<Ended> {
    const { sources, clock } = this.#parts
    const image = await requireHeld(transaction, task)
    const failedStores = image.importState?.failedStores ?? []
    await transaction.saveImage({
      ...image,
      status: activated(image.status),
      importState: { taskId: null, remainingStores: [], failedStores },
      updatedAt: clock.now(),
    })
    const afterwards = async () => sources.forget(task.id)
    return { result: { image_id: image.id }, afterwards }
  }

  async #change(task: Task, change: (image: Image) => Image): Promise<Image> {
    const { records, clock } = this.#parts
    return records.by(starterOf(task)).write(async (transaction) => {
      const image = await requireHeld(transaction, task)
      const changed = { ...change(image), updatedAt: clock.now() }
      await transaction.saveImage(changed)
      return changed
    })
  }
}

/** The image that is left of one whose import is given up. */
function leftOf(image: Image, task: Task, now: Date): Image {
  const { remainingStores = [], failedStores = [] } = image.importState ?? {}
  const ended = { taskId: null, remainingStores: [] }
  const { allStoresMustSucceed } = requestOf(task)
  const targets = targetsOf(task)
  if (!hasData(image.status)) {
    return { ...emptied(image, now), importState: { ...ended, failedStores: targets } }
  }
  if (!allStoresMustSucceed) {
    const importState = { ...ended, failedStores: [...failedStores, ...remainingStores] }
    return { ...image, importState, updatedAt: now }
  }
  const others = image.locations.filter(({ storeId }) => !targets.includes(storeId))
  // The copy that it began with may have been deleted since.
  const locations = others.length > 0 ? others : image.locations
  return { ...image, locations, importState: { ...ended, failedStores: targets }, updatedAt: now }
}

function hasData(status: ImageStatus): boolean {
  return status === 'active' || status === 'deactivated'
}

/** An image that was deactivated meanwhile stays so. */
function activated(status: ImageStatus): ImageStatus {
  return status === 'importing' ? 'active' : status
}

function noneReached({ imageId }: Task): UnavailableError {
  return new UnavailableError(`Cannot import into image ${imageId}: no store could be reached`)
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
