/** Contacts, and the mail that goes to them, on SQLite or PostgreSQL. */
import { randomBytes } from 'node:crypto'
import {
  type Contact,
  deliveries,
  languages,
  type Mail,
  mailStatuses,
  noticeKinds,
  type SharingReader,
  type SharingWriter,
  wantsAll,
} from '@vitrine/core'
import type { Selectable } from 'kysely'
import type { Database, Queries } from './database.ts'
import { oneOf } from './image-rows.ts'
import { prepared } from './prepared.ts'
import type { ContactRow, MailRow } from './tables.ts'

type Reader<Methods extends keyof SharingReader> = Pick<SharingReader, Methods>
type Writer<Methods extends keyof SharingWriter> = Pick<SharingWriter, Methods>

const contactsOf = prepared<{ projectId: string }>()((queries, slot) =>
  queries
    .selectFrom('contacts')
    .selectAll()
    .where('project_id', '=', slot('projectId'))
    .orderBy('created_at')
    .orderBy('id'),
)

export function mailReader(
  queries: Queries,
): Reader<'listContacts' | 'findContact' | 'isMuted' | 'findMail' | 'dueMails' | 'listMails'> {
  return {
    async listContacts(projectId) {
      const { rows } = await contactsOf(queries, { projectId })
      return rows.map(toContact)
    },

    async findContact(id) {
      const row = await queries
        .selectFrom('contacts')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirst()
      return row && toContact(row)
    },

    async isMuted(email) {
      const row = await queries
        .selectFrom('muted_addresses')
        .selectAll()
        .where('email', '=', email)
        .executeTakeFirst()
      return row !== undefined
    },

    async findMail(id) {
      const row = await queries
        .selectFrom('mails')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirst()
      return row && toMail(row)
    },

    async dueMails(now, limit) {
      const rows = await queries
        .selectFrom('mails')
        .selectAll()
        .where('status', '=', 'waiting')
        .where('due_at', '<=', now.getTime())
        .orderBy('due_at')
        .orderBy('number')
        .limit(limit)
        .execute()
      return rows.map(toMail)
    },

    async listMails({ status, after, limit }) {
      const rows = await queries
        .selectFrom('mails')
        .selectAll()
        .$if(status !== undefined, (some) => some.where('status', '=', status ?? ''))
        .$if(after !== undefined, (some) => some.where('number', '<', after ?? 0))
        .orderBy('number', 'desc')
        .limit(limit)
        .execute()
      return rows.map((row) => ({ place: row.number, mail: toMail(row) }))
    },
  }
}

export function mailWriter(
  queries: Queries,
): Writer<
  'saveContact' | 'deleteContact' | 'insertMute' | 'deleteMute' | 'insertMail' | 'saveMail'
> {
  return {
    async saveContact(contact) {
      const { id, ...change } = toContactRow(contact)
      await queries
        .insertInto('contacts')
        .values({ id, ...change })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(change))
        .execute()
    },

    async deleteContact(id) {
      await queries.deleteFrom('contacts').where('id', '=', id).execute()
    },

    async insertMute(email) {
      await queries
        .insertInto('muted_addresses')
        .values({ email })
        .onConflict((conflict) => conflict.column('email').doNothing())
        .execute()
    },

    async deleteMute(email) {
      const { numDeletedRows } = await queries
        .deleteFrom('muted_addresses')
        .where('email', '=', email)
        .executeTakeFirst()
      return numDeletedRows > 0n
    },

    async insertMail(mail) {
      await queries
        .insertInto('mails')
        .values({
          id: mail.id,
          address: mail.to,
          kind: mail.kind,
          contact_id: mail.contactId,
          subject: mail.subject,
          plain: mail.text,
          html: mail.html,
          unsubscribe: mail.unsubscribe,
          status: mail.status,
          attempts: mail.attempts,
          failure: mail.failure,
          created_at: mail.createdAt.getTime(),
          due_at: mail.dueAt.getTime(),
        })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute()
    },

    async saveMail({ id, status, attempts, failure, dueAt }) {
      await queries
        .updateTable('mails')
        .set({ status, attempts, failure, due_at: dueAt.getTime() })
        .where('id', '=', id)
        .execute()
    },
  }
}

export async function linkKey(database: Database): Promise<string> {
  const name = 'links'
  const kept = database.read.selectFrom('secrets').select('value').where('name', '=', name)
  const before = await kept.executeTakeFirst()
  if (before !== undefined) return before.value
  await database.write((queries) =>
    queries
      .insertInto('secrets')
      .values({ name, value: randomBytes(32).toString('base64url') })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .execute(),
  )
  return (await kept.executeTakeFirstOrThrow()).value
}

function toContactRow(contact: Contact): ContactRow {
  return {
    id: contact.id,
    project_id: contact.projectId,
    email: contact.email,
    language: contact.language,
    proven: contact.proven ? 1 : 0,
    wants: JSON.stringify(contact.wants),
    created_at: contact.createdAt.getTime(),
    updated_at: contact.updatedAt.getTime(),
  }
}

function toContact(row: ContactRow): Contact {
  const wants: Record<string, string> = JSON.parse(row.wants)
  const chosen = noticeKinds.flatMap((kind) => {
    const delivery = wants[kind]
    return delivery === undefined ? [] : [[kind, oneOf(deliveries, delivery)] as const]
  })
  return {
    id: row.id,
    projectId: row.project_id,
    email: row.email,
    language: oneOf(languages, row.language),
    proven: row.proven === 1,
    wants: { ...wantsAll, ...Object.fromEntries(chosen) },
    createdAt: new Date(row.created_at),
    updatedAt: new Date(row.updated_at),
  }
}

const mailKinds = [...noticeKinds, 'prove', 'confirm', 'approved', 'declined', 'digest'] as const

function toMail(row: Selectable<MailRow>): Mail {
  return {
    id: row.id,
    to: row.address,
    kind: oneOf(mailKinds, row.kind),
    contactId: row.contact_id,
    subject: row.subject,
    text: row.plain,
    html: row.html,
    unsubscribe: row.unsubscribe ?? '',
    status: oneOf(mailStatuses, row.status),
    attempts: row.attempts,
    failure: row.failure,
    createdAt: new Date(row.created_at),
    dueAt: new Date(row.due_at),
  }
}
