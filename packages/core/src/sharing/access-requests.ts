/**
 * Asking for an image: by the form of the gallery, or logged in; and proving one's address.
 *
 * Asking does the same few steps whatever is asked for and by whom, and is answered alike: whether
 * there is such a project or address shows nowhere. All else is done after the answer, from the outbox.
 */
import { randomUUID } from 'node:crypto'
import { isOpen } from '../access.ts'
import { type Actor, hasRole } from '../actor.ts'
import { ConflictError, ForbiddenError, NotFoundError, quote, TooManyError } from '../errors.ts'
import type { Image } from '../image.ts'
import type { Limits } from '../limits.ts'
import type { AccessRequestPlace, PlacedAccessRequest } from '../ports/access-request-records.ts'
import type { Clock } from '../ports/clock.ts'
import type { RecordsWithEvents, TransactionWithEvents } from '../records-with-events.ts'
import {
  type AccessRequest,
  type AccessRequestStatus,
  accessRequestFacts,
  accessRequestStatuses,
} from './access-request.ts'
import { approves } from './approval-rule.ts'
import type { Language } from './contact.ts'
import { Rates } from './rates.ts'
import { hasExpired, type SecretLinks } from './secret-links.ts'
import { announce, approveRequests } from './settle-requests.ts'
import { dayMs, type SharingRules } from './sharing-rules.ts'

export type AccessRequestsParts = {
  readonly records: RecordsWithEvents
  readonly clock: Clock
  readonly links: SecretLinks
  readonly limits: Limits
  readonly rules: SharingRules
  readonly defaultLanguage: Language
}

export type AskedFor = {
  readonly imageId: string
  readonly email: string
  readonly message: string
  readonly language?: Language | undefined
}

/** What a link of a mail would confirm. */
export type Confirmable = Pick<AccessRequest, 'title' | 'projectId' | 'email'> & {
  readonly isConfirmed: boolean
}

export type RequestsQuery = {
  readonly status?: AccessRequestStatus | undefined
  readonly after?: AccessRequestPlace | undefined
  readonly limit: number
}

export class AccessRequests {
  readonly #parts: AccessRequestsParts
  readonly #rates: Rates

  constructor(parts: AccessRequestsParts) {
    this.#parts = parts
    this.#rates = new Rates(parts.links)
  }

  /**
   * By the form, for a project that need not exist.
   *
   * @param network whence, as far as requests from there are counted together.
   * @throws {NotFoundError} when no such image is published.
   * @throws {TooManyError}
   */
  async askFor(projectId: string, asked: AskedFor, network: string): Promise<void> {
    await this.#parts.records.write((transaction) =>
      this.#ask(transaction, { ...asked, projectId, userId: null }, `network ${network}`),
    )
  }

  /** For the caller's project. An address that is a proven contact of it is not proven again. */
  async ask(actor: Actor, asked: AskedFor): Promise<AccessRequest> {
    const projectId = projectOf(actor, 'member')
    const { userId } = actor
    return this.#parts.records.by(actor).write(async (transaction) => {
      const whence = `project ${projectId}`
      const request = await this.#ask(transaction, { ...asked, projectId, userId }, whence)
      const contacts = await transaction.listContacts(projectId)
      const isProven = contacts.some(
        ({ email, proven }) => proven && email.toLowerCase() === asked.email.toLowerCase(),
      )
      return shown(isProven ? ((await this.#verify(transaction, request)) ?? request) : request)
    })
  }

  /**
   * The requests for the caller's project, the newest first. That one is ignored, or joined another, is
   * not for whoever asked to know: it is `open`.
   */
  async listOwn(
    actor: Actor,
    { status, ...page }: RequestsQuery,
  ): Promise<readonly PlacedAccessRequest[]> {
    const projectId = projectOf(actor, 'reader')
    const statuses = accessRequestStatuses.filter((one) => shownAs(one) === status)
    const some = status === undefined ? {} : { statuses }
    const found = await this.#parts.records.listRequests({ projectId, ...page, ...some })
    return found.map(({ place, request }) => ({ place, request: shown(request) }))
  }

  /** @returns undefined when the link leads nowhere, or no more. */
  async show(token: string): Promise<Confirmable | undefined> {
    const id = this.#follow(token)
    const request = id === undefined ? undefined : await this.#parts.records.findRequest(id)
    if (request === undefined) return undefined
    const { title, projectId, email, status } = request
    return { title, projectId, email, isConfirmed: status !== 'unverified' }
  }

  /** Whoever has the link has read the mail. @returns whether it led anywhere. */
  async confirm(token: string): Promise<boolean> {
    const id = this.#follow(token)
    if (id === undefined) return false
    return this.#parts.records.write(async (transaction) => {
      const request = await transaction.findRequest(id)
      if (request === undefined) return false
      if (request.status !== 'unverified') return true
      return (await this.#verify(transaction, request)) !== undefined
    })
  }

  async #ask(
    transaction: TransactionWithEvents,
    { imageId, projectId, email, message, language, userId }: AskedFor & AskedBy,
    whence: string,
  ): Promise<AccessRequest> {
    const { clock, defaultLanguage } = this.#parts
    const now = clock.now()
    const listed = await transaction.findListed(imageId)
    if (listed === undefined) throw notPublished(imageId)
    const { listing, image } = listed
    if (isOpen(image.visibility)) throw cannotAsk(imageId, 'everyone may use it')
    if (image.status !== 'active') throw cannotAsk(imageId, 'it is not available at present')
    if (userId !== null && image.owner === projectId) {
      throw cannotAsk(imageId, 'it is the project’s own')
    }
    await this.#countRequest(transaction, imageId, whence, now)
    const request: AccessRequest = {
      id: randomUUID(),
      imageId,
      title: listing.title,
      producerId: null,
      projectId,
      email,
      language: language ?? defaultLanguage,
      message,
      status: 'unverified',
      reason: '',
      userId,
      createdAt: now,
      updatedAt: now,
    }
    await transaction.insertRequest(request)
    const facts = accessRequestFacts(request)
    transaction.announce({ type: 'access_request.ask', payload: { request: facts } })
    return request
  }

  async #countRequest(
    transaction: TransactionWithEvents,
    imageId: string,
    whence: string,
    now: Date,
  ): Promise<void> {
    const { requestsPerNetworkPerDay, requestsPerImagePerDay } = this.#parts.rules
    const take = (what: string, whom: string, most: number) =>
      this.#rates.take(transaction, [what, whom], { most, perMs: dayMs }, now)
    const until =
      (await take('request from', whence, requestsPerNetworkPerDay)) ??
      (await take('request for', imageId, requestsPerImagePerDay))
    if (until === undefined) return
    throw new TooManyError('Cannot ask for the image: there were too many requests today', {
      retryAfterSeconds: Math.ceil((until.getTime() - now.getTime()) / 1000),
    })
  }

  /** @returns undefined when the image is not there any more. */
  async #verify(
    transaction: TransactionWithEvents,
    request: AccessRequest,
  ): Promise<AccessRequest | undefined> {
    // Locked until the end, so that of two requests one joins the other.
    const image = await transaction.findImage(request.imageId)
    if (image === undefined || (await transaction.findListing(image.id)) === undefined) return
    const others = await transaction.listRequestsFor(image.id, request.projectId)
    // A member of the project neither waits behind a stranger nor is ignored for one.
    const isBefore = ({ userId }: AccessRequest) => request.userId === null || userId !== null
    const open = others.find(({ status }) => status === 'open')
    const isIgnored = others.some((one) => one.status === 'ignored' && isBefore(one))
    if (open !== undefined && !isBefore(open)) {
      await transaction.saveRequest({ ...open, status: 'joined' })
    }
    const isWaiting = open !== undefined && isBefore(open)
    const verified: AccessRequest = {
      ...request,
      producerId: image.owner,
      status: isWaiting ? 'joined' : isIgnored ? 'ignored' : 'open',
      updatedAt: this.#parts.clock.now(),
    }
    await transaction.saveRequest(verified)
    if (verified.status !== 'open') return verified
    announce(transaction, 'image.request.verify', image, verified)
    const isApproved = await this.#approveByRule(transaction, image, verified)
    return isApproved ? { ...verified, status: 'approved' } : verified
  }

  async #approveByRule(
    transaction: TransactionWithEvents,
    image: Image,
    request: AccessRequest,
  ): Promise<boolean> {
    const rule = await transaction.findApprovalRule(image.id)
    if (rule === undefined || !approves(rule, request) || image.visibility !== 'shared')
      return false
    const { membersPerImage } = this.#parts.limits
    const count = await transaction.countMembers(image.id)
    // What cannot be done by itself waits for the producer.
    if (membersPerImage >= 0 && count >= membersPerImage) return false
    const [imageId, { projectId }, now] = [image.id, request, this.#parts.clock.now()]
    const times = { createdAt: now, updatedAt: now }
    const member = { imageId, projectId, status: 'pending', ...times } as const
    const added = await transaction.insertMember(member)
    if (added === undefined) await approveRequests(transaction, image, projectId, now)
    else await transaction.saveApprovalRule({ ...rule, approved: rule.approved + 1 })
    return true
  }

  #follow(token: string): string | undefined {
    const link = this.#parts.links.verify('request', token)
    return link === undefined || hasExpired(link, this.#parts.clock.now()) ? undefined : link.id
  }
}

function shown(request: AccessRequest): AccessRequest {
  const status = shownAs(request.status)
  // When it was ignored would tell that it was.
  const updatedAt = status === 'open' ? request.createdAt : request.updatedAt
  return { ...request, status, updatedAt }
}

function shownAs(status: AccessRequestStatus): AccessRequestStatus {
  return status === 'joined' || status === 'ignored' ? 'open' : status
}

type AskedBy = { readonly projectId: string; readonly userId: string | null }

function cannotAsk(imageId: string, why: string): ConflictError {
  return new ConflictError(`Cannot ask for image ${quote(imageId)}: ${why}`)
}

function notPublished(imageId: string): NotFoundError {
  return new NotFoundError(`No image ${quote(imageId)} is published`)
}

function projectOf(actor: Actor, role: 'reader' | 'member'): string {
  if (actor.projectId !== undefined && hasRole(actor, role)) return actor.projectId
  throw new ForbiddenError(
    `Requests are made for a project: this takes a token of one, with the role "${role}"`,
  )
}
