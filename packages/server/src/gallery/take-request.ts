/**
 * Takes what the form *Request access* sends. What it answers says nothing of projects or addresses:
 * only what cannot be one at all is sent back to be put right.
 */
import type { AccessRequests, Language } from '@vitrine/core'
import { AskingProjectId, Email, Note } from '@vitrine/wire'
import type { FastifyRequest } from 'fastify'
import { clientNetwork } from '../client-network.ts'
import { readForm } from '../html/read-form.ts'
import { lazyCheck } from '../images-api/body-check.ts'
import type { GalleryOptions } from './gallery.ts'
import type { RequestField } from './request-form.ts'

const fields = {
  project_id: {
    check: lazyCheck<string>(AskingProjectId),
    sentence: 'The project id should be 1 to 64 letters, digits, “-” or “_”.',
  },
  email: {
    check: lazyCheck<string>(Email),
    sentence: 'The e-mail address should be one such as someone@example.com.',
  },
  message: {
    check: lazyCheck<string>(Note),
    sentence: 'The message should have at most 2000 characters, and no control characters.',
  },
} as const satisfies Record<RequestField, unknown>

const done = {
  title: 'Please look into your mail',
  text: 'If all is right, a mail is on its way to you. Follow its link to confirm your address: only then is the publisher asked.',
}

export function takeRequest(requests: AccessRequests): NonNullable<GalleryOptions['takeRequest']> {
  return async (request, { exhibit, again, done: say }) => {
    const form = await readForm(request.raw)
    const values = {
      project_id: (form.get('project_id') ?? '').trim(),
      email: (form.get('email') ?? '').trim(),
      message: form.get('message') ?? '',
    }
    for (const field of ['project_id', 'email', 'message'] as const) {
      const { check, sentence } = fields[field]
      if (!check()(values[field])) return again({ values, problem: { field, sentence } })
    }
    const { project_id: projectId, email, message } = values
    const asked = { imageId: exhibit.imageId, email, message, language: languageOf(request) }
    await requests.askFor(projectId, asked, clientNetwork(request))
    return say(done.title, done.text)
  }
}

/** The first that the browser asks for, if mail can be written in it. */
function languageOf({ headers }: FastifyRequest): Language | undefined {
  const first = /^\s*([a-z]{2})\b/i.exec(headers['accept-language'] ?? '')?.[1]?.toLowerCase()
  return first === 'de' || first === 'en' ? first : undefined
}
