/**
 * What can be uploaded, brought into the two forms that are put on the wire: chunks, or a Blob.
 */

/**
 * Bytes to upload. A string is sent as UTF-8. A stream of Node.js is an `AsyncIterable`.
 *
 * Bytes, strings, Blobs and Files can be read twice; all else only once.
 */
export type UploadSource =
  | string
  | Uint8Array
  | Blob
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array>
  | Iterable<Uint8Array>

export type UploadContent = {
  /** Undefined when the source does not know. */
  readonly sizeBytes: number | undefined
  readonly readableOnce: boolean
  chunks(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>
  blob(): Promise<Blob>
}

export function contentOf(source: UploadSource): UploadContent {
  if (typeof source === 'string') return blobContent(new Blob([source]))
  if (source instanceof Uint8Array) return bytesContent(source)
  if (source instanceof Blob) return blobContent(source)
  return streamContent(source)
}

function blobContent(blob: Blob): UploadContent {
  return {
    sizeBytes: blob.size,
    readableOnce: false,
    chunks: () => chunksOf(blob.stream()),
    blob: async () => blob,
  }
}

/** Small enough to show progress, large enough to cost nothing. */
const chunkBytes = 256 * 1024

function bytesContent(bytes: Uint8Array): UploadContent {
  function* chunks() {
    for (let start = 0; start < bytes.length; start += chunkBytes) {
      yield bytes.subarray(start, start + chunkBytes)
    }
  }
  return {
    sizeBytes: bytes.length,
    readableOnce: false,
    chunks,
    blob: async () => new Blob([new Uint8Array(bytes)]),
  }
}

function streamContent(
  source: ReadableStream<Uint8Array> | AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): UploadContent {
  const chunks = () => (source instanceof ReadableStream ? chunksOf(source) : source)
  return {
    sizeBytes: undefined,
    readableOnce: true,
    chunks,
    blob: () => new Response(byteStream(chunks())).blob(),
  }
}

/** Not every browser can iterate a stream. */
async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const reader = stream.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

/**
 * A stream that takes a chunk only when it is read.
 *
 * @param ended tells that nobody reads on: the stream fails and the source is closed. Cancelling the
 * stream would do as much, but fetch of Node.js reads an aborted upload to its end instead.
 * @throws {TypeError} into the stream when the source yields anything but bytes.
 */
export function byteStream(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  ended?: AbortSignal,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const iterator = iteratorOf(chunks)
  // Not awaited: a source that is stuck closes only when it goes on.
  const close = () => void Promise.resolve(iterator.return?.()).catch(() => undefined)
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      start(controller) {
        const stop = () => {
          controller.error(ended?.reason)
          close()
        }
        ended?.addEventListener('abort', stop, { once: true })
      },
      async pull(controller) {
        const { done, value } = await iterator.next()
        if (ended?.aborted) return
        if (done) controller.close()
        else controller.enqueue(asBytes(value))
      },
      cancel: close,
    },
    { highWaterMark: 0 },
  )
}

function iteratorOf(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncIterator<Uint8Array> | Iterator<Uint8Array> {
  return Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]()
}

function asBytes(chunk: unknown): Uint8Array<ArrayBuffer> {
  if (!(chunk instanceof Uint8Array)) {
    throw new TypeError(`Cannot upload a ${typeof chunk}: the source must yield Uint8Array`)
  }
  const { buffer, byteOffset, length } = chunk
  // Memory shared with a worker may change while it is sent, so it is copied.
  return buffer instanceof ArrayBuffer
    ? new Uint8Array(buffer, byteOffset, length)
    : new Uint8Array(chunk)
}
