/** Where the data of an import comes from, by its method. */
import { InvalidError, quote, UnavailableError } from './errors.ts'
import type { Image } from './image.ts'
import type { ImportRequest } from './import-request.ts'
import type { Limits } from './limits.ts'
import type { WebContent, WebSource } from './ports/web-source.ts'
import type { Stores } from './stores.ts'

export type ImportSourcesParts = {
  readonly stores: Stores
  readonly web: WebSource
  readonly limits: Limits
}

/** How long to wait before a fetch that failed is begun again. */
const retryAfterMs = [500, 2000]

export class ImportSources {
  readonly #parts: ImportSourcesParts

  constructor(parts: ImportSourcesParts) {
    this.#parts = parts
  }

  /** Opens the data. An image that has a copy already is read from there, whatever the method. */
  async open(request: ImportRequest, image: Image, signal: AbortSignal): Promise<WebContent> {
    const { stores } = this.#parts
    const [kept] = image.locations
    const address = kept ?? image.incoming
    if (address !== null && address !== undefined) {
      const bytes = await stores.at(address).objects.get(address.key)
      return { sizeBytes: image.sizeBytes ?? undefined, bytes }
    }
    if (request.method === 'web-download' && request.uri !== undefined) {
      return this.#fetch(request.uri, signal)
    }
    throw new InvalidError(
      `Cannot import with glance-download: there is no region ${quote(request.region)}`,
    )
  }

  /** Tries again where another try may succeed; nothing has been stored yet. */
  async #fetch(uri: string, signal: AbortSignal): Promise<WebContent> {
    const { web, limits } = this.#parts
    const largestBytes = limits.imageSizeBytes < 0 ? undefined : limits.imageSizeBytes
    for (const waitMs of retryAfterMs) {
      try {
        return await web.open(uri, { signal, largestBytes })
      } catch (error) {
        if (!(error instanceof UnavailableError)) throw error
        await sleep(waitMs, signal)
      }
    }
    return web.open(uri, { signal, largestBytes })
  }
}

function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      reject(signal.reason)
    })
  })
}
