/**
 * GET /metrics, for Prometheus.
 *
 * To whoever has the operator's token for it; without such a token, to this machine alone. A proxy on
 * this machine is this machine too: docs/configuration.md says so.
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

function requireThisMachine({ ip }: FastifyRequest): void {
  if (loopback.test(ip)) return
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
