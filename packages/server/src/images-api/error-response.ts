/**
 * The one place where an error becomes an answer of the Images API.
 *
 * The body is what clients of this API can read, and that depends on `Accept`: glanceclient sends
 * any type and crashes on JSON there, others want JSON only. So: HTML wherever it is as welcome as
 * JSON, plain text where neither is, and the same sentence in all three.
 *
 * Spec: ../../../../docs/api.md, "Errors".
 */
import { STATUS_CODES } from 'node:http'
import { type ErrorCode, TooManyError, VitrineError } from '@vitrine/core'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { sendText } from './call.ts'

const statusOf: Record<ErrorCode, number> = {
  invalid: 400,
  unauthorized: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  gone: 410,
  'too-large': 413,
  'out-of-range': 416,
  'wrong-content': 415,
  'too-many': 429,
  unavailable: 503,
}

/** Where the words of clients differ from today's names of the statuses. */
const oldTitles: Record<number, string> = {
  413: 'Request Entity Too Large',
  416: 'Request Range Not Satisfiable',
}

const ourFault =
  'The server has either erred or is incapable of performing the requested operation.'

export function sendError(request: FastifyRequest, reply: FastifyReply, error: unknown) {
  // What is left of the body is read and dropped, so that the client gets to hear our answer.
  request.raw.resume()
  const status = statusFor(error)
  sayWhenToRetry(reply, error)
  if (status < 500 && error instanceof Error)
    return sendMessage(request, reply, status, error.message)
  tellOperator(request, error)
  const message = error instanceof VitrineError ? error.message : ourFault
  return sendMessage(request, reply, status, message)
}

export function sayWhenToRetry(reply: FastifyReply, error: unknown): void {
  if (error instanceof TooManyError && error.retryAfterSeconds !== undefined) {
    reply.header('retry-after', String(error.retryAfterSeconds))
  }
}

/** The operator sees the cause; the caller never does. */
export function tellOperator(request: FastifyRequest, error: unknown): void {
  if (isClientGone(request)) request.log.info({ err: error }, 'the client went away')
  else request.log.error({ err: error }, 'request failed')
}

/** Whoever hangs up in the middle of a request is no failure of ours, and hears no answer. */
function isClientGone({ raw }: FastifyRequest): boolean {
  return raw.destroyed && !raw.complete
}

export function statusFor(error: unknown): number {
  if (error instanceof VitrineError) return statusOf[error.code]
  // Fastify's own refusals, such as of a body that is too long.
  const hasStatus = error instanceof Error && 'statusCode' in error
  return hasStatus && typeof error.statusCode === 'number' ? error.statusCode : 500
}

export function sendMessage(
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  message: string,
) {
  const title = oldTitles[status] ?? STATUS_CODES[status] ?? 'Error'
  const form = formFor(request.headers.accept)
  const text = writers[form](`${status} ${title}`, title, message)
  return sendText(reply.code(status), contentTypes[form], text)
}

type Form = 'html' | 'json' | 'text'

const contentTypes: Record<Form, string> = {
  html: 'text/html; charset=UTF-8',
  json: 'application/json',
  text: 'text/plain; charset=UTF-8',
}

const writers: Record<Form, (code: string, title: string, message: string) => string> = {
  html: (code, _, message) =>
    `<html>\n <head>\n  <title>${code}</title>\n </head>\n <body>\n  <h1>${code}</h1>\n  ${escapeHtml(message)}<br /><br />\n </body>\n</html>`,
  json: (code, title, message) => JSON.stringify({ message, code, title }),
  text: (code, _, message) => `${code}\n\n${message}\n\n   `,
}

/** The form that the client likes best; HTML where it likes JSON no better. */
export function formFor(accept: string | undefined): Form {
  const ranges = (accept ?? '').split(',').map(parseMediaRange)
  const html = liking(ranges, ['text/html', 'text/*', '*/*'])
  const json = liking(ranges, ['application/json', 'application/*', '*/*'])
  if (html === 0 && json === 0) return 'text'
  return html >= json ? 'html' : 'json'
}

type MediaRange = { readonly name: string; readonly quality: number }

/** How much a type is liked. The first of its names that the client has a word on decides. */
function liking(ranges: readonly MediaRange[], names: readonly string[]): number {
  const decisive = names.find((name) => ranges.some((range) => range.name === name))
  const qualities = ranges.filter(({ name }) => name === decisive).map(({ quality }) => quality)
  return Math.max(0, ...qualities)
}

function parseMediaRange(range: string): MediaRange {
  const [name = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
  const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2)
  const value = Number(quality ?? '1')
  return { name, quality: Number.isNaN(value) ? 1 : value }
}

/** Quotation marks stay: clients show the text to people without undoing escapes. */
function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
