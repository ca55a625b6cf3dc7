/**
 * The page on which a share is answered by the link of a mail.
 *
 *   what it is ──accept or reject?──► who are you? ──user name and password──► done
 *
 * It asks for a log-in only at its last step, about the invited project alone. That step does all at
 * once and keeps nothing: no cookie, no token, so that no other page could act for the visitor.
 */
import {
  type InvitationAnswers,
  type InvitationView,
  type PasswordLogIn,
  VitrineError,
} from '@vitrine/core'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { clientNetwork } from '../client-network.ts'
import { type Content, html } from '../html/html.ts'
import { sendPage } from '../html/page.ts'
import { readForm } from '../html/read-form.ts'
import { statusFor } from '../images-api/error-response.ts'
import { answers, invitationFacts, type Open, whatItMeans } from './invitation-parts.ts'
import { type Message, nowhere, sendMessage, tokenOf } from './message-page.ts'

export type InvitationPagesParts = {
  readonly invitations: InvitationAnswers
  readonly identity: PasswordLogIn
}

type Answer = 'accepted' | 'rejected'

export function invitationPages({ invitations, identity }: InvitationPagesParts) {
  return async (app: FastifyInstance): Promise<void> => {
    app.get('/:token', async (request, reply) => {
      const view = await invitations.show(tokenOf(request))
      if (view.state !== 'open') return sendClosed(reply, view)
      const answer = toAnswer(Object(request.query).answer)
      return answer === undefined
        ? sendQuestion(reply, view)
        : sendLogIn(reply, 200, { view, answer, userName: '', domainName: 'Default' })
    })

    app.post('/:token', async (request, reply) => {
      const token = tokenOf(request)
      const form = await readForm(request.raw)
      const view = await invitations.show(token)
      if (view.state !== 'open') return sendClosed(reply, view)
      const answer = toAnswer(form.get('answer'))
      if (answer === undefined) return sendQuestion(reply, view)
      const userName = form.get('user_name') ?? ''
      const domainName = form.get('domain_name')?.trim() || 'Default'
      const password = form.get('password') ?? ''
      const attempt = { userName, domainName, password, network: clientNetwork(request) }
      try {
        await invitations.answer(token, attempt, answer, identity)
      } catch (error) {
        if (!(error instanceof VitrineError)) throw error
        const now = await invitations.show(token)
        if (now.state !== 'open') return sendClosed(reply, now)
        const status = statusFor(error)
        return sendLogIn(reply, status, {
          view,
          answer,
          userName,
          domainName,
          failure: error.message,
        })
      }
      return sendDone(reply, view, answer)
    })
  }
}

function toAnswer(value: unknown): Answer | undefined {
  return (['accepted', 'rejected'] as const).find((one) => one === value)
}

function sendQuestion(reply: FastifyReply, view: Open) {
  const title = 'An image is shared with your project'
  const main = html`<h1>${title}</h1>
${whatItMeans(view)}
<form method="get" class="row">
<button name="answer" value="accepted">Accept</button>
<button name="answer" value="rejected" class="quiet">Reject</button>
</form>
${invitationFacts(view)}`
  return sendPage(reply, 200, { title, main, width: 'narrow' })
}

type LogIn = {
  readonly view: Open
  readonly answer: Answer
  readonly userName: string
  readonly domainName: string
  readonly failure?: string
}

function sendLogIn(reply: FastifyReply, status: number, logIn: LogIn) {
  const { view, answer, userName, domainName, failure } = logIn
  const { verb, title } = answers[answer]
  const { image, member } = view
  const main = html`<h1>${title}</h1>
<p class="lead">“${image.name ?? 'unnamed'}” for the project <code>${member.projectId}</code></p>
${failure !== undefined && html`<p class="failure" role="alert">${failure.replace(/\.?$/, '.')}</p>`}
<form method="post" class="stack" autocomplete="on">
<input type="hidden" name="answer" value="${answer}">
${field('user_name', 'User name', html`value="${userName}" autocomplete="username"`)}
${field('password', 'Password', html`type="password" autocomplete="current-password"`)}
${field('domain_name', 'Domain of the user', html`value="${domainName}" autocomplete="on"`)}
<button type="submit">Log in and ${verb}</button>
</form>
<p class="soft">The password goes to the identity service, and is not kept. Whoever logs in
another way answers with the client:</p>
<pre>openstack image set --${verb} ${image.id}</pre>`
  return sendPage(reply, status, { title, main, width: 'narrow' })
}

function field(name: string, label: string, attributes: Content) {
  return html`<label>${label} <input name="${name}" required autocapitalize="none" spellcheck="false" ${attributes}></label>
`
}

function sendDone(reply: FastifyReply, view: Open, answer: Answer) {
  const { done, text } = answers[answer]
  return sendMessage(reply, 200, { title: done, text, more: invitationFacts(view) })
}

function sendClosed(reply: FastifyReply, view: Closed) {
  const [status, message] = closed(view)
  return sendMessage(reply, status, message)
}

type Closed = Exclude<InvitationView, { state: 'open' }>

function closed(view: Closed): readonly [status: number, message: Message] {
  switch (view.state) {
    case 'nowhere':
      return [404, nowhere]
    case 'gone': {
      const text = 'The image is not shared with the project any more.'
      return [410, { title: 'No longer shared', text }]
    }
    case 'expired': {
      const text =
        'A reminder of the producer brings a new one. With a client the share can be answered at any time.'
      return [410, { title: 'This link has expired', text }]
    }
    case 'answered':
    case 'used': {
      const { image, member } = view
      const status = member.status === 'pending' ? 'set back' : member.status
      const text = `Your project has ${status} the image “${image.name ?? 'unnamed'}”. This link is used up; the client changes the answer at any time.`
      return [200, { title: 'This was answered already', text, more: invitationFacts(view) }]
    }
  }
}
