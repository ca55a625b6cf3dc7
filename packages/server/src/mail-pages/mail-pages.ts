/**
 * The pages that links of mails lead to. To be registered under `/mail`.
 *
 *   prove         confirms the address of a contact
 *   invitation    answers a share
 *   unsubscribe   ends a kind of mail
 *
 * Following a link changes nothing, since programs that look after mail follow links too. The button
 * does; so does the one click of a mail program (RFC 8058). Complete without JavaScript.
 */
import type { Contacts } from '@vitrine/core'
import type { FastifyInstance } from 'fastify'
import { html } from '../html/html.ts'
import { readForm } from '../html/read-form.ts'
import { type InvitationPagesParts, invitationPages } from './invitation-pages.ts'
import { nowhere, sendFailure, sendMessage, tokenOf } from './message-page.ts'

export type MailPagesParts = InvitationPagesParts & { readonly contacts: Contacts }

export function mailPages(parts: MailPagesParts) {
  const { contacts } = parts
  return async (app: FastifyInstance): Promise<void> => {
    app.setErrorHandler(sendFailure)
    app.register(invitationPages(parts), { prefix: '/invitation' })

    app.get('/prove/:token', async (request, reply) => {
      const address = await contacts.addressOf(tokenOf(request))
      if (address === undefined) return sendMessage(reply, 404, nowhere)
      return sendMessage(reply, 200, {
        title: 'Confirm your address',
        text: `Is ${address} your address? Then it will be told of images that are shared with your project.`,
        button: 'Confirm',
      })
    })
    app.post('/prove/:token', async (request, reply) =>
      (await contacts.prove(tokenOf(request)))
        ? sendMessage(reply, 200, { title: 'Thank you', text: 'Your address is confirmed.' })
        : sendMessage(reply, 404, nowhere),
    )

    app.get('/unsubscribe/:token', async (_request, reply) =>
      sendMessage(reply, 200, {
        title: 'No more mail of this kind?',
        text: 'One click ends it for the address that this link was sent to.',
        button: 'End it',
      }),
    )
    app.post('/unsubscribe/:token', async (request, reply) => {
      const token = tokenOf(request)
      const isTakenBack = (await readForm(request.raw)).get('again') === 'yes'
      const found = isTakenBack ? contacts.subscribe(token) : contacts.unsubscribe(token)
      if (!(await found)) return sendMessage(reply, 404, nowhere)
      return isTakenBack
        ? sendMessage(reply, 200, { title: 'As before', text: 'Such mail will come again.' })
        : sendMessage(reply, 200, {
            title: 'Done',
            text: 'There will be no more mail of this kind.',
            more: html`<form method="post"><input type="hidden" name="again" value="yes">
<p>That was a mistake?</p>
<button type="submit" class="quiet">Send it again as before</button></form>`,
          })
    })
  }
}
