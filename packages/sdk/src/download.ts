/**
 * Image data on its way to the caller, chunk by chunk, checked at the end.
 *
 *   GET …/file ─► chunks ─► count ─► hash ─► caller
 *                             │        └─ other than the image's: HashMismatchError
 *                             └─ fewer than the image has: TruncatedDownloadError
 *
 * The next chunk is read when the caller asks for it, so memory does not grow with the image. Leaving
 * the loop early closes the connection.
 *
 * Spec: Images API v2, "Download binary image data".
 */
import { NoDataError, TruncatedDownloadError, UnexpectedResponseError } from './errors.ts'
import type { ImageFields } from './image-fields.ts'
import type { CallOptions, Transport } from './transport.ts'
import { startVerifying } from './verification.ts'

export type DownloadOptions = CallOptions & {
  /** First byte wanted. Default 0. */
  readonly start?: number | undefined
  /** The byte after the last one wanted. Default: the end of the data. */
  readonly end?: number | undefined
  /** Called after every chunk. */
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined
}

export type DownloadProgress = {
  readonly receivedBytes: number
  /** Of the whole download; undefined when the service does not say. */
  readonly totalBytes: number | undefined
}

type Part = { readonly start: number; readonly end: number | undefined }

/** @throws {RangeError} when the asked-for part is no part of anything. */
export function download(
  transport: Transport,
  path: string,
  describe: () => Promise<ImageFields>,
  options: DownloadOptions,
): AsyncIterable<Uint8Array> {
  const part = partOf(options)
  return { [Symbol.asyncIterator]: () => chunks(transport, path, describe, part, options) }
}

/** @returns undefined for the whole. */
function partOf({ start = 0, end }: DownloadOptions): Part | undefined {
  const isByte = (value: number) => Number.isSafeInteger(value) && value >= 0
  if (!isByte(start) || (end !== undefined && (!isByte(end) || end <= start))) {
    throw new RangeError(`Cannot download bytes ${start} to ${end}: that is not a part of an image`)
  }
  return start === 0 && end === undefined ? undefined : { start, end }
}

async function* chunks(
  transport: Transport,
  path: string,
  describe: () => Promise<ImageFields>,
  part: Part | undefined,
  { signal, onProgress }: DownloadOptions,
): AsyncGenerator<Uint8Array, void> {
  const image = await describe()
  const verification = part === undefined ? await startVerifying(image) : undefined
  const response = await open(transport, path, part, signal)
  const totalBytes = expectedBytes(image.size, part) ?? contentLength(response.headers)
  let receivedBytes = 0
  for await (const chunk of receive(response.body, totalBytes, signal)) {
    verification?.update(chunk)
    receivedBytes += chunk.length
    onProgress?.({ receivedBytes, totalBytes })
    yield chunk
  }
  verification?.finish()
}

async function open(
  transport: Transport,
  path: string,
  part: Part | undefined,
  signal: AbortSignal | undefined,
): Promise<Response> {
  // Lengths and hashes are of the data as it is stored.
  const headers: Record<string, string> = { 'accept-encoding': 'identity' }
  if (part !== undefined) headers.range = rangeHeader(part)
  const response = await transport.open({ method: 'GET', path, repeat: 'safe', headers, signal })
  if (response.status === 204)
    throw new NoDataError('Cannot download image data: there is none yet')
  if (part !== undefined && response.status !== 206) {
    await response.body?.cancel()
    throw new UnexpectedResponseError(
      'Cannot download a part of image data: the service sends only the whole',
    )
  }
  return response
}

/** The header's last byte is inclusive. */
function rangeHeader({ start, end }: Part): string {
  return end === undefined ? `bytes=${start}-` : `bytes=${start}-${end - 1}`
}

function expectedBytes(size: number | null, part: Part | undefined): number | undefined {
  if (size === null) return undefined
  return part === undefined ? size : Math.min(part.end ?? size, size) - part.start
}

function contentLength(headers: Headers): number | undefined {
  const length = headers.get('content-length')
  return length === null || headers.has('content-encoding') ? undefined : Number(length)
}

/** A connection that breaks and a body that ends too soon are the same to the caller. */
async function* receive(
  body: ReadableStream<Uint8Array> | null,
  expectedBytes: number | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void> {
  const reader = body?.getReader()
  let receivedBytes = 0
  const truncated = (cause?: unknown) => {
    signal?.throwIfAborted()
    return new TruncatedDownloadError(receivedBytes, expectedBytes, { cause })
  }
  try {
    for (;;) {
      const chunk = await reader?.read().catch((cause: unknown) => Promise.reject(truncated(cause)))
      if (chunk?.value === undefined) break
      receivedBytes += chunk.value.length
      yield chunk.value
    }
  } finally {
    // Closes the connection when the caller left early; a stream that failed has nothing to close.
    await reader?.cancel().catch(() => undefined)
  }
  if (expectedBytes !== undefined && receivedBytes < expectedBytes) throw truncated()
}
