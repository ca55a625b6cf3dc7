/**
 * What a producer does about its shares, besides adding and removing members: sharing with many
 * projects at once, with a note, and reminding those that have not answered.
 *
 *              reminded?
 *   pending    yes, as often as the operator allows
 *   accepted   no: it needs none
 *   rejected   no: it is left in peace
 */

import { maySeeAllMembers } from '../access.ts'
import type { Actor } from '../actor.ts'
import { ConflictError, ForbiddenError, InvalidError, quote, TooManyError } from '../errors.ts'
import { imageFacts, memberFacts } from '../event-facts.ts'
import { imageOfPartNotFound, requireAllowed } from '../find-image.ts'
import { type Limits, requireWithin } from '../limits.ts'
import type { Member, MemberStatus } from '../member.ts'
import { findSharedImage, memberNotFound } from '../members.ts'
import type { Clock } from '../ports/clock.ts'
import type { Reminders, SharedWith, ShareQuery } from '../ports/sharing-records.ts'
import type { RecordsWithEvents, TransactionWithEvents } from '../records-with-events.ts'

export type SharesParts = {
  readonly records: RecordsWithEvents
  readonly clock: Clock
  readonly limits: Limits
  readonly reminders: ReminderRules
}

/** How often the operator lets a producer remind one member of one image. */
export type ReminderRules = {
  readonly hoursBetween: number
  /** In all: taking the image away and sharing it anew makes no difference. */
  readonly most: number
}

export type ShareRequest = {
  readonly projects: readonly { readonly projectId: string; readonly email?: string | undefined }[]
  readonly note: string
}

export type ShareListRequest = Omit<ShareQuery, 'imageId'>

/** What became of each project of a request, in its order. */
export type Shared = {
  readonly projectId: string
  /** `already` was a member before, and stays as it is. */
  readonly outcome: 'shared' | 'already'
  readonly member: Member
}

export class Shares {
  readonly #parts: SharesParts

  constructor(parts: SharesParts) {
    this.#parts = parts
  }

  /** Shares the image with all of the projects, or with none when one of them cannot be added. */
  async share(actor: Actor, imageId: string, request: ShareRequest): Promise<readonly Shared[]> {
    const { records, clock, limits } = this.#parts
    requireDifferent(request.projects.map(({ projectId }) => projectId))
    return records.by(actor).write(async (transaction) => {
      await findSharedImage(transaction, actor, imageId, 'add_member')
      const now = clock.now()
      const shared: Shared[] = []
      for (const { projectId, email = null } of request.projects) {
        const member = await transaction.insertMember({
          imageId,
          projectId,
          status: 'pending',
          createdAt: now,
          updatedAt: now,
        })
        const invitation = { imageId, projectId, email, note: request.note, createdAt: now }
        if (member !== undefined) await transaction.saveInvitation(invitation)
        shared.push(await toShared(transaction, imageId, projectId, member))
      }
      requireWithin(limits.membersPerImage, await transaction.countMembers(imageId), 'members')
      return shared
    })
  }

  /** With whom the image is shared, by project id. For its producer alone. */
  async list(
    actor: Actor,
    imageId: string,
    request: ShareListRequest,
  ): Promise<readonly SharedWith[]> {
    const { records } = this.#parts
    const found = await records.findImageFor(imageId, actor.projectId)
    if (found === undefined) throw imageOfPartNotFound(imageId)
    requireAllowed('get_image', actor, found, imageOfPartNotFound)
    if (maySeeAllMembers({ actor, ...found })) return records.listShares({ imageId, ...request })
    throw new ForbiddenError(
      `Cannot list the shares of image ${quote(imageId)}: only its producer may`,
    )
  }

  /**
   * Reminds a member of the image that it has not answered about.
   *
   * @returns how often it was reminded, this time included.
   * @throws {ConflictError} when it has answered.
   * @throws {TooManyError} when it was reminded too lately, or too often.
   */
  async remind(actor: Actor, imageId: string, projectId: string, note: string): Promise<Reminders> {
    const { records, clock, reminders: rules } = this.#parts
    return records.by(actor).write(async (transaction) => {
      const image = await findSharedImage(transaction, actor, imageId, 'add_member')
      const member = await transaction.findMember(imageId, projectId)
      if (member === undefined) throw memberNotFound(imageId, projectId)
      requirePending(member)
      const now = clock.now()
      const before = await transaction.findReminders(imageId, projectId)
      requireRoomForReminder(before, rules, now)
      const reminded = { imageId, projectId, count: (before?.count ?? 0) + 1, lastAt: now }
      await transaction.saveReminders(reminded)
      const facts = { image: imageFacts(image), member: memberFacts(member) }
      transaction.announce({
        type: 'image.member.remind',
        payload: { ...facts, note, count: reminded.count },
      })
      return reminded
    })
  }
}

function requireDifferent(projectIds: readonly string[]): void {
  const twice = projectIds.find((id, index) => projectIds.indexOf(id) !== index)
  if (twice === undefined) return
  throw new InvalidError(`Cannot share: project ${quote(twice)} is named twice; name it once`)
}

async function toShared(
  transaction: TransactionWithEvents,
  imageId: string,
  projectId: string,
  added: Member | undefined,
): Promise<Shared> {
  if (added !== undefined) return { projectId, outcome: 'shared', member: added }
  const member = await transaction.findMember(imageId, projectId)
  if (member === undefined) throw memberNotFound(imageId, projectId)
  return { projectId, outcome: 'already', member }
}

const answers: Readonly<Record<Exclude<MemberStatus, 'pending'>, string>> = {
  accepted: 'it has accepted the image, and needs no reminder',
  rejected: 'it has rejected the image, and is left in peace',
}

function requirePending({ projectId, status }: Member): void {
  if (status === 'pending') return
  throw new ConflictError(`Cannot remind project ${quote(projectId)}: ${answers[status]}`)
}

function requireRoomForReminder(
  before: Reminders | undefined,
  { hoursBetween, most }: ReminderRules,
  now: Date,
): void {
  if (before === undefined) return
  const { projectId, count, lastAt } = before
  if (count >= most) {
    throw new TooManyError(
      `Cannot remind project ${quote(projectId)}: it was reminded ${count} times, and the operator allows no more`,
    )
  }
  const next = new Date(lastAt.getTime() + hoursBetween * 3_600_000)
  if (now >= next) return
  const retryAfterSeconds = Math.ceil((next.getTime() - now.getTime()) / 1000)
  throw new TooManyError(
    `Cannot remind project ${quote(projectId)}: it was reminded at ${lastAt.toISOString()}, and may be again from ${next.toISOString()}`,
    { retryAfterSeconds },
  )
}
