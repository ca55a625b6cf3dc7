/** The one place where an error becomes an answer of the sharing API: a problem, as RFC 9457 has it. */
import { STATUS_CODES } from 'node:http'
import { VitrineError } from '@vitrine/core'
import type { Problem } from '@vitrine/wire'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { sendText } from '../images-api/call.ts'
import { sayWhenToRetry, statusFor, tellOperator } from '../images-api/error-response.ts'

export function sendProblem(request: FastifyRequest, reply: FastifyReply, error: unknown) {
  // What is left of the body is read and dropped, so that the client gets to hear our answer.
  request.raw.resume()
  const status = statusFor(error)
  const isTold = error instanceof VitrineError || status < 500
  if (status >= 500) tellOperator(request, error)
  sayWhenToRetry(reply, error)
  const detail = isTold && error instanceof Error ? error.message : unexpected
  return sendProblemOf(reply, status, detail, error instanceof VitrineError ? error.code : 'failed')
}

const unexpected = 'The service failed for an unexpected reason, which its operator can see'

export function sendProblemOf(reply: FastifyReply, status: number, detail: string, code: string) {
  const title = STATUS_CODES[status] ?? 'Error'
  const problem: Problem = { type: 'about:blank', title, status, detail, code }
  return sendText(reply.code(status), 'application/problem+json', JSON.stringify(problem))
}
