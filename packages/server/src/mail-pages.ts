/**
 * The pages that links of mails lead to: confirming an address, and ending a kind of mail. To be
 * registered under `/mail`.
 *
 * Following a link changes nothing, since programs that look after mail follow links too. The button
 * does; so does the one click of a mail program (RFC 8058). Complete without JavaScript.
 */
import type { Contacts } from '@vitrine/core'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { html } from './html/html.ts'
import { sendPage } from './html/page.ts'

type Message = { readonly title: string; readonly text: string; readonly button?: string }

const nowhere: Message = {
  title: 'This link leads nowhere',
  text: 'It is not one of ours, or what it was about is gone.',
}

export function mailPages(contacts: Contacts) {
  return async (app: FastifyInstance): Promise<void> => {
    app.get('/prove/:token', async (request, reply) => {
      const address = await contacts.addressOf(tokenOf(request))
      if (address === undefined) return send(reply, 404, nowhere)
      const text = `Is ${address} your address? Then it will be told of images that are shared with your project.`
      return send(reply, 200, { title: 'Confirm your address', text, button: 'Confirm' })
    })
    app.post('/prove/:token', async (request, reply) =>
      (await contacts.prove(tokenOf(request)))
        ? send(reply, 200, { title: 'Thank you', text: 'Your address is confirmed.' })
        : send(reply, 404, nowhere),
    )
    app.get('/unsubscribe/:token', async (_request, reply) =>
      send(reply, 200, {
        title: 'No more mail of this kind?',
        text: 'One click ends it for the address that this link was sent to.',
        button: 'End it',
      }),
    )
    app.post('/unsubscribe/:token', async (request, reply) =>
      (await contacts.unsubscribe(tokenOf(request)))
        ? send(reply, 200, { title: 'Done', text: 'There will be no more mail of this kind.' })
        : send(reply, 404, nowhere),
    )
  }
}

function tokenOf({ params }: FastifyRequest): string {
  return String(Object(params).token)
}

function send(reply: FastifyReply, status: number, { title, text, button }: Message) {
  const main = html`<h1>${title}</h1>
<p class="lead">${text}</p>
${button !== undefined && html`<form method="post"><button type="submit">${button}</button></form>`}`
  return sendPage(reply, status, { title, main, width: 'narrow' })
}
