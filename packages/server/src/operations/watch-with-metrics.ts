/** Everything that is counted of a running service, and the route that shows it. */
import type { Backlog } from '@vitrine/core'
import type { FastifyInstance } from 'fastify'
import type { Metrics } from './metrics.ts'
import { metricsRoute } from './metrics-route.ts'
import { measureProcess } from './process-metrics.ts'
import { measureTraffic } from './traffic.ts'

/** To be called before any route is added. */
export function watchWithMetrics(
  app: FastifyInstance,
  metrics: Metrics,
  token: string | undefined,
  backlogs: () => Promise<readonly Backlog[]>,
): void {
  app.addHook('onResponse', (request, reply, done) => {
    const { method, routeOptions } = request
    const route = routeOptions.url ?? 'none'
    metrics.request({ method, route, status: reply.raw.statusCode }, reply.elapsedTime / 1000)
    done()
  })
  measureTraffic(app, metrics)
  measureProcess(metrics)
  measureBacklogs(metrics, backlogs)
  metricsRoute(app, metrics, token)
}

function measureBacklogs(metrics: Metrics, look: () => Promise<readonly Backlog[]>): void {
  // Both are read at once: one look is enough for the two.
  let looking: Promise<readonly Backlog[]> | undefined
  const once = async () => {
    looking ??= look().finally(() => {
      looking = undefined
    })
    // What cannot be had leaves a gap, and not all else with it.
    return looking.catch(() => [])
  }
  metrics.level(
    'vitrine_outbox_lag_events',
    'Events that a consumer has not had.',
    ['consumer'],
    async () => (await once()).map(({ consumer, events }) => [events, { consumer }] as const),
  )
  metrics.level(
    'vitrine_outbox_lag_seconds',
    'How long ago the first of them happened.',
    ['consumer'],
    async () =>
      (await once()).map(({ consumer, oldest }) => [secondsSince(oldest), { consumer }] as const),
  )
}

function secondsSince(then: Date | undefined): number {
  return then === undefined ? 0 : Math.max(0, (Date.now() - then.getTime()) / 1000)
}
