/**
 * The Images API as a part of the service: every call is authenticated, then routed, then answered.
 *
 *   normalizeUrl ──► who asks? ──► route ──► body expected? ──► handler ──► answer
 *                     401           404 405    400               error-response.ts
 */
import { type Actor, type Identity, UnauthorizedError } from '@vitrine/core'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { requireReadablePath } from '../readable-url.ts'
import { headerText, queryParameters } from './call.ts'
import { sendError, sendMessage } from './error-response.ts'
import { refuseBody } from './request-body.ts'
import { methodsWithHandlers, type Route } from './route.ts'
import { type ImagesApiParts, routes } from './routes.ts'
import { normalizePath } from './versions.ts'

export type ImagesApiOptions = ImagesApiParts & {
  readonly identity: Identity
  /** Where callers without a token are sent, such as `https://cloud.example/identity/v3`. */
  readonly identityUrl: (request: FastifyRequest) => string
}

/** To be registered under `/v2`. */
export function imagesApi(options: ImagesApiOptions) {
  return async (app: FastifyInstance): Promise<void> => {
    const actors = requireActors(app, options)
    app.setErrorHandler((error, request, reply) => sendError(request, reply, error))
    const table = routes(options)
    const unknownPath = answerUnknownPath(table)
    app.setNotFoundHandler(unknownPath)
    const track = trackToTheEnd(app)
    for (const route of table) addRoute(app, route, { actors, track, unknownPath })
  }
}

type Actors = WeakMap<FastifyRequest, Actor>

function requireActors(app: FastifyInstance, options: ImagesApiOptions): Actors {
  const actors: Actors = new WeakMap()
  app.addHook('onRequest', async (request, reply) => {
    const actor = await authenticate(options.identity, request)
    if (actor === undefined) {
      reply.header('www-authenticate', `Keystone uri="${options.identityUrl(request)}"`)
      throw new UnauthorizedError(
        'This server could not verify that you are authorized to access the document you requested. Send a valid token in X-Auth-Token.',
      )
    }
    actors.set(request, actor)
    reply.header('x-openstack-request-id', request.id)
  })

  return actors
}

type Surroundings = {
  readonly actors: Actors
  readonly track: Track
  readonly unknownPath: (request: FastifyRequest, reply: FastifyReply) => unknown
}

function addRoute(app: FastifyInstance, route: Route, surroundings: Surroundings): void {
  const { actors, track, unknownPath } = surroundings
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
        return track(handler({ actor: actorOf(actors, request), request, reply }))
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

type Track = <T>(running: Promise<T>) => Promise<T>

/**
 * Closing waits for every handler, also one whose client is gone: it may be putting things right,
 * and needs the database for it.
 */
function trackToTheEnd(app: FastifyInstance): Track {
  const running = new Set<Promise<unknown>>()
  app.addHook('onClose', async () => {
    await Promise.allSettled(running)
  })
  return (handling) => {
    running.add(handling)
    return handling.finally(() => running.delete(handling))
  }
}

async function authenticate(
  identity: Identity,
  request: FastifyRequest,
): Promise<Actor | undefined> {
  const token = headerText(request, 'x-auth-token')
  if (token === undefined || token === '') return undefined
  return identity.actorOf(token, headerText(request, 'x-service-token'))
}

/** The hook lets nobody pass without an actor; should it ever, nothing is served. */
function actorOf(actors: Actors, request: FastifyRequest): Actor {
  const actor = actors.get(request)
  if (actor === undefined) throw new UnauthorizedError('Authentication required.')
  return actor
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

const ordinaryMethods = new Set<string>([...methodsWithHandlers, 'HEAD'])

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
