/**
 * Carries out the registration of data that lies at an address, see `image-locations.ts`.
 *
 *   no hash expected   queued ──► active, and its hashes follow when all of it was read
 *   a hash expected    queued ──► importing ──► active, or queued again when it is another
 *
 * Its size must be known from the start; its formats need not be.
 */
import { ConflictError, InvalidError } from './errors.ts'
import { uninspected } from './formats/inspect-image.ts'
import { findHeld, requireHeld } from './held-image.ts'
import type { Image, Multihash } from './image.ts'
import type { Limits } from './limits.ts'
import { emptied } from './loose-objects.ts'
import { type Measured, measure } from './measure.ts'
import type { Clock } from './ports/clock.ts'
import type { WebContent, WebSource } from './ports/web-source.ts'
import type { RecordsWithEvents } from './records-with-events.ts'
import { reportProgress } from './report-progress.ts'
import type { Stores } from './stores.ts'
import { starterOf, type Task } from './task.ts'
import type { Progress } from './task-runner.ts'

export type LocationRunsParts = {
  readonly records: RecordsWithEvents
  readonly stores: Stores
  readonly web: WebSource
  readonly clock: Clock
  readonly limits: Limits
  readonly hashAlgorithm: string
  /** Whether data at an address is read and hashed, or taken at its word. */
  readonly hashLocations: boolean
}

export class LocationRuns {
  readonly #parts: LocationRunsParts

  constructor(parts: LocationRunsParts) {
    this.#parts = parts
  }

  async run(task: Task, progress: Progress): Promise<Readonly<Record<string, unknown>>> {
    const { web, hashLocations } = this.#parts
    const { url, expected } = requestOf(task)
    const content = await web.open(url, { signal: progress.signal })
    const sizeBytes = requireSize(content)
    const mustMatch = expected !== undefined && hashLocations
    await this.#change(task, (image) => ({
      ...image,
      status: mustMatch ? 'importing' : 'active',
      sizeBytes,
      multihash: hashLocations ? null : (expected ?? null),
      locations: [{ storeId: this.#storeId(), key: url, metadata: {} }],
    }))
    if (hashLocations) {
      const measured = await this.#measure(task, content, expected, progress)
      requireMatch(measured, expected)
      await this.#change(task, (image) => ({
        ...image,
        checksum: measured.checksum,
        multihash: measured.multihash,
      }))
    }
    await this.#change(task, (image) => ({ ...image, status: 'active', importState: null }))
    return { image_id: task.imageId }
  }

  /** An image whose data could not be had, or is not what it should be, is queued again. */
  async giveUp(task: Task): Promise<void> {
    const { records, clock } = this.#parts
    await records.by(starterOf(task)).write(async (transaction) => {
      const image = await findHeld(transaction, task)
      if (image === undefined) return
      await transaction.saveImage({ ...emptied(image, clock.now()), importState: null })
    })
  }

  #storeId(): string {
    const { stores } = this.#parts
    if (stores.web !== undefined) return stores.web.id
    throw new InvalidError('Cannot add a location: the operator has set up no store of kind "http"')
  }

  async #measure(
    task: Task,
    content: WebContent,
    expected: Multihash | undefined,
    progress: Progress,
  ): Promise<Measured> {
    const { records, limits, hashAlgorithm } = this.#parts
    const still = async () => void (await requireHeld(records, task))
    const measurement = measure(reportProgress(content.bytes, progress, still), {
      announcedBytes: content.sizeBytes,
      limitBytes: limits.imageSizeBytes,
      hashAlgorithm: expected?.algorithm ?? hashAlgorithm,
      inspection: uninspected,
    })
    for await (const _ of measurement.bytes);
    return measurement.result()
  }

  async #change(task: Task, change: (image: Image) => Image): Promise<void> {
    const { records, clock } = this.#parts
    await records.by(starterOf(task)).write(async (transaction) => {
      const image = await requireHeld(transaction, task)
      await transaction.saveImage({ ...change(image), updatedAt: clock.now() })
    })
  }
}

function requireSize({ sizeBytes }: WebContent): number {
  if (sizeBytes !== undefined) return sizeBytes
  throw new InvalidError('Cannot add the location: the server does not say how long the data is')
}

function requireMatch({ multihash }: Measured, expected: Multihash | undefined): void {
  if (expected === undefined || multihash.value === expected.value.toLowerCase()) return
  throw new ConflictError(
    `Cannot add the location: the ${expected.algorithm} of its data is ${multihash.value}, and should be ${expected.value}`,
  )
}

function requestOf({ input }: Task): { url: string; expected: Multihash | undefined } {
  const { loc_url: url, validation_data: validation } = input
  if (typeof url !== 'string') throw new Error('The task has lost its request')
  if (typeof validation !== 'object' || validation === null) return { url, expected: undefined }
  const { os_hash_algo, os_hash_value }: Record<string, unknown> = { ...validation }
  return { url, expected: { algorithm: String(os_hash_algo), value: String(os_hash_value) } }
}
