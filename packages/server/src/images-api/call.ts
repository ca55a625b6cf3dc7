/** One call of the Images API, as its handler sees it: who asks, and with what words. */
import { type Actor, InvalidError, NotFoundError } from '@vitrine/core'
import type { FastifyReply, FastifyRequest } from 'fastify'

export type Call = {
  readonly actor: Actor
  readonly request: FastifyRequest
  readonly reply: FastifyReply
}

/** Answers a call, or throws; `error-response.ts` turns what is thrown into an answer. */
export type Handler = (call: Call) => Promise<unknown>

/**
 * A part of the path that names something, decoded.
 *
 * @throws {NotFoundError} when it can be no name: nothing of that name can exist.
 */
export function pathPart({ request }: Call, name: string): string {
  const parts = request.params
  const value = typeof parts === 'object' && parts !== null ? Object.entries(parts) : []
  const found = value.find(([key]) => key === name)?.[1]
  if (typeof found !== 'string' || found.includes('\0')) {
    throw new NotFoundError('The resource could not be found.')
  }
  return found
}

/** A header that may stand once; the last one counts where it stands more often. */
export function headerText(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name]
  return Array.isArray(value) ? value.at(-1) : value
}

export type QueryParameter = readonly [name: string, value: string]

/**
 * The query's parameters in the order in which they were sent, repeated ones included.
 *
 * @throws {InvalidError} when they are not valid UTF-8, or hold a NUL.
 */
export function queryParameters(url: string): QueryParameter[] {
  const start = url.indexOf('?')
  if (start === -1) return []
  const pairs = url.slice(start + 1).split('&')
  return pairs
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=')
      const name = equals === -1 ? pair : pair.slice(0, equals)
      return [decode(name), equals === -1 ? '' : decode(pair.slice(equals + 1))] as const
    })
}

function decode(text: string): string {
  const decoded = decodeForm(text)
  if (!decoded.includes('\0')) return decoded
  throw new InvalidError('Cannot read the query: it holds a NUL character (%00)')
}

const encoded = /[%+]/

function decodeForm(text: string): string {
  // Most texts are as they are, which is seen sooner than undone.
  if (!encoded.test(text)) return text
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch (error) {
    throw new InvalidError('Cannot read the query: it is not valid UTF-8, percent-encoded', {
      cause: error,
    })
  }
}

export function sendJson(reply: FastifyReply, status: number, body: unknown) {
  return sendJsonText(reply, status, JSON.stringify(body))
}

export function sendJsonText(reply: FastifyReply, status: number, text: string) {
  return sendText(reply.code(status), 'application/json', text)
}

export function sendJsonBytes(reply: FastifyReply, status: number, bytes: Uint8Array) {
  return reply.code(status).header('content-type', 'application/json').send(bytes)
}

/**
 * As text, which Node sends in one piece with the headers. The serializer keeps Fastify from adding a
 * charset to the type, which ours does not have.
 */
export function sendText(reply: FastifyReply, contentType: string, text: string) {
  return reply.header('content-type', contentType).serializer(asItIs).send(text)
}

const asItIs = (text: string) => text

export function sendNothing(reply: FastifyReply, status = 204) {
  return reply.code(status).send()
}
