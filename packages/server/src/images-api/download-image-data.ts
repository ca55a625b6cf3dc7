/**
 * GET /v2/images/{image_id}/file: sends the image's data, or a part of it. HEAD says what there is.
 *
 * Spec: Images API v2, "Download binary image data". `Content-MD5` is in hex, not in base64 as its
 * RFC says: clients verify it so.
 */
import type { ServerResponse } from 'node:http'
import {
  type ByteRange,
  type Download,
  type ImageDownloads,
  ObjectNotFoundError,
  parseByteRange,
  parseContentRange,
} from '@vitrine/core'
import type { FastifyReply, FastifyRequest } from 'fastify'
import {
  type Call,
  type Handler,
  headerText,
  pathPart,
  queryParameters,
  sendNothing,
} from './call.ts'
import { etagOf, hasAlready, mayHavePart } from './etag.ts'
import { handOver } from './hand-over.ts'

export function downloadImageData(downloads: ImageDownloads): Handler {
  return async (call) => {
    const { actor, request, reply } = call
    const download = await downloads.download(actor, pathPart(call, 'imageId'), preferred(request))
    if (download === undefined) return sendNothing(reply)
    const etag = etagOf(download.image)
    if (hasAlready(request.headers['if-none-match'], etag)) return sayUnchanged(reply, etag)
    const part = requestedPart(request, download.sizeBytes, etag)
    const elsewhere = mayBeElsewhere(request) ? await download.elsewhere('GET') : undefined
    if (elsewhere !== undefined) {
      await tellOfHandingOver(call, download, part)
      return handOver(reply, download, elsewhere)
    }
    const bytes = await openIfThere(download, part)
    if (bytes === undefined) return sendNothing(reply)
    describe(reply, download, part)
    const bytesAsked = part === undefined ? download.sizeBytes : part.end - part.start
    await send(reply, bytes, (bytesSent) =>
      download.sent({ bytesAsked, bytesSent, destinationIp: request.ip }),
    )
    return reply
  }
}

/** Which copy is read, and whether it can be, is found out by GET. A range means nothing here. */
export function describeImageData(downloads: ImageDownloads): Handler {
  return async (call) => {
    const { actor, request, reply } = call
    const download = await downloads.download(actor, pathPart(call, 'imageId'), preferred(request))
    if (download === undefined) return sendNothing(reply)
    const etag = etagOf(download.image)
    if (hasAlready(request.headers['if-none-match'], etag)) return sayUnchanged(reply, etag)
    // What a proxy sends we can describe as well.
    const elsewhere = await download.elsewhere('HEAD')
    if (elsewhere?.by === 'redirect') return handOver(reply, download, elsewhere)
    describe(reply, download, undefined)
    return reply.send()
  }
}

/** Whoever sends it knows neither our tags, nor parts that are asked for the old way. */
function mayBeElsewhere({ headers }: FastifyRequest): boolean {
  const isOldWay = headers.range === undefined && headers['content-range'] !== undefined
  return headers['if-range'] === undefined && !isOldWay
}

/** How much will go out nobody tells us: what was asked for counts. */
async function tellOfHandingOver(
  { request, reply }: Call,
  download: Download,
  part: ByteRange | undefined,
): Promise<void> {
  const bytesAsked = part === undefined ? download.sizeBytes : part.end - part.start
  const sending = { bytesAsked, bytesSent: bytesAsked, destinationIp: request.ip }
  await download
    .sent(sending)
    .catch((error) => reply.log.error({ err: error }, 'a download could not be written down'))
}

function sayUnchanged(reply: FastifyReply, etag: string | undefined) {
  if (etag !== undefined) reply.header('etag', etag)
  return sendNothing(reply, 304)
}

/** `?prefer=fast,slow`: ids of stores to read from first. */
function preferred(request: FastifyRequest): readonly string[] {
  const value = new Map(queryParameters(request.url)).get('prefer')
  return value === undefined ? [] : value.split(',').filter((id) => id !== '')
}

function requestedPart(
  request: FastifyRequest,
  sizeBytes: number,
  etag: string | undefined,
): ByteRange | undefined {
  const { headers } = request
  if (headers.range !== undefined) {
    const mayBePart = mayHavePart(headerText(request, 'if-range'), etag)
    return mayBePart ? parseByteRange(headers.range, sizeBytes) : undefined
  }
  const contentRange = headers['content-range']
  return contentRange === undefined ? undefined : parseContentRange(contentRange, sizeBytes)
}

/** A store that lost the object answers like an image without data. */
async function openIfThere(download: Download, part: ByteRange | undefined) {
  try {
    return await download.open(part)
  } catch (error) {
    if (error instanceof ObjectNotFoundError) return undefined
    throw error
  }
}

function describe(reply: FastifyReply, download: Download, part: ByteRange | undefined): void {
  const { image, sizeBytes } = download
  reply.code(part === undefined ? 200 : 206)
  // Exactly this: glanceclient compares the whole header.
  reply.header('content-type', 'application/octet-stream')
  reply.header('accept-ranges', 'bytes')
  reply.header('content-length', part === undefined ? sizeBytes : part.end - part.start)
  const etag = etagOf(image)
  if (etag !== undefined) reply.header('etag', etag)
  if (image.checksum !== null) reply.header('content-md5', image.checksum)
  if (part !== undefined) {
    reply.header('content-range', `bytes ${part.start}-${part.end - 1}/${sizeBytes}`)
  }
}

/**
 * Writes each chunk and waits until the socket has taken it, since the store reuses its memory.
 *
 * A store that fails half-way can only be told to the client by breaking the connection: the
 * status is sent already.
 *
 * @param sent hears how many bytes went out, before the answer ends: a service that stops waits for
 *   its answers, and so for this too. The client has all bytes by then.
 */
async function send(
  reply: FastifyReply,
  bytes: AsyncIterable<Uint8Array>,
  sent: (bytes: number) => Promise<void>,
): Promise<void> {
  reply.hijack()
  const response = reply.raw
  response.statusCode = reply.statusCode
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (value !== undefined) response.setHeader(name, value)
  }
  let bytesSent = 0
  try {
    for await (const chunk of bytes) {
      if (!(await write(response, chunk))) return
      bytesSent += chunk.byteLength
    }
  } catch (error) {
    reply.log.error({ err: error }, 'image data could not be read to its end')
    response.destroy()
  } finally {
    await sent(bytesSent).catch((error) =>
      reply.log.error({ err: error }, 'a download could not be written down'),
    )
    response.end()
  }
}

/** @returns false when the client is gone. */
function write(response: ServerResponse, chunk: Uint8Array): Promise<boolean> {
  if (response.destroyed || response.closed) return Promise.resolve(false)
  return new Promise((resolve) => {
    const gone = () => resolve(false)
    response.once('close', gone)
    response.write(chunk, (error) => {
      response.off('close', gone)
      resolve(error === undefined || error === null)
    })
  })
}
