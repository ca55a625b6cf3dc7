/**
 * PUT /v2/images/{image_id}/file: keeps the image's data and makes the image active.
 *
 * Spec: Images API v2, "Upload binary image data".
 */
import type { IncomingMessage } from 'node:http'
import { finished } from 'node:stream'
import {
  type ImageUploads,
  InvalidError,
  quote,
  type Upload,
  WrongContentError,
} from '@vitrine/core'
import type { FastifyRequest } from 'fastify'
import { type Handler, headerText, pathPart, sendNothing } from './call.ts'

export function uploadImageData(uploads: ImageUploads): Handler {
  return async (call) => {
    const { actor, request, reply } = call
    const storeId = headerText(request, 'x-image-meta-store')
    await uploads.upload(actor, pathPart(call, 'imageId'), { ...readUpload(request), storeId })
    return sendNothing(reply)
  }
}

/** @throws {WrongContentError | InvalidError} when the headers do not announce image data. */
export function readUpload(request: FastifyRequest): Upload {
  requireOctetStream(request.headers['content-type'])
  return { announcedBytes: announcedBytes(request), bytes: chunksOf(request.raw) }
}

/**
 * The chunks as they come from the socket: reading the request as an iterator would copy several of
 * them into one. A chunk is the reader's until it asks for the next. Leaves the connection open when
 * the upload is refused half-way, so that the answer gets out.
 */
async function* chunksOf(request: IncomingMessage): AsyncGenerator<Uint8Array> {
  const arrived: Buffer<ArrayBuffer>[] = []
  let end: { readonly failure: Error | null | undefined } | undefined
  let wake: (() => void) | undefined
  const receive = (chunk: Buffer<ArrayBuffer>) => {
    arrived.push(chunk)
    // Only where the reader is still busy with the last one: a pause costs more than a chunk.
    if (wake === undefined) request.pause()
    else wake()
  }
  const stopWaiting = finished(request, (failure) => {
    end = { failure }
    wake?.()
  })
  request.on('data', receive)
  try {
    for (;;) {
      for (let chunk = arrived.shift(); chunk !== undefined; chunk = arrived.shift()) {
        yield chunk
        free(chunk)
      }
      if (end?.failure) throw end.failure
      if (end !== undefined) return
      await new Promise<void>((resolve) => {
        wake = resolve
        if (request.isPaused()) request.resume()
      })
      wake = undefined
    }
  } finally {
    stopWaiting()
    request.off('data', receive)
    request.pause()
  }
}

/**
 * Frees the memory at once. Left to the garbage collector, the chunks of an upload fill sixty
 * megabytes of it every fraction of a second, and each time it goes through the whole heap.
 */
function free({ buffer, byteLength }: Buffer<ArrayBuffer>): void {
  // A small chunk may share its memory with others.
  if (byteLength === buffer.byteLength) buffer.transfer(0)
}

function requireOctetStream(header: string | undefined): void {
  if (header?.split(';')[0]?.trim().toLowerCase() === 'application/octet-stream') return
  throw new WrongContentError(
    `Cannot take image data of ${header ? `type ${quote(header)}` : 'no type'}: Content-Type should be application/octet-stream`,
  )
}

/**
 * How long the data will be: what `x-openstack-image-size` says, else the length of the request.
 *
 * @returns undefined when neither says so; a size of 0 says nothing. One below zero is more than
 *   any data can keep to, and is left to be found out by the first byte.
 */
function announcedBytes(request: FastifyRequest): number | undefined {
  const hint = headerText(request, 'x-openstack-image-size')
  const size = hint ?? request.headers['content-length']
  if (size === undefined) return undefined
  if (!/^[+-]?\d+$/.test(size)) {
    throw new InvalidError(
      `Cannot take image data: x-openstack-image-size is ${quote(size)}, and should be a number of bytes`,
    )
  }
  return Number(size) === 0 ? undefined : Number(size)
}
