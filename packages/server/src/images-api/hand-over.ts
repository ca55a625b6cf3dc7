/**
 * Leaves the sending of image data to somebody who does it for less: the proxy in front of us, which
 * finds the file, or the store itself, to which the client is redirected.
 *
 * Who may have the data is decided before. The headers by which clients check what they got go along.
 */
import type { Download, Elsewhere } from '@vitrine/core'
import type { FastifyReply } from 'fastify'
import { etagOf } from './etag.ts'

export function handOver(reply: FastifyReply, { image }: Download, elsewhere: Elsewhere) {
  const etag = etagOf(image)
  if (etag !== undefined) reply.header('etag', etag)
  if (image.checksum !== null) reply.header('content-md5', image.checksum)
  if (elsewhere.by === 'proxy') {
    return reply
      .code(200)
      .header('content-type', 'application/octet-stream')
      .header('x-accel-redirect', elsewhere.path)
      .send()
  }
  return reply
    .code(302)
    .header('location', elsewhere.url)
    .header('cache-control', 'no-store')
    .header('content-length', '0')
    .send()
}
