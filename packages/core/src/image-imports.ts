/**
 * Imports: data that reaches an image in the background.
 *
 *   glance-direct    what was staged before
 *   web-download     from an address of the web
 *   glance-download  from an image of another region
 *   copy-image       from a store that has it to stores that do not
 *
 * This file begins an import; `run-import.ts` carries it out.
 */
import type { Actor } from './actor.ts'
import { ConflictError, InvalidError, quote } from './errors.ts'
import { imageNotFound } from './find-image.ts'
import type { Image } from './image.ts'
import type { ImportPlugins } from './import-plugins/import-plugins.ts'
import {
  type ImportMethod,
  parseImportRequest,
  requireMayImport,
  storesToReach,
} from './import-request.ts'
import type { ImportSources } from './import-sources.ts'
import type { Clock } from './ports/clock.ts'
import type { RecordsTransaction, Usage } from './ports/records.ts'
import type { WebSource } from './ports/web-source.ts'
import { noQuotas, type Quotas, requireRoom } from './quotas.ts'
import type { RecordsWithEvents } from './records-with-events.ts'
import type { Stores } from './stores.ts'
import { hasEnded, newTask } from './task.ts'

export type ImageImportsParts = {
  readonly records: RecordsWithEvents
  readonly stores: Stores
  readonly web: WebSource
  readonly clock: Clock
  /** The methods that the operator allows. */
  readonly methods: readonly ImportMethod[]
  readonly sources: ImportSources
  readonly plugins: ImportPlugins
  readonly quotas?: Quotas
  /** For how long a task that was replaced is shown. */
  readonly keepSeconds: number
  /** Tells the task runner that there is work. */
  readonly wake: () => void
}

export type ImportCall = {
  /** As the client sent it, and as it is shown with the task. */
  readonly body: Readonly<Record<string, unknown>>
  /** Id of the store that a header named beside the body. */
  readonly storeHeader: string | undefined
  readonly requestId: string
  /** Of the caller, to ask another region with. */
  readonly token: string
}

/** An import that has not said anything for so long may be replaced by another. */
const silentMs = { running: 60 * 60_000, waiting: 120 * 60_000 }

export class ImageImports {
  readonly #parts: ImageImportsParts

  constructor(parts: ImageImportsParts) {
    this.#parts = parts
  }

  /** Begins an import: what the image will be is seen in the image and in its task. */
  async begin(actor: Actor, id: string, call: ImportCall): Promise<void> {
    const request = parseImportRequest(call.body)
    this.#requireMethod(request.method)
    const { records, stores, clock, web, wake, sources, plugins } = this.#parts
    const { quotas = noQuotas } = this.#parts
    const needsToken = request.method === 'glance-download'
    // Asked before the transaction, which must wait for nobody; told when it is its turn.
    const refusal =
      request.method === 'web-download' ? await refusalOf(request.uri, web) : undefined
    const task = await records.by(actor).write(async (transaction) => {
      const found = await transaction.findImageFor(id, actor.projectId)
      if (found === undefined) throw imageNotFound(id, 'modify_image')
      requireMayImport(actor, found, request)
      await this.#requireNoOther(transaction, found.image)
      const targets = storesToReach(found.image, request, call.storeHeader, stores)
      if (targets.length === 0) return undefined
      if (refusal !== undefined) throw refusal
      const more = toBeAdded(found.image, request.method, targets.length)
      await requireRoom(transaction, quotas, found.image.owner, more)
      const task = newTask(actor, clock.now(), {
        type: 'api_image_import',
        imageId: id,
        requestId: call.requestId,
        // Where the operator named no stores, clients hear of none.
        input: { image_id: id, import_req: call.body, backend: stores.named ? targets : [] },
      })
      await transaction.insertTask(task, needsToken ? 'this process' : 'any')
      const { image } = found
      await transaction.saveImage({
        ...image,
        ...(request.method !== 'copy-image' && { properties: plugins.inject(actor, image) }),
        importState: { taskId: task.id, remainingStores: targets, failedStores: [] },
        updatedAt: clock.now(),
      })
      return task
    })
    if (task === undefined) return
    if (needsToken) sources.remember(task.id, call.token)
    wake()
  }

  #requireMethod(method: string): void {
    const { methods } = this.#parts
    if (methods.some((known) => known === method)) return
    throw new InvalidError(
      `Unknown import method name ${quote(method)}: the methods are ${methods.join(', ') || 'none'}`,
    )
  }

  async #requireNoOther(transaction: RecordsTransaction, image: Image): Promise<void> {
    const taskId = image.importState?.taskId
    if (taskId === null || taskId === undefined) return
    const { clock, keepSeconds } = this.#parts
    const task = await transaction.findTask(taskId)
    if (task === undefined || hasEnded(task)) return
    const now = clock.now()
    const silence = now.getTime() - task.updatedAt.getTime()
    if (silence < (task.status === 'pending' ? silentMs.waiting : silentMs.running)) {
      throw new ConflictError(
        `Cannot import into image ${image.id}: it is locked by task ${taskId}, which is ${task.status}`,
      )
    }
    const saved = await transaction.saveTask({
      ...task,
      status: 'failure',
      message: 'Replaced by a later import, since this one had not been heard of for too long',
      updatedAt: now,
      expiresAt: new Date(now.getTime() + keepSeconds * 1000),
    })
    if (saved) return
    throw new ConflictError(`Cannot import into image ${image.id}: task ${taskId} has just gone on`)
  }
}

/** As far as it is known: how long data from elsewhere is, shows when it comes. */
function toBeAdded(image: Image, method: string, copies: number): Partial<Usage> {
  const sizeBytes = image.sizeBytes ?? 0
  // What was staged is counted as on its way already.
  if (method === 'glance-direct') return { bytes: sizeBytes * copies }
  return { bytes: sizeBytes * copies, stagedBytes: sizeBytes, uploading: 1 }
}

async function refusalOf(uri: string | undefined, web: WebSource): Promise<unknown> {
  if (uri === undefined) {
    return new InvalidError('Cannot import with web-download: "uri" is missing from the method')
  }
  return web.checkHost(uri).then(
    () => undefined,
    (error: unknown) => error,
  )
}
