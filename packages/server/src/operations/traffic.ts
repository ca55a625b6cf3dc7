/**
 * Bytes in and out, and transfers of image data under way.
 *
 * Sockets count their bytes themselves. So nothing is added up while bytes move, only when a
 * connection ends or somebody reads.
 */
import type { Socket } from 'node:net'
import type {
  FastifyInstance,
  FastifyRequest,
  onResponseHookHandler,
  preHandlerHookHandler,
} from 'fastify'
import type { Metrics } from './metrics.ts'

/** By the end of their route, the ways in which image data moves. */
const directions: readonly (readonly [method: string, routeEnd: string, direction: string])[] = [
  ['GET', '/file', 'download'],
  ['PUT', '/file', 'upload'],
  ['PUT', '/stage', 'upload'],
]

/** To be called before any route is added. */
export function measureTraffic(app: FastifyInstance, metrics: Metrics): void {
  measureConnections(app, metrics)
  measureTransfers(app, metrics)
}

function measureConnections(app: FastifyInstance, metrics: Metrics): void {
  const open = new Set<Socket>()
  const ended = { received: 0, sent: 0 }
  app.server.on('connection', (socket) => {
    open.add(socket)
    socket.once('close', () => {
      open.delete(socket)
      ended.received += socket.bytesRead
      ended.sent += socket.bytesWritten
    })
  })
  metrics.level('vitrine_http_connections', 'Open connections.', [], () => [[open.size, {}]])
  metrics.total('vitrine_http_bytes_total', 'Bytes on the wire.', ['direction'], () => {
    let { received, sent } = ended
    for (const { bytesRead, bytesWritten } of open) {
      received += bytesRead
      sent += bytesWritten
    }
    return [
      [received, { direction: 'received' }],
      [sent, { direction: 'sent' }],
    ]
  })
}

function measureTransfers(app: FastifyInstance, metrics: Metrics): void {
  const underWay: Record<string, number> = { download: 0, upload: 0 }
  // Hooks of these routes alone: others do not even look.
  app.addHook('onRoute', (route) => {
    const [, , direction] =
      directions.find(([method, end]) => route.method === method && route.url.endsWith(end)) ?? []
    if (direction === undefined) return
    const moving = new WeakSet<FastifyRequest>()
    const count = (step: number) => {
      underWay[direction] = (underWay[direction] ?? 0) + step
    }
    const begin: preHandlerHookHandler = (request, _reply, done) => {
      moving.add(request)
      count(1)
      done()
    }
    // Also heard by those who were turned away at the door.
    const end: onResponseHookHandler = (request, _reply, done) => {
      if (moving.delete(request)) count(-1)
      done()
    }
    route.preHandler = [begin, ...[route.preHandler ?? []].flat()]
    route.onResponse = [end, ...[route.onResponse ?? []].flat()]
  })
  metrics.level('vitrine_transfers_in_flight', 'Of image data.', ['direction'], () =>
    Object.entries(underWay).map(([direction, count]) => [count, { direction }] as const),
  )
}
