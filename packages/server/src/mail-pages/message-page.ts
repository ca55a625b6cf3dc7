/** A page that says one thing, and may ask one question. */
import { VitrineError } from '@vitrine/core'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Content, html } from '../html/html.ts'
import { sendPage } from '../html/page.ts'
import { sayWhenToRetry, statusFor, tellOperator } from '../images-api/error-response.ts'

export type Message = {
  readonly title: string
  readonly text: string
  /** What there is to read besides. */
  readonly more?: Content
  readonly button?: string | undefined
}

export const nowhere: Message = {
  title: 'This link leads nowhere',
  text: 'It is not one of ours, it has expired, or what it was about is gone.',
}

export function sendMessage(reply: FastifyReply, status: number, message: Message) {
  const { title, text, more, button } = message
  const main = html`<h1>${title}</h1>
<p class="lead">${text}</p>
${more}
${button !== undefined && html`<form method="post"><button type="submit">${button}</button></form>`}`
  return sendPage(reply, status, { title, main, width: 'narrow' })
}

/** A failure in words for people; what they cannot mend, the operator sees. */
export function sendFailure(error: unknown, request: FastifyRequest, reply: FastifyReply) {
  // What is left of the body is read and dropped, so that the browser gets to hear our answer.
  request.raw.resume()
  const status = statusFor(error)
  if (status >= 500) tellOperator(request, error)
  sayWhenToRetry(reply, error)
  const isTold = error instanceof VitrineError || (error instanceof Error && status < 500)
  const text = isTold ? error.message : 'The operator can see why. Please try again later.'
  return sendMessage(reply, status, { title: 'That did not work', text })
}

export function tokenOf({ params }: FastifyRequest): string {
  return String(Object(params).token)
}
