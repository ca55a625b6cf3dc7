/**
 * The pages that links of mails lead to. To be registered under `/mail`.
 *
 *   prove         confirms the address of a contact
 *   invitation    answers a share
 *   request       confirms the address of whoever asks for an image
 *   unsubscribe   ends a kind of mail
 *
 * Following a link changes nothing, since programs that look after mail follow links too. The button
 * does; so does the one click of a mail program (RFC 8058). Complete without JavaScript.
 */
import type { AccessRequests, Contacts } from '@vitrine/core'
import type { FastifyInstance } from 'fastify'
import { html } from '../html/html.ts'
import { readForm } from '../html/read-form.ts'
import { type InvitationPagesParts, invitationPages } from './invitation-pages.ts'
import { type Message, nowhere, sendFailure, sendMessage, tokenOf } from './message-page.ts'

const isAsked: Message = {
  title: 'Thank you',
  text: 'Your address is confirmed. The publisher’s answer comes by mail.',
}

export type MailPagesParts = InvitationPagesParts & {
  readonly contacts: Contacts
  readonly requests: AccessRequests
}

export function mailPages(parts: MailPagesParts) {
  const { contacts, requests } = parts
  return async (app: FastifyInstance): Promise<void> => {
    app.setErrorHandler(sendFailure)
    // A link that was cut off, or has caught something, on its way through a mail program.
    app.setNotFoundHandler((_request, reply) => sendMessage(reply, 404, nowhere))
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

    app.get('/request/:token', async (request, reply) => {
      const asked = await requests.show(tokenOf(request))
      if (asked === undefined) return sendMessage(reply, 404, nowhere)
      const { title, projectId, email, isConfirmed } = asked
      if (isConfirmed) return sendMessage(reply, 200, isAsked)
      return sendMessage(reply, 200, {
        title: 'Do you ask for this image?',
        text: `“${title}” for the project ${projectId}. If you confirm it, the publisher is asked, sees your address ${email}, and decides.`,
        button: 'Yes, I ask for it',
      })
    })
    app.post('/request/:token', async (request, reply) =>
      (await requests.confirm(tokenOf(request)))
        ? sendMessage(reply, 200, isAsked)
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
