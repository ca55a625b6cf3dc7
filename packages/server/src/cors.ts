/**
 * Lets web pages of other origins call the service, where the operator names their origins. Without
 * any, a browser hears nothing of CORS, and lets only pages of the service's own origin in.
 *
 * Our own, not `@fastify/cors`: that answers every OPTIONS there is, and ours have answers already
 * that clients of this API know. Credentials are never allowed: tokens travel in headers, and
 * nothing here reads a cookie.
 *
 * Spec: Images API v2, "CORS"; https://fetch.spec.whatwg.org/#http-cors-protocol.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/** As an origin is written in `Origin`; `*` for any. */
export type AllowedOrigins = readonly string[]

const methods = 'GET, PUT, POST, DELETE, PATCH'
const requestHeaders = [
  'Accept-Encoding',
  'Content-MD5',
  'Content-Range',
  'Content-Type',
  'If-None-Match',
  'If-Range',
  'Last-Event-ID',
  'Range',
  'X-Auth-Token',
  'X-Identity-Status',
  'X-Image-Cache-Clear-Target',
  'X-Image-Meta-Checksum',
  'X-Image-Meta-Store',
  'X-OpenStack-Append',
  'X-OpenStack-Image-Size',
  'X-OpenStack-Request-ID',
  'X-Roles',
  'X-Service-Catalog',
  'X-Service-Token',
  'X-Storage-Token',
  'X-Subject-Token',
  'X-Tenant-Id',
  'X-User-Id',
].join(', ')
const answerHeaders = [
  'Accept-Ranges',
  'Allow',
  'Content-MD5',
  'Content-Range',
  'ETag',
  'Location',
  'OpenStack-image-import-methods',
  'OpenStack-image-store-ids',
  'Retry-After',
  'WWW-Authenticate',
  'X-Auth-Token',
  'X-Image-Meta-Checksum',
  'X-OpenStack-Request-ID',
  'X-Service-Token',
  'X-Subject-Token',
].join(', ')
/** How long a browser may remember what it was allowed. */
const rememberSeconds = 3600

/** @returns undefined when it is neither an origin as browsers write it nor `*`. */
export function readOrigin(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined
  if (value === '*') return value
  const isPlain = !value.includes('*') && URL.canParse(value) && new URL(value).origin === value
  return isPlain ? value : undefined
}

/** To be called before any route is added. */
export function allowOrigins(app: FastifyInstance, allowed: AllowedOrigins): void {
  if (allowed.length === 0) return
  const anyOrigin = allowed.includes('*')
  // Before anyone is asked for a token: a browser asks beforehand, and sends none.
  app.addHook('onRequest', async (request, reply) => {
    const { origin } = request.headers
    if (!anyOrigin) varyBy(reply, 'Origin')
    if (origin === undefined || !(anyOrigin || allowed.includes(origin))) return
    reply.header('access-control-allow-origin', anyOrigin ? '*' : origin)
    if (isPreflight(request)) return allowBeforehand(reply)
    reply.header('access-control-expose-headers', answerHeaders)
  })
}

function isPreflight({ method, headers }: FastifyRequest): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined
}

function allowBeforehand(reply: FastifyReply) {
  return reply
    .code(200)
    .header('access-control-allow-methods', methods)
    .header('access-control-allow-headers', requestHeaders)
    .header('access-control-max-age', rememberSeconds)
    .header('content-length', '0')
    .send()
}

/** Tells caches of one more header on which the answer depends. */
export function varyBy(reply: FastifyReply, name: string): void {
  const others = reply.getHeader('vary')
  reply.header('vary', others === undefined ? name : `${others}, ${name}`)
}
