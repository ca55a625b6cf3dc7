/**
 * Carries out the registration of data that lies at an address, see `image-locations.ts`.
 *
 *   no hash expected   queued ──► active, and its hashes follow when all of it was read
 *   a hash expected    queued ──► importing ──► active, or queued again when it is another
 *
 * Its size must be known from the start; its formats need not be.
 */
import { setTimeout } from 'node:timers/promises'
import { abortAtEnd } from './abort-at-end.ts'
import { ConflictError, InvalidError, UnavailableError } from './errors.ts'
import { uninspected } from './formats/inspect-image.ts'
import { findHeld, requireHeld } from './held-image.ts'
import type { Image, Multihash } from './image.ts'
import type { Limits } from './limits.ts'
import { emptied } from './loose-objects.ts'
import { type Measured, measure } from './measure.ts'
import type { Clock } from './ports/clock.ts'
import type { Hashing } from './ports/hashing.ts'
import type { RecordsTransaction } from './ports/records.ts'
import type { WebContent, WebSource } from './ports/web-source.ts'
import { noQuotas, type Quotas, requireRoom } from './quotas.ts'
import type { RecordsWithEvents } from './records-with-events.ts'
import { reportProgress } from './report-progress.ts'
import type { Stores } from './stores.ts'
import { starterOf, type Task } from './task.ts'
import type { Ending, Progress } from './task-runner.ts'

export type LocationRunsParts = {
  readonly records: RecordsWithEvents
  readonly stores: Stores
  readonly web: WebSource
  readonly clock: Clock
  readonly limits: Limits
  readonly quotas?: Quotas
  readonly hashAlgorithm: string
  /** Undefined to hash in place. */
  readonly hashing?: Hashing | undefined
  /** Whether data at an address is read and hashed, or taken at its word. */
  readonly hashLocations: boolean
}

export class LocationRuns {
  readonly #parts: LocationRunsParts

  constructor(parts: LocationRunsParts) {
    this.#parts = parts
  }

  async run(task: Task, progress: Progress): Promise<Ending> {
    const { hashLocations, clock } = this.#parts
    const { url, expected } = requestOf(task)
    // What was opened and is not read to its end stays open until it is aborted.
    using leaving = abortAtEnd(progress.signal)
    const content = await this.#open(url, leaving.signal)
    const image = await this.#register(task, url, requireSize(content), expected)
    if (hashLocations) await this.#hash(task, url, content, image, expected, progress)
    return async (transaction) => {
      const image = await requireHeld(transaction, task)
      const status = image.status === 'importing' ? 'active' : image.status
      await transaction.saveImage({ ...image, status, importState: null, updatedAt: clock.now() })
      return { result: { image_id: task.imageId } }
    }
  }

  /**
   * An image whose data could not be had, or is not what it should be, is queued again. One that is
   * active already stays so: its data was not to be checked, and only its hashes remain unknown.
   */
  giveUp(task: Task): Ending {
    const { clock } = this.#parts
    return async (transaction) => {
      const image = await findHeld(transaction, task)
      if (image !== undefined) {
        const isWaiting = image.status === 'queued' || image.status === 'importing'
        const left = isWaiting ? emptied(image, clock.now()) : image
        await transaction.saveImage({ ...left, importState: null, updatedAt: clock.now() })
      }
      return { result: null }
    }
  }

  #storeId(): string {
    const { stores } = this.#parts
    if (stores.web !== undefined) return stores.web.id
    throw new InvalidError('Cannot add a location: the operator has set up no store of kind "http"')
  }

  async #open(url: string, signal: AbortSignal): Promise<WebContent> {
    const { web, limits } = this.#parts
    const largestBytes = limits.imageSizeBytes < 0 ? undefined : limits.imageSizeBytes
    return web.open(url, { signal, largestBytes })
  }

  /** The image with its location, unless a process that died has given it that already. */
  async #register(
    task: Task,
    url: string,
    sizeBytes: number,
    expected: Multihash | undefined,
  ): Promise<Image> {
    const { hashLocations, quotas = noQuotas } = this.#parts
    const mustMatch = expected !== undefined && hashLocations
    return this.#change(task, async (image, transaction) => {
      if (image.locations.length > 0) return image
      await requireRoom(transaction, quotas, image.owner, {
        bytes: sizeBytes,
        ...(mustMatch && { stagedBytes: sizeBytes, uploading: 1 }),
      })
      return {
        ...image,
        status: mustMatch ? 'importing' : 'active',
        sizeBytes,
        multihash: hashLocations ? null : (expected ?? null),
        locations: [{ storeId: this.#storeId(), key: url, metadata: {} }],
      }
    })
  }

  async #hash(
    task: Task,
    url: string,
    first: WebContent,
    { sizeBytes }: Image,
    expected: Multihash | undefined,
    progress: Progress,
  ): Promise<void> {
    let content: WebContent | undefined = first
    const measured = await retryUnavailable(progress.signal, async () => {
      const { bytes } = content ?? (await this.#open(url, progress.signal))
      content = undefined
      return this.#measure(task, bytes, sizeBytes ?? undefined, expected, progress)
    })
    requireMatch(measured, expected)
    const { checksum, multihash } = measured
    await this.#change(task, (image) => ({ ...image, checksum, multihash }))
  }

  async #measure(
    task: Task,
    bytes: AsyncIterable<Uint8Array>,
    announcedBytes: number | undefined,
    expected: Multihash | undefined,
    progress: Progress,
  ): Promise<Measured> {
    const { records, limits, hashAlgorithm, hashing } = this.#parts
    const still = async () => void (await requireHeld(records, task))
    const measurement = measure(reportProgress(bytes, progress, still), {
      announcedBytes,
      limitBytes: limits.imageSizeBytes,
      hashAlgorithm: expected?.algorithm ?? hashAlgorithm,
      hashing,
      inspection: uninspected,
    })
    for await (const _ of measurement.bytes);
    return measurement.result()
  }

  async #change(
    task: Task,
    change: (image: Image, transaction: RecordsTransaction) => Image | Promise<Image>,
  ): Promise<Image> {
    const { records, clock } = this.#parts
    return records.by(starterOf(task)).write(async (transaction) => {
      const image = await requireHeld(transaction, task)
      const changed = { ...(await change(image, transaction)), updatedAt: clock.now() }
      await transaction.saveImage(changed)
      return changed
    })
  }
}

/** How long to wait before the web is asked once more. */
const retryAfterMs = [500, 5_000]

async function retryUnavailable<T>(signal: AbortSignal, run: () => Promise<T>): Promise<T> {
  for (const waitMs of retryAfterMs) {
    try {
      return await run()
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error
      await setTimeout(waitMs, undefined, { signal })
    }
  }
  return run()
}

function requireSize({ sizeBytes }: WebContent): number {
  if (sizeBytes !== undefined) return sizeBytes
  throw new InvalidError('Cannot add the location: the server does not say how long the data is')
}

function requireMatch({ multihash }: Measured, expected: Multihash | undefined): void {
  if (expected === undefined || multihash.value === expected.value) return
  throw new ConflictError(
    `Cannot add the location: the ${expected.algorithm} of its data is ${multihash.value}, and should be ${expected.value}`,
  )
}

function requestOf({ input }: Task): { url: string; expected: Multihash | undefined } {
  const { loc_url: url, validation_data: validation } = input
  if (typeof url !== 'string') throw new Error('The task has lost its request')
  if (typeof validation !== 'object' || validation === null) return { url, expected: undefined }
  const { os_hash_algo, os_hash_value }: Record<string, unknown> = { ...validation }
  return {
    url,
    expected: { algorithm: String(os_hash_algo), value: String(os_hash_value).toLowerCase() },
  }
}
