/** Who publishes: a project names itself, and an admin may vouch for it. */
import { randomBytes } from 'node:crypto'
import { type Actor, hasRole, isAdmin } from '../actor.ts'
import { ConflictError, ForbiddenError, NotFoundError, quote } from '../errors.ts'
import type { Clock } from '../ports/clock.ts'
import type { PublisherQuery } from '../ports/listing-records.ts'
import type { RecordsReader } from '../ports/records.ts'
import type { RecordsWithEvents, TransactionWithEvents } from '../records-with-events.ts'
import { type Publisher, slugOf } from './listing.ts'
import { requireWebAddress } from './web-address.ts'

export type PublisherText = Pick<Publisher, 'name' | 'description' | 'contact'> & {
  /** Undefined to keep the one it has, or to make one of the name. */
  readonly slug: string | undefined
}

export class Publishers {
  readonly #records: RecordsWithEvents
  readonly #clock: Clock

  constructor(parts: { records: RecordsWithEvents; clock: Clock }) {
    this.#records = parts.records
    this.#clock = parts.clock
  }

  /**
   * Names the project's publisher, or says something else of it from now on.
   *
   * One that takes another name or contact is another for its readers: it has to be verified anew,
   * unless it is an admin who says so.
   */
  async save(actor: Actor, projectId: string, text: PublisherText): Promise<Publisher> {
    requireToSpeakFor(actor, projectId, 'member')
    const { name, description, contact } = text
    if (contact !== null && /^https?:/i.test(contact)) requireWebAddress('contact', contact)
    return this.#records.by(actor).write(async (transaction) => {
      const before = await transaction.findPublisher(projectId)
      const now = this.#clock.now()
      const isSame = before?.name === name && before.contact === contact
      const verified = before?.verified === true && (isSame || isAdmin(actor))
      const publisher: Publisher = {
        projectId,
        slug: text.slug ?? before?.slug ?? '',
        name,
        description,
        contact,
        verified,
        createdAt: before?.createdAt ?? now,
        updatedAt: now,
      }
      if (publisher.slug === '') return saveWithFreeSlug(transaction, publisher)
      if (await transaction.savePublisher(publisher)) return publisher
      throw new ConflictError(
        `Cannot name the publisher: its slug ${quote(publisher.slug)} is taken; choose another`,
      )
    })
  }

  async show(actor: Actor, projectId: string): Promise<Publisher> {
    return findOwnPublisher(this.#records, actor, projectId)
  }

  /** All of them, for admins. */
  async list(actor: Actor, query: PublisherQuery): Promise<readonly Publisher[]> {
    requireAdmin(actor, 'list all publishers')
    return this.#records.listPublishers(query)
  }

  async setVerified(actor: Actor, projectId: string, verified: boolean): Promise<Publisher> {
    requireAdmin(actor, 'verify a publisher')
    return this.#records.by(actor).write(async (transaction) => {
      const publisher = await findOwnPublisher(transaction, actor, projectId)
      const changed = { ...publisher, verified, updatedAt: this.#clock.now() }
      await transaction.savePublisher(changed)
      return changed
    })
  }

  /** @throws {ConflictError} when it still has listings. */
  async delete(actor: Actor, projectId: string): Promise<void> {
    requireToSpeakFor(actor, projectId, 'member')
    await this.#records.by(actor).write(async (transaction) => {
      await findOwnPublisher(transaction, actor, projectId)
      if (await transaction.deletePublisher(projectId)) return
      throw new ConflictError(
        'Cannot delete the publisher: it has images that are published; unlist them first',
      )
    })
  }
}

/** Of a project that the caller may speak for. Nobody else learns which projects publish. */
export async function findOwnPublisher(
  records: RecordsReader,
  actor: Actor,
  projectId: string,
): Promise<Publisher> {
  requireToSpeakFor(actor, projectId, 'reader')
  const publisher = await records.findPublisher(projectId)
  if (publisher !== undefined) return publisher
  throw new NotFoundError(`Project ${quote(projectId)} has no publisher page`)
}

function requireToSpeakFor(actor: Actor, projectId: string, role: 'reader' | 'member'): void {
  if (isAdmin(actor) || (actor.projectId === projectId && hasRole(actor, role))) return
  throw new ForbiddenError(
    `Cannot speak for publisher ${quote(projectId)}: this takes a token of that very project, with the role "${role}"`,
  )
}

function requireAdmin(actor: Actor, action: string): void {
  if (!isAdmin(actor)) throw new ForbiddenError(`Cannot ${action}: only admins may`)
}

/** The name as a slug; with a number, then with something that nobody else has, where it is taken. */
async function saveWithFreeSlug(
  transaction: TransactionWithEvents,
  publisher: Publisher,
): Promise<Publisher> {
  const start = slugOf(publisher.name).slice(0, 50).replace(/-$/, '') || 'publisher'
  const ends = ['', '-2', '-3', `-${randomBytes(4).toString('hex')}`]
  for (const end of ends) {
    const named = { ...publisher, slug: `${start}${end}` }
    if (await transaction.savePublisher(named)) return named
  }
  throw new ConflictError(
    `Cannot name the publisher: ${quote(start)} is taken; choose another "slug"`,
  )
}
