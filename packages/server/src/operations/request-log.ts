/**
 * One line of the log per request, for operators without a proxy that writes them.
 *
 * A path is told with those of its parts that are ids, and without its query: tokens of links in mails,
 * and whatever a query holds, are nobody's business.
 */
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest } from 'fastify'
import { actorOf } from '../request-actors.ts'

/** What names a thing, in our ids and those of Keystone. A token of a link is longer. */
const id = /^[0-9a-f-]{32,36}$/

export function logRequests(app: FastifyInstance, log: FastifyBaseLogger): void {
  const lines = log.child({}, { level: 'info' })
  app.addHook('onResponse', (request, reply, done) => {
    const { userId, projectId } = actorOf(request) ?? {}
    lines.info(
      {
        reqId: request.id,
        method: request.method,
        path: tellablePath(request),
        status: reply.raw.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
        ip: request.ip,
        userId,
        projectId,
      },
      reply.raw.writableFinished ? 'answered' : 'the client went away',
    )
    done()
  })
}

/** @returns undefined where it leads nowhere: it may be anything. */
function tellablePath({ routeOptions, params }: FastifyRequest): string | undefined {
  const values = new Map<string, unknown>(Object.entries(Object(params)))
  return routeOptions.url?.replaceAll(/:(\w+)/g, (part, name: string) => {
    const value = String(values.get(name))
    return id.test(value) && !/token|secret/i.test(name) ? value : part
  })
}
