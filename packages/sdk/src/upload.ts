/**
 * Image data on its way to the service.
 *
 *   Node.js and the like    source ─► chunks ─► fetch with a streaming body
 *   browsers                source ─► Blob ───► XMLHttpRequest
 *
 * Browsers cannot stream a request body over HTTP/1.1, and their fetch does not report progress;
 * XMLHttpRequest reads a Blob or File piece by piece and reports it. Any other source is collected
 * into a Blob first, which browsers may keep on disk.
 *
 * An upload is never repeated after a failure, since the first may still be under way. Only when the
 * token is refused is it made again, and only if its source can be read again.
 *
 * Spec: Images API v2, "Upload binary image data".
 */
import type { Fetch, Send } from './http.ts'
import type { CallOptions, Transport } from './transport.ts'
import { byteStream, contentOf, type UploadSource } from './upload-source.ts'
import { canSendWithXhr, sendWithXhr } from './upload-xhr.ts'

export type UploadOptions = CallOptions & {
  /** Length of the data, for a source that does not know it: it lets the service refuse early. */
  readonly sizeBytes?: number | undefined
  /** Called whenever a chunk has been handed to the network. */
  readonly onProgress?: ((progress: UploadProgress) => void) | undefined
}

export type UploadProgress = {
  readonly sentBytes: number
  /** Undefined when the source does not know its length and no `sizeBytes` was given. */
  readonly totalBytes: number | undefined
}

/** @throws what the source throws, unchanged. */
export async function upload(
  transport: Transport,
  path: string,
  source: UploadSource,
  options: UploadOptions,
): Promise<void> {
  const content = contentOf(source)
  const sizeBytes = options.sizeBytes ?? content.sizeBytes
  const report = (sentBytes: number) => options.onProgress?.({ sentBytes, totalBytes: sizeBytes })
  const repeat = content.readableOnce ? 'never' : 'after-401'
  const headers = { 'content-type': 'application/octet-stream' }
  const call = { method: 'PUT', path, repeat, signal: options.signal } as const

  if (canSendWithXhr()) {
    // The browser itself tells the length; another header would need the service's leave (CORS).
    return transport.done({ ...call, headers, send: sendWithXhr(await content.blob(), report) })
  }
  const failure = new SourceFailure()
  const ended = new AbortController()
  const open = () => byteStream(counted(failure.watch(content.chunks()), report), ended.signal)
  const send = sendStreaming(transport.fetch, open)
  await transport
    .done({ ...call, headers: { ...headers, ...sizeHeader(sizeBytes) }, send })
    .catch((error: unknown) => failure.rethrow(error))
    .finally(() => ended.abort())
}

function sizeHeader(sizeBytes: number | undefined): Record<string, string> {
  return sizeBytes === undefined ? {} : { 'x-openstack-image-size': String(sizeBytes) }
}

/** Remembers what the source threw, which fetch would report as a failed connection. */
class SourceFailure {
  #thrown: { readonly error: unknown } | undefined

  async *watch(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) {
    try {
      yield* chunks
    } catch (error) {
      this.#thrown = { error }
      throw error
    }
  }

  rethrow(otherwise: unknown): never {
    throw this.#thrown === undefined ? otherwise : this.#thrown.error
  }
}

function sendStreaming(fetch: Fetch, open: () => ReadableStream<Uint8Array<ArrayBuffer>>): Send {
  return ({ url, method, headers, signal }) => {
    const init: RequestInit & { duplex: 'half' } = {
      method,
      headers,
      body: open(),
      signal: signal ?? null,
      redirect: 'manual',
      duplex: 'half',
    }
    return fetch(url, init)
  }
}

async function* counted(
  chunks: AsyncIterable<Uint8Array>,
  report: (sentBytes: number) => void,
): AsyncGenerator<Uint8Array, void> {
  let sentBytes = 0
  for await (const chunk of chunks) {
    yield chunk
    // Asked for the next one: this one has been taken.
    sentBytes += chunk.length
    report(sentBytes)
  }
}
