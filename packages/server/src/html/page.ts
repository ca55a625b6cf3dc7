/**
 * The frame of every page that the service shows people, and how it is sent.
 *
 * A page is complete without JavaScript, loads nothing, and allows nothing: see `policyOf`.
 */
import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Content, type Html, html } from './html.ts'
import { baseStyle } from './style.ts'
import { Stylesheet } from './stylesheet.ts'

export type Page = {
  /** Of the window, and of results of search engines. */
  readonly title: string
  readonly main: Content
  /** `narrow` for a page that says one thing. */
  readonly width: 'wide' | 'narrow'
  /** What else stands in the head, such as a description and link previews. */
  readonly head?: Content
  /** Above and below the page, where it belongs to a site. */
  readonly header?: Content
  readonly footer?: Content
  readonly style?: Stylesheet
  /** Whether search engines may show it. They may not, unless a page says so. */
  readonly indexed?: boolean
}

const plainStyle = new Stylesheet(baseStyle)

export function renderPage(page: Page): Html {
  const { title, main, width, head, header, footer, indexed = false, style = plainStyle } = page
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${!indexed && html`<meta name="robots" content="noindex">`}
<title>${title}</title>
${head}
${style.element}
</head>
<body>
${
  header !== undefined &&
  html`<a class="skip" href="#main">Skip to the content</a>
<header class="top"><div class="wide">${header}</div></header>`
}
<main id="main" class="${width}">
${main}
</main>
${footer !== undefined && html`<footer class="foot"><div class="wide">${footer}</div></footer>`}
</body>
</html>
`
}

function policyOf({ style = plainStyle }: Page): string {
  return [
    "default-src 'none'",
    `style-src ${style.source}`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

/** To be sent with every page. */
function setPageHeaders(reply: FastifyReply, page: Page): FastifyReply {
  return reply
    .header('content-type', 'text/html; charset=utf-8')
    .header('content-security-policy', policyOf(page))
    .header('x-content-type-options', 'nosniff')
    .header('cross-origin-opener-policy', 'same-origin')
}

/** Sends a page that is about a secret or an outcome: nobody keeps it, or learns whence one comes. */
export function sendPage(reply: FastifyReply, status: number, page: Page) {
  return setPageHeaders(reply, page)
    .code(status)
    .header('cache-control', 'no-store')
    .header('referrer-policy', 'no-referrer')
    .send(String(renderPage(page)))
}

/** Sends a page that anyone may see; see `sendFresh`. */
export function sendOpenPage(request: FastifyRequest, reply: FastifyReply, page: Page) {
  return sendFresh(request, setPageHeaders(reply, page), String(renderPage(page)))
}

/**
 * Sends what anyone may see. Whoever has it asks each time whether it is still so, which costs no
 * more than a header where it is: so what is taken back is gone at once.
 */
export function sendFresh(request: FastifyRequest, reply: FastifyReply, text: string) {
  const etag = `W/"${createHash('sha256').update(text).digest('base64url').slice(0, 27)}"`
  reply.header('cache-control', 'no-cache').header('etag', etag)
  const { 'if-none-match': known = '' } = request.headers
  if (known === '*' || known.split(',').some((one) => one.trim() === etag)) {
    return reply.code(304).send()
  }
  return reply.send(text)
}
