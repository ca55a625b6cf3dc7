/** The addresses at which a project wants to be told of what concerns it, and how each is proven. */
import { randomUUID } from 'node:crypto'
import { type Actor, hasRole } from '../actor.ts'
import { ConflictError, ForbiddenError, NotFoundError, quote, TooManyError } from '../errors.ts'
import type { Clock } from '../ports/clock.ts'
import type { RecordsWithEvents } from '../records-with-events.ts'
import { type Contact, type Language, type Wants, wantsAll } from './contact.ts'
import { type Mail, noticeKindOf } from './mail.ts'
import { hasExpired, type Link, type LinkPurpose, type SecretLinks } from './secret-links.ts'

export type ContactDraft = {
  readonly email: string
  readonly language?: Language | undefined
  /** Everything at once, as far as it is left out. */
  readonly wants?: Partial<Wants> | undefined
}

export type ContactChanges = {
  readonly language?: Language | undefined
  /** What is left out stays as it is. */
  readonly wants?: Partial<Wants> | undefined
}

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
      wants: { ...wantsAll, ...draft.wants },
      createdAt: now,
      updatedAt: now,
    }
    return this.#records.by(actor).write(async (transaction) => {
      // So that those who come at once see each other.
      await transaction.lockProject(projectId)
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

  async change(actor: Actor, id: string, { language, wants }: ContactChanges): Promise<Contact> {
    const projectId = projectOf(actor, 'member')
    return this.#records.by(actor).write(async (transaction) => {
      const contact = await transaction.findContact(id)
      if (contact?.projectId !== projectId) throw contactNotFound(id)
      const changed = {
        ...contact,
        language: language ?? contact.language,
        wants: { ...contact.wants, ...wants },
        updatedAt: this.#clock.now(),
      }
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

  /** @returns the address that a link would prove; undefined when it leads nowhere, or no more. */
  async addressOf(token: string): Promise<string | undefined> {
    const link = this.#follow('prove', token)
    return link && (await this.#records.findContact(link.id))?.email
  }

  /** Whoever has the link has read the mail. @returns whether it led anywhere. */
  async prove(token: string): Promise<boolean> {
    const link = this.#follow('prove', token)
    if (link === undefined) return false
    return this.#records.write(async (transaction) => {
      const contact = await transaction.findContact(link.id)
      if (contact === undefined) return false
      await transaction.saveContact({ ...contact, proven: true })
      return true
    })
  }

  /**
   * Ends all mail of the kind of the mail that the link came with, to its address. A digest ends all
   * that comes in digests; to an address that belongs to no project, or is not proven, all ends.
   *
   * @returns whether the link led anywhere.
   */
  async unsubscribe(token: string): Promise<boolean> {
    return this.#subscribe(token, 'never')
  }

  /** Takes back what `unsubscribe` did: such mail comes again, and at once. */
  async subscribe(token: string): Promise<boolean> {
    return this.#subscribe(token, 'at_once')
  }

  async #subscribe(token: string, delivery: 'at_once' | 'never'): Promise<boolean> {
    const link = this.#follow('unsubscribe', token)
    if (link === undefined) return false
    return this.#records.write(async (transaction) => {
      const mail = await transaction.findMail(link.id)
      if (mail === undefined) return false
      const contact =
        mail.contactId === null ? undefined : await transaction.findContact(mail.contactId)
      if (contact?.proven) {
        await transaction.saveContact({ ...contact, wants: changed(contact.wants, mail, delivery) })
      } else {
        const address = mail.to.toLowerCase()
        if (delivery === 'never') await transaction.insertMute(address)
        else await transaction.deleteMute(address)
      }
      return true
    })
  }

  #follow(purpose: LinkPurpose, token: string): Link | undefined {
    const link = this.#links.verify(purpose, token)
    return link === undefined || hasExpired(link, this.#clock.now()) ? undefined : link
  }
}

/** What a contact wants once such a mail is to come no more, or again. */
function changed(wants: Wants, { kind }: Mail, delivery: 'at_once' | 'never'): Wants {
  const one = noticeKindOf(kind)
  if (one !== undefined) return { ...wants, [one]: delivery }
  if (kind !== 'digest' || delivery !== 'never') return wants
  const ended = Object.entries(wants).filter(([, how]) => how === 'daily')
  return { ...wants, ...Object.fromEntries(ended.map(([name]) => [name, delivery])) }
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
