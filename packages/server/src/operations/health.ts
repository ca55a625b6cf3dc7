/**
 * GET /healthz and /readyz, for whatever restarts the service and for load balancers. To everyone.
 *
 * `/healthz` says that the process runs and answers: one that does not is to be restarted. `/readyz`
 * says whether requests should be sent here: 503 while something is missing, named in the body.
 */
import type { FastifyInstance } from 'fastify'
import { sendJson } from '../images-api/call.ts'
import type { Readiness } from './readiness.ts'

export function healthRoutes(app: FastifyInstance, readiness: Readiness): void {
  app.get('/healthz', { exposeHeadRoute: true }, (_request, reply) =>
    reply.header('cache-control', 'no-store').type('text/plain').send('ok\n'),
  )
  app.get('/readyz', { exposeHeadRoute: true }, async (_request, reply) => {
    const { ready, parts } = await readiness.ask()
    reply.header('cache-control', 'no-store')
    return sendJson(reply, ready ? 200 : 503, { status: ready ? 'ready' : 'not ready', parts })
  })
}
