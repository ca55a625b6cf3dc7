/**
 * GET /metrics, for Prometheus.
 *
 * To whoever has the operator's token for it; without such a token, to this machine alone, and not to
 * what a proxy on this machine passes on.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import { ForbiddenError, UnauthorizedError } from '@vitrine/core'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Metrics } from './metrics.ts'

export function metricsRoute(
  app: FastifyInstance,
  metrics: Metrics,
  token: string | undefined,
): void {
  app.get('/metrics', async (request, reply) => {
    if (token === undefined) requireThisMachine(request)
    else requireToken(request, token)
    return reply
      .header('content-type', metrics.contentType)
      .header('cache-control', 'no-store')
      .send(await metrics.text())
  })
}

const loopback = /^(127\.|::1$|::ffff:127\.)/

function requireThisMachine({ socket, headers }: FastifyRequest): void {
  // The socket's own address: what a header says of it anyone could have written.
  const isPassedOn = headers['x-forwarded-for'] ?? headers.forwarded ?? headers.via
  if (isPassedOn === undefined && loopback.test(socket.remoteAddress ?? '')) return
  throw new ForbiddenError(
    'Cannot show the metrics: they are for this machine alone, unless the operator sets metrics.token',
  )
}

function requireToken({ headers }: FastifyRequest, token: string): void {
  const given = /^Bearer\s+(.+)$/i.exec(headers.authorization ?? '')?.[1] ?? ''
  if (timingSafeEqual(digest(given), digest(token))) return
  throw new UnauthorizedError('Cannot show the metrics: they need the bearer token metrics.token')
}

/** Of one length, whatever was given. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
