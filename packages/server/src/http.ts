/**
 * The HTTP server that all faces of the service share.
 *
 * Fastify routes; it neither parses bodies (each face reads its own) nor limits how long a request
 * may take, since an image may take hours to arrive. What it limits is silence: a peer that sends
 * or takes nothing for `silenceMs` is cut off.
 */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { type FastifyBaseLogger, type FastifyInstance, fastify, LogController } from 'fastify'
import { trustOnly } from './client-network.ts'
import { type AllowedOrigins, allowOrigins } from './cors.ts'
import { sendJson } from './images-api/call.ts'
import { sendError } from './images-api/error-response.ts'
import type { ApiVersions } from './images-api/versions.ts'
import { requireReadablePath } from './readable-url.ts'
import { answerUnreadableRequest } from './unreadable-request.ts'

const silenceMs = 120_000
/** Longer than the longest header line, so that no name in a path is too long to be routed. */
const longestPathPart = 16 * 1024
const mediaType = /^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+\s*(;|$)/

export type HttpServerOptions = {
  readonly log: FastifyBaseLogger
  /** How clients reach the service; undefined to take their word. */
  readonly publicUrl: string | undefined
  readonly versions: ApiVersions
  readonly allowedOrigins: AllowedOrigins
  /** Addresses and networks of proxies whose word counts for where a request comes from. */
  readonly trustedProxies: readonly string[]
  /** For how long closing lets requests have their answer. */
  readonly shutdownMs: number
}

export function createHttpServer(options: HttpServerOptions): FastifyInstance {
  const { log, publicUrl, versions, allowedOrigins, trustedProxies, shutdownMs } = options
  const app = fastify({
    loggerInstance: log,
    // One line per request is the operator's proxy's business; errors are logged where they occur.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: requestId,
    trustProxy: trustedProxies.length > 0 && trustOnly(trustedProxies),
    requestTimeout: 0,
    connectionTimeout: silenceMs,
    keepAliveTimeout: 75_000,
    forceCloseConnections: 'idle',
    exposeHeadRoutes: false,
    rewriteUrl: (request) => versions.normalizeUrl(request),
    routerOptions: { maxParamLength: longestPathPart },
    clientErrorHandler: answerUnreadableRequest,
    frameworkErrors: (error, request, reply) => sendError(request, reply, error),
  })
  // Bodies of any type are left in the request for the handler that wants them.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _payload, done) => done(null))
  // Fastify refuses a type that it cannot parse. Here such a type is none, for the handler to judge.
  app.addHook('onRequest', ({ headers, socket }, _reply, done) => {
    if (!mediaType.test(headers['content-type'] ?? '')) delete headers['content-type']
    // Clients of HTTP/1.0 need not say whom they ask, and are sent where they have found us.
    headers.host ||= ownHost(socket)
    done()
  })

  closeConnectionsOnceAnswered(app, shutdownMs)
  allowOrigins(app, allowedOrigins)

  app.setErrorHandler((error, request, reply) => sendError(request, reply, error))
  app.setNotFoundHandler((request, reply) => {
    requireReadablePath(request)
    const root = publicUrl ?? `${request.protocol}://${request.host}`
    const status = /^\/versions(?:[/?]|$)/.test(request.url) ? 200 : 300
    return sendJson(reply, status, versions.document(root))
  })
  // Load balancers ask with HEAD as often as with GET.
  app.get('/healthcheck', { exposeHeadRoute: true }, (_request, reply) =>
    reply.type('text/plain').send('OK'),
  )
  return app
}

/**
 * Closing the server lets every request have its answer, and waits for nothing else: neither for a
 * client that keeps its connection, nor for one that has yet to say what it wants. After `shutdownMs`
 * whatever is still under way is broken off; its handler then puts things right, and is waited for.
 */
function closeConnectionsOnceAnswered(app: FastifyInstance, shutdownMs: number): void {
  let closing = false
  let patience: NodeJS.Timeout | undefined
  const open = new Set<Socket>()
  const answering = new Set<Socket>()
  app.server.on('connection', (socket) => {
    open.add(socket)
    socket.once('close', () => {
      open.delete(socket)
      answering.delete(socket)
    })
  })
  app.addHook('onRequest', ({ raw }, _reply, done) => {
    answering.add(raw.socket)
    done()
  })
  app.addHook('onResponse', ({ raw }, _reply, done) => {
    answering.delete(raw.socket)
    if (closing) raw.socket.destroySoon()
    done()
  })
  app.addHook('preClose', async () => {
    closing = true
    for (const socket of open) if (!answering.has(socket)) socket.destroySoon()
    patience = setTimeout(() => {
      for (const socket of open) socket.destroy()
    }, shutdownMs)
  })
  app.addHook('onClose', async () => clearTimeout(patience))
}

function ownHost({ localAddress = '', localPort }: Socket): string {
  return `${localAddress.includes(':') ? `[${localAddress}]` : localAddress}:${localPort}`
}

/** The id that the client chose, if it is one that can stand in logs and headers. */
function requestId(request: IncomingMessage): string {
  const header = request.headers['x-openstack-request-id']
  if (typeof header !== 'string' || !/^[\w.:-]{1,64}$/.test(header)) return `req-${randomUUID()}`
  return header.startsWith('req-') ? header : `req-${header}`
}
