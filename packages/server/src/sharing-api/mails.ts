/** The mails that were written, for admins: what waits where there is no mail server, and what failed. */
import { type Actor, ForbiddenError, isAdmin, type RecordsReader } from '@vitrine/core'
import type { MailsBody } from '@vitrine/wire'
import { type Handler, queryParameters, sendJson } from '../images-api/call.ts'
import { oneOf, type PageSizes } from '../images-api/list-query.ts'
import { nextPage, readLimit, readPlace, readQuery } from './page-query.ts'

/** `GET /sharing/v1/mails` */
export function listMails(records: RecordsReader, sizes: PageSizes): Handler {
  return async ({ actor, request: { url }, reply }) => {
    requireAdmin(actor)
    const query = readQuery(queryParameters(url), ['status', 'limit', 'marker'])
    const status = oneOf(query, 'status', ['waiting', 'sent', 'failed'] as const)
    const limit = readLimit(query, sizes)
    const page = await records.listMails({ status, limit, after: readPlace(query) })
    const last = page.length < limit ? undefined : page.at(-1)
    const body: MailsBody = {
      mails: page.map(({ mail }) => ({
        id: mail.id,
        to: mail.to,
        kind: mail.kind,
        subject: mail.subject,
        text: mail.text,
        html: mail.html,
        status: mail.status,
        attempts: mail.attempts,
        failure: mail.failure,
        created_at: mail.createdAt.toISOString(),
      })),
      ...nextPage('/sharing/v1/mails', query, last && String(last.place)),
    }
    return sendJson(reply, 200, body)
  }
}

function requireAdmin(actor: Actor): void {
  if (!isAdmin(actor)) throw new ForbiddenError('Cannot list mails: only admins may')
}
