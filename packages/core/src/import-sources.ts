/** Where the data of an import comes from, by its method. */
import { setTimeout as sleep } from 'node:timers/promises'
import { InvalidError, quote, UnavailableError } from './errors.ts'
import { requireHash } from './expected-hash.ts'
import type { Image } from './image.ts'
import type { ImportRequest } from './import-request.ts'
import type { Limits } from './limits.ts'
import type { WebContent, WebSource } from './ports/web-source.ts'
import { openRemoteImage, type RemoteImage, showRemoteImage } from './remote-image.ts'
import { openFirst, type Stores } from './stores.ts'

export type ImportSourcesParts = {
  readonly stores: Stores
  readonly web: WebSource
  readonly limits: Limits
  /** Where the Images API of each region is that images may be copied from. */
  readonly regions: ReadonlyMap<string, string>
  /** Reaches those, which the operator trusts and strangers do not choose. */
  readonly regionsWeb: WebSource
}

/** Data to import, and what its source says of it. */
export type ImportSource = WebContent & { readonly remote?: RemoteImage }

/** How long to wait before a fetch that failed is begun again. */
const retryAfterMs = [500, 2000]

export class ImportSources {
  readonly #parts: ImportSourcesParts
  /** Tokens of callers by task. They are kept nowhere else, so they do not survive a restart. */
  readonly #tokens = new Map<string, string>()

  constructor(parts: ImportSourcesParts) {
    this.#parts = parts
  }

  /** Remembers with whose right another region is to be asked. */
  remember(taskId: string, token: string): void {
    this.#tokens.set(taskId, token)
  }

  forget(taskId: string): void {
    this.#tokens.delete(taskId)
  }

  /** Opens the data. An image that has a copy already is read from there, whatever the method. */
  async open(
    taskId: string,
    request: ImportRequest,
    image: Image,
    signal: AbortSignal,
  ): Promise<ImportSource> {
    const { incoming, locations } = image
    const kept = locations.length === 0 && incoming !== null ? [incoming] : locations
    if (kept.length > 0) {
      return {
        sizeBytes: image.sizeBytes ?? undefined,
        bytes: await openFirst(this.#parts.stores, kept),
      }
    }
    const { method, uri, expected } = request
    if (method === 'web-download' && uri !== undefined) {
      const { web, limits } = this.#parts
      const largestBytes = limits.imageSizeBytes < 0 ? undefined : limits.imageSizeBytes
      const content = await patiently(signal, () => web.open(uri, { signal, largestBytes }))
      if (expected === undefined) return content
      return { ...content, bytes: requireHash(content.bytes, expected) }
    }
    return patiently(signal, () => this.#openRemote(taskId, request, signal))
  }

  async #openRemote(
    taskId: string,
    { region = '', remoteImageId = '' }: ImportRequest,
    signal: AbortSignal,
  ): Promise<ImportSource> {
    const { regions, regionsWeb } = this.#parts
    const endpoint = regions.get(region)
    const token = this.#tokens.get(taskId)
    if (endpoint === undefined) {
      throw new InvalidError(
        `Cannot import from region ${quote(region)}: the operator has set up ${[...regions.keys()].join(', ') || 'none'}`,
      )
    }
    if (token === undefined) {
      throw new InvalidError(
        'Cannot go on with glance-download: the token of its caller was lost with a restart; ask again',
      )
    }
    const reference = { endpoint, imageId: remoteImageId, token }
    const remote = await showRemoteImage(regionsWeb, reference, signal)
    return { remote, ...(await openRemoteImage(regionsWeb, reference, remote, signal)) }
  }
}

/** Tries again where another try may succeed; nothing has been stored yet. */
async function patiently<T>(signal: AbortSignal, open: () => Promise<T>): Promise<T> {
  for (const waitMs of retryAfterMs) {
    try {
      return await open()
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error
      await sleep(waitMs, undefined, { signal })
    }
  }
  return open()
}
