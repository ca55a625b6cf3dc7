/**
 * The Images API as a part of the service: every call is authenticated, then routed, then answered.
 *
 *   normalizeUrl ──► who asks? ──► route ──► body expected? ──► handler ──► answer
 *                     401           404 405    400               error-response.ts
 */
import type { Actor } from '@vitrine/core'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type AuthenticationOptions, requireActors } from '../authentication.ts'
import { requireReadablePath } from '../readable-url.ts'
import { type Track, trackToTheEnd } from '../running-handlers.ts'
import { queryParameters } from './call.ts'
import { sendError, sendMessage } from './error-response.ts'
import { refuseBody } from './request-body.ts'
import { methodsWithHandlers, type Route } from './route.ts'
import { type ImagesApiParts, routes } from './routes.ts'
import { normalizePath } from './versions.ts'

export type ImagesApiOptions = ImagesApiParts & AuthenticationOptions

/** To be registered under `/v2`. */
export function imagesApi(options: ImagesApiOptions) {
  return async (app: FastifyInstance): Promise<void> => {
    const actorOf = requireActors(app, options)
    app.setErrorHandler((error, request, reply) => sendError(request, reply, error))
    const table = routes(options)
    const unknownPath = answerUnknownPath(table)
    app.setNotFoundHandler(unknownPath)
    const track = trackToTheEnd(app)
    for (const route of table) addRoute(app, route, { actorOf, track, unknownPath })
  }
}

type Surroundings = {
  readonly actorOf: (request: FastifyRequest) => Actor
  readonly track: Track
  readonly unknownPath: (request: FastifyRequest, reply: FastifyReply) => unknown
}

function addRoute(app: FastifyInstance, route: Route, surroundings: Surroundings): void {
  const { actorOf, track, unknownPath } = surroundings
  const { path, methods, takesBody = [] } = route
  for (const method of methodsWithHandlers) {
    const handler = methods[method]
    if (handler === undefined) continue
    const mayHaveBody = takesBody.includes(method)
    app.route({
      method,
      url: path,
      handler: async (request, reply) => {
        requireReadablePath(request)
        if (!namesSomething(request, route)) return unknownPath(request, reply)
        queryParameters(request.url)
        if (!mayHaveBody) refuseBody(request.raw)
        return track(handler({ actor: actorOf(request), request, reply }))
      },
    })
  }
  app.route({
    method: app.supportedMethods.filter((method) => !Object.hasOwn(methods, method)),
    url: path,
    handler: (request, reply) =>
      namesSomething(request, route)
        ? answerWrongMethod(request, reply, route)
        : unknownPath(request, reply),
  })
}

function answerWrongMethod(request: FastifyRequest, reply: FastifyReply, { methods }: Route) {
  reply.header('allow', Object.keys(methods).join(', '))
  if (request.method === 'HEAD') {
    return reply
      .code(405)
      .header('content-type', 'text/html; charset=UTF-8')
      .header('content-length', '0')
      .send()
  }
  return sendMessage(
    request,
    reply,
    405,
    `The method ${request.method} is not allowed for this resource.`,
  )
}

const ordinaryMethods = new Set<string>(methodsWithHandlers)

/** Fastify takes an empty part for a name, and decodes `%2F` after it has looked for slashes. */
function namesSomething({ params }: FastifyRequest, { namesMayHaveSlashes }: Route): boolean {
  return Object.values(Object(params)).every(
    (name) => name !== '' && (namesMayHaveSlashes || !String(name).includes('/')),
  )
}

/** What Fastify routes nowhere: unknown paths, and on known ones the methods that it does not know. */
function answerUnknownPath(table: readonly Route[]) {
  return (request: FastifyRequest, reply: FastifyReply) => {
    requireReadablePath(request)
    const path = pathOf(request.url)
    if (path === '/v2') {
      const asked = normalizePath(pathOf(request.originalUrl))
      return reply.redirect(`${request.protocol}://${request.host}${asked}/`, 302)
    }
    if (ordinaryMethods.has(request.method)) {
      return sendMessage(request, reply, 404, 'The resource could not be found.')
    }
    const known = table.find((route) => isAt(route, decodeURIComponent(path)))
    if (known !== undefined) return answerWrongMethod(request, reply, known)
    return sendMessage(request, reply, 501, `The method ${request.method} is not implemented here.`)
  }
}

function pathOf(url: string): string {
  return url.split('?', 1)[0] ?? ''
}

function isAt(route: Route, path: string): boolean {
  return new RegExp(`^/v2${route.path.replaceAll(/:\w+/g, '[^/]+')}$`).test(path)
}
