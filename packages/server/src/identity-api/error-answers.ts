/**
 * The one place where an error becomes an answer of the Identity API, in the form of Keystone:
 *
 *   {"error": {"code": 404, "message": "…", "title": "Not Found"}}
 */
import { STATUS_CODES } from 'node:http'
import { type ErrorCode, quote, VitrineError } from '@vitrine/core'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { sayWhenToRetry } from '../images-api/error-response.ts'
import { requireReadablePath } from '../readable-url.ts'
import type { Context } from './context.ts'

const statusOf: Record<ErrorCode, number> = {
  invalid: 400,
  unauthorized: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  gone: 410,
  'too-large': 413,
  'wrong-content': 415,
  'out-of-range': 416,
  'too-many': 429,
  unavailable: 503,
}

export function answerErrors(app: FastifyInstance, context: Context): void {
  app.setErrorHandler((error: unknown, request, reply) => {
    hearTheRest(request, reply)
    if (error instanceof VitrineError) {
      const status = statusOf[error.code]
      if (status === 401) challenge(context, request, reply)
      sayWhenToRetry(reply, error)
      return answer(reply, status, error.message)
    }
    const status = statusOfFastify(error)
    if (status !== undefined && error instanceof Error) return answer(reply, status, error.message)
    request.log.error(error)
    return answer(reply, 500, 'The request could not be served because of an error in the service')
  })

  app.setNotFoundHandler((request, reply) => {
    requireReadablePath(request)
    return answer(
      reply,
      404,
      `Cannot ${request.method} ${quote(request.url)}: there is no such path`,
    )
  })
}

export function answer(reply: FastifyReply, code: number, message: string) {
  return reply.code(code).send({ error: { code, message, title: STATUS_CODES[code] } })
}

/**
 * What is left of the body is read and dropped: a client that is still sending when the connection
 * closes never hears the answer. Fastify would close it after a body that is too long.
 */
function hearTheRest(request: FastifyRequest, reply: FastifyReply): void {
  reply.removeHeader('connection')
  request.raw.resume()
}

/** Tells a client where a good token is to be had. */
function challenge(context: Context, request: FastifyRequest, reply: FastifyReply): void {
  reply.header('www-authenticate', `Keystone uri="${context.identityUrl(request)}/v3"`)
}

/** What Fastify refuses by itself, such as a body that is too long. */
function statusOfFastify(error: unknown): number | undefined {
  if (!(error instanceof Error && 'statusCode' in error)) return undefined
  const { statusCode } = error
  return typeof statusCode === 'number' && statusCode < 500 ? statusCode : undefined
}
