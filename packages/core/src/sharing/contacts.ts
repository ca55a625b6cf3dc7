/** The addresses at which a project wants to be told of what concerns it, and how each is proven. */
import { randomUUID } from 'node:crypto'
import { type Actor, hasRole } from '../actor.ts'
import { ConflictError, ForbiddenError, NotFoundError, quote, TooManyError } from '../errors.ts'
import type { Clock } from '../ports/clock.ts'
import type { RecordsWithEvents } from '../records-with-events.ts'
import { type Contact, type Language, type NoticeKind, noticeKinds } from './contact.ts'
import { isNotice } from './mail.ts'
import type { SecretLinks } from './secret-links.ts'

export type ContactDraft = {
  readonly email: string
  readonly language?: Language | undefined
  /** Everything, if left out. */
  readonly wants?: readonly NoticeKind[] | undefined
}

export type ContactChanges = Partial<Pick<Contact, 'language' | 'wants'>>

const mostPerProject = 20
/** How long a project waits before the link that proves an address is mailed there again. */
const proofAgainMs = 60 * 60_000

export class Contacts {
  readonly #records: RecordsWithEvents
  readonly #clock: Clock
  readonly #links: SecretLinks
  readonly #defaultLanguage: Language

  constructor(parts: {
    records: RecordsWithEvents
    clock: Clock
    links: SecretLinks
    defaultLanguage: Language
  }) {
    this.#records = parts.records
    this.#clock = parts.clock
    this.#links = parts.links
    this.#defaultLanguage = parts.defaultLanguage
  }

  async list(actor: Actor): Promise<readonly Contact[]> {
    return this.#records.listContacts(projectOf(actor, 'reader'))
  }

  /** Keeps the address, and mails it a link by which it is proven. */
  async add(actor: Actor, draft: ContactDraft): Promise<Contact> {
    const projectId = projectOf(actor, 'member')
    const now = this.#clock.now()
    const contact: Contact = {
      id: randomUUID(),
      projectId,
      email: draft.email,
      language: draft.language ?? this.#defaultLanguage,
      proven: false,
      wants: draft.wants ?? noticeKinds,
      createdAt: now,
      updatedAt: now,
    }
    return this.#records.by(actor).write(async (transaction) => {
      const others = await transaction.listContacts(projectId)
      const same = others.find(({ email }) => email.toLowerCase() === draft.email.toLowerCase())
      if (same !== undefined) {
        throw new ConflictError(
          `Cannot add contact ${quote(draft.email)}: the project has it already, as ${same.id}`,
        )
      }
      if (others.length >= mostPerProject) {
        throw new ConflictError(
          `Cannot add contact ${quote(draft.email)}: the project has ${others.length}, and that is the most; delete one first`,
        )
      }
      await transaction.saveContact(contact)
      transaction.announce({ type: 'contact.prove', payload: { contact: factsOf(contact) } })
      return contact
    })
  }

  /** Mails the link once more. */
  async proveAgain(actor: Actor, id: string): Promise<void> {
    const projectId = projectOf(actor, 'member')
    await this.#records.by(actor).write(async (transaction) => {
      const contact = await transaction.findContact(id)
      if (contact?.projectId !== projectId) throw contactNotFound(id)
      if (contact.proven) {
        throw new ConflictError(`Cannot prove contact ${quote(contact.email)}: it is proven`)
      }
      const now = this.#clock.now()
      const waitMs = contact.updatedAt.getTime() + proofAgainMs - now.getTime()
      if (waitMs > 0) {
        throw new TooManyError(
          `Cannot mail to ${quote(contact.email)} again: it may be once an hour`,
          { retryAfterSeconds: Math.ceil(waitMs / 1000) },
        )
      }
      await transaction.saveContact({ ...contact, updatedAt: now })
      transaction.announce({ type: 'contact.prove', payload: { contact: factsOf(contact) } })
    })
  }

  async change(actor: Actor, id: string, changes: ContactChanges): Promise<Contact> {
    const projectId = projectOf(actor, 'member')
    return this.#records.by(actor).write(async (transaction) => {
      const contact = await transaction.findContact(id)
      if (contact?.projectId !== projectId) throw contactNotFound(id)
      const changed = { ...contact, ...changes, updatedAt: this.#clock.now() }
      await transaction.saveContact(changed)
      return changed
    })
  }

  async delete(actor: Actor, id: string): Promise<void> {
    const projectId = projectOf(actor, 'member')
    await this.#records.by(actor).write(async (transaction) => {
      const contact = await transaction.findContact(id)
      if (contact?.projectId !== projectId) throw contactNotFound(id)
      await transaction.deleteContact(id)
    })
  }

  /** @returns the address that a link would prove; undefined when it leads nowhere. */
  async addressOf(token: string): Promise<string | undefined> {
    const id = this.#links.verify('prove', token)
    return id === undefined ? undefined : (await this.#records.findContact(id))?.email
  }

  /** Whoever has the link has read the mail. @returns whether it led anywhere. */
  async prove(token: string): Promise<boolean> {
    const id = this.#links.verify('prove', token)
    if (id === undefined) return false
    return this.#records.write(async (transaction) => {
      const contact = await transaction.findContact(id)
      if (contact === undefined) return false
      await transaction.saveContact({ ...contact, proven: true })
      return true
    })
  }

  /**
   * Ends all mail of the kind of the mail that the link came with, to its address.
   *
   * @returns whether the link led anywhere.
   */
  async unsubscribe(token: string): Promise<boolean> {
    const mailId = this.#links.verify('unsubscribe', token)
    if (mailId === undefined) return false
    return this.#records.write(async (transaction) => {
      const mail = await transaction.findMail(mailId)
      if (mail === undefined || !isNotice(mail.kind)) return false
      const contact =
        mail.contactId === null ? undefined : await transaction.findContact(mail.contactId)
      if (contact === undefined) {
        await transaction.insertMute(mail.to.toLowerCase())
        return true
      }
      const wants = contact.wants.filter((kind) => kind !== mail.kind)
      await transaction.saveContact({ ...contact, wants })
      return true
    })
  }
}

function factsOf({ id, projectId, email, language }: Contact) {
  return { id, projectId, email, language }
}

function contactNotFound(id: string): NotFoundError {
  return new NotFoundError(`The project has no contact ${quote(id)}`)
}

function projectOf(actor: Actor, role: 'reader' | 'member'): string {
  if (actor.projectId !== undefined && hasRole(actor, role)) return actor.projectId
  throw new ForbiddenError(
    `Contacts belong to a project: this takes a token of one, with the role "${role}"`,
  )
}
