/**
 * Sharing: who an image is shared with, and what they answered.
 *
 *              producer   consumer
 *   create       yes         no
 *   delete       yes         no
 *   answer       no          yes
 *   list         all        itself
 *
 * Only `shared` images have members that count. When an image changes to another visibility its
 * members are kept and sleep; when it is shared again they are back as they were.
 *
 * Source: Images API v2, "Sharing".
 */
import { isOpen, mayAnswerShare, maySeeAllMembers, maySeeMember } from './access.ts'
import type { Actor } from './actor.ts'
import { ConflictError, ForbiddenError, InvalidError, NotFoundError, quote } from './errors.ts'
import { imageOfPartNotFound, notAuthorized, requireAllowed } from './find-image.ts'
import type { Image } from './image.ts'
import { type Limits, requireWithin } from './limits.ts'
import { type Member, type MemberStatus, memberStatuses } from './member.ts'
import type { Clock } from './ports/clock.ts'
import type { ImageAndMember, RecordsReader } from './ports/records.ts'
import type { RecordsWithEvents, TransactionWithEvents } from './records-with-events.ts'

export class Members {
  readonly #records: RecordsWithEvents
  readonly #clock: Clock
  readonly #limits: Limits

  constructor(parts: { records: RecordsWithEvents; clock: Clock; limits: Limits }) {
    this.#records = parts.records
    this.#clock = parts.clock
    this.#limits = parts.limits
  }

  /** Shares the image with a project, which need not exist: its status is `pending`. */
  async create(actor: Actor, imageId: string, projectId: string): Promise<Member> {
    return this.#records.by(actor).write(async (transaction) => {
      await findSharedImage(transaction, actor, imageId, 'add_member')
      const count = await transaction.countMembers(imageId)
      requireWithin(this.#limits.membersPerImage, count + 1, 'members')
      const now = this.#clock.now()
      const member = await transaction.insertMember({
        imageId,
        projectId,
        status: 'pending',
        createdAt: now,
        updatedAt: now,
      })
      if (member !== undefined) return member
      throw new ConflictError(`Member ${quote(projectId)} is duplicated for image ${imageId}`)
    })
  }

  /** All members for the producer; itself alone for a consumer. */
  async list(actor: Actor, imageId: string): Promise<readonly Member[]> {
    const found = await findShared(this.#records, actor, imageId)
    if (maySeeAllMembers({ actor, ...found })) return this.#records.listMembers(imageId)
    return found.member === undefined ? [] : [found.member]
  }

  async show(actor: Actor, imageId: string, projectId: string): Promise<Member> {
    const found = await this.#records.findImageFor(imageId, actor.projectId)
    if (found === undefined) throw imageOfPartNotFound(imageId)
    requireAllowed('get_image', actor, found, imageOfPartNotFound)
    // Unlike its siblings, this call says "not found" of every image that is not shared.
    if (found.image.visibility !== 'shared') throw memberNotFound(imageId, projectId)
    return findMember(this.#records, actor, found, projectId)
  }

  /**
   * The consumer's answer.
   *
   * @param status checked last, when the caller has been found to have a say at all.
   */
  async answer(actor: Actor, imageId: string, projectId: string, status: unknown): Promise<Member> {
    return this.#records
      .by(actor)
      .write((transaction) =>
        answerShare(transaction, { actor, imageId, projectId, status, now: this.#clock.now() }),
      )
  }

  /** Takes the share back: the project may not even see the image from now on. */
  async delete(actor: Actor, imageId: string, projectId: string): Promise<void> {
    await this.#records.by(actor).write(async (transaction) => {
      const found = await findShared(transaction, actor, imageId)
      // Who may read the whole list is told what is missing. A consumer is told the same of
      // every id, so that it cannot find out who else the image is shared with.
      if (maySeeAllMembers({ actor, ...found })) {
        await findMember(transaction, actor, found, projectId)
      }
      requireAllowed('delete_member', actor, found, imageOfPartNotFound)
      await transaction.deleteMember(imageId, projectId, this.#clock.now())
    })
  }
}

/** @param answer whose status is checked last, when the caller has been found to have a say at all. */
export async function answerShare(
  transaction: TransactionWithEvents,
  answer: {
    readonly actor: Actor
    readonly imageId: string
    readonly projectId: string
    readonly status: unknown
    readonly now: Date
  },
): Promise<Member> {
  const { actor, imageId, projectId, status, now } = answer
  const found = await findShared(transaction, actor, imageId)
  const member = await findMember(transaction, actor, found, projectId)
  if (!mayAnswerShare({ actor, ...found }, projectId)) throw notAuthorized('modify_member')
  const answered = { ...member, status: requireMemberStatus(status), updatedAt: now }
  await transaction.saveMember(answered)
  return answered
}

async function findMember(
  records: RecordsReader,
  actor: Actor,
  found: ImageAndMember,
  projectId: string,
): Promise<Member> {
  if (!maySeeMember({ actor, ...found }, projectId)) throw memberNotFound(found.image.id, projectId)
  // The caller's own came with the image.
  const isOwn = projectId === actor.projectId
  const member = isOwn ? found.member : await records.findMember(found.image.id, projectId)
  if (member === undefined) throw memberNotFound(found.image.id, projectId)
  return member
}

/**
 * The image, if its members may be changed so by the caller.
 *
 * @throws {NotFoundError | ForbiddenError} also when the image is not shared at present.
 */
export async function findSharedImage(
  records: RecordsReader,
  actor: Actor,
  imageId: string,
  operation: 'add_member' | 'delete_member',
): Promise<Image> {
  const found = await findShared(records, actor, imageId)
  requireAllowed(operation, actor, found, imageOfPartNotFound)
  return found.image
}

/** @throws {NotFoundError | ForbiddenError} also when the image is not shared at present. */
async function findShared(
  records: RecordsReader,
  actor: Actor,
  imageId: string,
): Promise<ImageAndMember> {
  const found = await records.findImageFor(imageId, actor.projectId)
  if (found === undefined) throw imageOfPartNotFound(imageId)
  const { visibility } = found.image
  // The state is told before the rights: that a public or community image exists is no secret.
  if (!isOpen(visibility)) requireAllowed('get_image', actor, found, imageOfPartNotFound)
  if (visibility === 'shared') return found
  throw new ForbiddenError(
    `Only shared images have members: the visibility of image ${imageId} is ${quote(visibility)}`,
  )
}

function requireMemberStatus(status: unknown): MemberStatus {
  const known = memberStatuses.find((one) => one === status)
  if (known !== undefined) return known
  throw new InvalidError(
    `Cannot set member status to ${quote(status)}: status must be "pending", "accepted" or "rejected"`,
  )
}

export function memberNotFound(imageId: string, projectId: string): NotFoundError {
  return new NotFoundError(
    `${projectId.slice(0, 100)} not found in the member list of the image ${imageId.slice(0, 100)}`,
  )
}
