/**
 * What a producer does about the requests for its images: approves, declines or ignores them, or has
 * them approved by a rule.
 */
import { type Actor, hasRole } from '../actor.ts'
import { ConflictError, ForbiddenError, InvalidError, NotFoundError, quote } from '../errors.ts'
import { findImageFor, imageOfPartNotFound } from '../find-image.ts'
import type { Image } from '../image.ts'
import { type Limits, requireWithin } from '../limits.ts'
import { findSharedImage } from '../members.ts'
import type { PlacedAccessRequest } from '../ports/access-request-records.ts'
import type { Clock } from '../ports/clock.ts'
import type { RecordsWithEvents, TransactionWithEvents } from '../records-with-events.ts'
import { type AccessRequest, isUndecided } from './access-request.ts'
import type { RequestsQuery } from './access-requests.ts'
import type { ApprovalRule } from './approval-rule.ts'
import { announce, approveRequests } from './settle-requests.ts'

export type RequestQueueParts = {
  readonly records: RecordsWithEvents
  readonly clock: Clock
  readonly limits: Limits
}

export type ApprovalRuleDraft = Omit<ApprovalRule, 'imageId' | 'approved'>

export class RequestQueue {
  readonly #parts: RequestQueueParts

  constructor(parts: RequestQueueParts) {
    this.#parts = parts
  }

  /** The newest first. Those that are `joined` are not shown: the one that they joined stands for them. */
  async list(
    actor: Actor,
    { status, ...page }: RequestsQuery,
  ): Promise<readonly PlacedAccessRequest[]> {
    const { projectId } = actor
    if (projectId === undefined || !hasRole(actor, 'reader')) throw noProject()
    const some = status === undefined ? {} : { statuses: [status] }
    return this.#parts.records.listRequests({ producerId: projectId, ...page, ...some })
  }

  /**
   * Shares the image with the project, which is told so at the address that asked. Approving what is a
   * member already is no error; nor is it to think better of a refusal, or of having taken away what
   * was approved.
   */
  async approve(actor: Actor, id: string, note: string): Promise<AccessRequest> {
    return this.#decide(actor, id, findSharedImage, async (transaction, request, image) => {
      const { imageId, projectId } = request
      const isNew = (await transaction.findMember(imageId, projectId)) === undefined
      if (request.status === 'approved' && !isNew) return request
      const now = this.#parts.clock.now()
      const times = { createdAt: now, updatedAt: now }
      const member = { imageId, projectId, status: 'pending', ...times } as const
      const approved = { ...request, status: 'approved', reason: '', updatedAt: now } as const
      // Before all others, which are settled by the way.
      await transaction.saveRequest(approved)
      announce(transaction, 'image.request.approve', image, approved)
      if (isNew) {
        await transaction.saveInvitation({ imageId, projectId, email: null, note, createdAt: now })
        await transaction.insertMember(member)
        const { membersPerImage } = this.#parts.limits
        requireWithin(membersPerImage, await transaction.countMembers(imageId), 'members')
      } else {
        await approveRequests(transaction, image, projectId, now)
      }
      return approved
    })
  }

  /** Whoever asked is told the reason. */
  async decline(actor: Actor, id: string, reason: string): Promise<AccessRequest> {
    return this.#decide(actor, id, findImageFor, async (transaction, request, image) => {
      if (request.status === 'declined') return request
      if (request.status === 'approved') throw isApproved(request)
      const change = { status: 'declined', reason, updatedAt: this.#parts.clock.now() } as const
      for (const one of await transaction.listRequestsFor(image.id, request.projectId)) {
        if (!isUndecided(one)) continue
        await transaction.saveRequest({ ...one, ...change })
        announce(transaction, 'image.request.decline', image, { ...one, ...change })
      }
      return { ...request, ...change }
    })
  }

  /** Nobody is told, and whoever asks again for this project is ignored as well. */
  async ignore(actor: Actor, id: string): Promise<AccessRequest> {
    return this.#decide(actor, id, findImageFor, async (transaction, request, image) => {
      if (request.status === 'ignored') return request
      if (request.status === 'approved') throw isApproved(request)
      if (request.status === 'declined') throw isDeclined(request)
      const change = { status: 'ignored', updatedAt: this.#parts.clock.now() } as const
      for (const one of await transaction.listRequestsFor(image.id, request.projectId)) {
        if (one.status !== 'open' && one.status !== 'joined') continue
        await transaction.saveRequest({ ...one, ...change })
      }
      announce(transaction, 'image.request.ignore', image, { ...request, ...change })
      return { ...request, ...change }
    })
  }

  async findRule(actor: Actor, imageId: string): Promise<ApprovalRule> {
    await findImageFor(this.#parts.records, actor, imageId, 'add_member', imageOfPartNotFound)
    const rule = await this.#parts.records.findApprovalRule(imageId)
    if (rule !== undefined) return rule
    throw noRule(imageId)
  }

  /** How many it has approved is counted anew. */
  async setRule(actor: Actor, imageId: string, draft: ApprovalRuleDraft): Promise<ApprovalRule> {
    const { projects, emailDomains, most } = draft
    if (projects === null && emailDomains === null && most === null) {
      throw new InvalidError(
        'Cannot set the rule: it would approve everyone; it should have some of "projects", "email_domains" and "most"',
      )
    }
    return this.#parts.records.by(actor).write(async (transaction) => {
      await findSharedImage(transaction, actor, imageId, 'add_member')
      const lower = emailDomains?.map((domain) => domain.toLowerCase()) ?? null
      const rule = { imageId, projects, emailDomains: lower, most, approved: 0 }
      await transaction.saveApprovalRule(rule)
      return rule
    })
  }

  async deleteRule(actor: Actor, imageId: string): Promise<void> {
    await this.#parts.records.by(actor).write(async (transaction) => {
      await findImageFor(transaction, actor, imageId, 'add_member', imageOfPartNotFound)
      if (await transaction.deleteApprovalRule(imageId)) return
      throw noRule(imageId)
    })
  }

  async #decide(
    actor: Actor,
    id: string,
    // Only sharing takes an image that is shared at present: a refusal is due whatever has become of it.
    find: typeof findSharedImage,
    decide: (
      transaction: TransactionWithEvents,
      request: AccessRequest,
      image: Image,
    ) => Promise<AccessRequest>,
  ): Promise<AccessRequest> {
    return this.#parts.records.by(actor).write(async (transaction) => {
      const before = await transaction.findRequest(id)
      // Its own words: that there is such an image, or such a request, is not for everyone to know.
      if (before === undefined || before.status === 'unverified') throw requestNotFound(id)
      const { imageId } = before
      const image = await find(transaction, actor, imageId, 'add_member').catch(
        (error: unknown) => {
          if (error instanceof NotFoundError) throw requestNotFound(id)
          throw error
        },
      )
      // Read again, now that the image is locked.
      const request = await transaction.findRequest(id)
      if (request === undefined) throw imageOfPartNotFound(imageId)
      return decide(transaction, request, image)
    })
  }
}

function requestNotFound(id: string): NotFoundError {
  return new NotFoundError(`There is no request ${quote(id)}`)
}

function noRule(imageId: string): NotFoundError {
  return new NotFoundError(`Image ${imageId} has no rule by which requests are approved`)
}

function noProject(): ForbiddenError {
  return new ForbiddenError('Requests belong to a project: this takes a token of one')
}

function isApproved({ id }: AccessRequest): ConflictError {
  return new ConflictError(
    `Cannot decide about request ${quote(id)}: it is approved; remove the member instead`,
  )
}

function isDeclined({ id }: AccessRequest): ConflictError {
  return new ConflictError(
    `Cannot decide about request ${quote(id)}: it is declined, and was told so`,
  )
}
