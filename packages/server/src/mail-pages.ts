/**
 * The pages that links of mails lead to: confirming an address, and ending a kind of mail. To be
 * registered under `/mail`.
 *
 * Following a link changes nothing, since programs that look after mail follow links too. The button
 * does; so does the one click of a mail program (RFC 8058). Complete without JavaScript.
 */
import type { Contacts } from '@vitrine/core'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

type Page = { readonly title: string; readonly text: string; readonly button?: string }

const nowhere: Page = {
  title: 'This link leads nowhere',
  text: 'It is not one of ours, or what it was about is gone.',
}

export function mailPages(contacts: Contacts) {
  return async (app: FastifyInstance): Promise<void> => {
    app.get('/prove/:token', async (request, reply) => {
      const address = await contacts.addressOf(tokenOf(request))
      if (address === undefined) return sendPage(reply, 404, nowhere)
      const text = `Is ${address} your address? Then it will be told of images that are shared with your project.`
      return sendPage(reply, 200, { title: 'Confirm your address', text, button: 'Confirm' })
    })
    app.post('/prove/:token', async (request, reply) =>
      (await contacts.prove(tokenOf(request)))
        ? sendPage(reply, 200, { title: 'Thank you', text: 'Your address is confirmed.' })
        : sendPage(reply, 404, nowhere),
    )
    app.get('/unsubscribe/:token', async (_request, reply) =>
      sendPage(reply, 200, {
        title: 'No more mail of this kind?',
        text: 'One click ends it for the address that this link was sent to.',
        button: 'End it',
      }),
    )
    app.post('/unsubscribe/:token', async (request, reply) =>
      (await contacts.unsubscribe(tokenOf(request)))
        ? sendPage(reply, 200, { title: 'Done', text: 'There will be no more mail of this kind.' })
        : sendPage(reply, 404, nowhere),
    )
  }
}

function tokenOf({ params }: FastifyRequest): string {
  return String(Object(params).token)
}

function sendPage(reply: FastifyReply, status: number, { title, text, button }: Page) {
  return reply
    .code(status)
    .header('content-type', 'text/html; charset=utf-8')
    .header('cache-control', 'no-store')
    .header('referrer-policy', 'no-referrer')
    .header(
      'content-security-policy',
      "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
    )
    .send(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)}</title>
<style>
  :root { color-scheme: light dark }
  body { font: 17px/1.6 system-ui, sans-serif; max-width: 34rem; margin: 12vh auto 0; padding: 1.5rem }
  h1 { font-size: 1.6rem; line-height: 1.25 } p { overflow-wrap: anywhere }
  button { font: inherit; font-weight: 600; padding: .7rem 1.4rem; border: 0; border-radius: .5rem; background: #4338ca;
    color: #fff; cursor: pointer } button:focus-visible { outline: 3px solid #818cf8; outline-offset: 2px }
</style>
<main>
<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(text)}</p>
${button === undefined ? '' : `<form method="post"><button type="submit">${escapeHtml(button)}</button></form>`}
</main>
</html>
`)
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
