/**
 * The one place where a change becomes events.
 *
 *   use case ──saveImage()──► here ──saveImage()──► records
 *                               │
 *                               └─at the end, in the same transaction─► insertEvents()
 *
 * The core changes its records through these. What a change tells by itself is derived from it;
 * what it does not tell, such as that bytes have arrived, the use case announces.
 */
import { randomUUID } from 'node:crypto'
import type { Actor } from './actor.ts'
import { changedFacts, imageFacts, listingFacts, memberFacts, taskFacts } from './event-facts.ts'
import { type Event, type EventActor, eventActor, type Happening, toEvent } from './events.ts'
import type { Image } from './image.ts'
import type { Member } from './member.ts'
import type { Clock } from './ports/clock.ts'
import type { Records, RecordsTransaction } from './ports/records.ts'
import { activityOf } from './sharing/activity.ts'
import { approveRequests, declinedByDeletion } from './sharing/settle-requests.ts'
import { hasEnded, type Task } from './task.ts'

export interface RecordsWithEvents extends Records {
  /** As `Records.write`. The events of its changes are kept with them. */
  write<T>(work: (transaction: TransactionWithEvents) => Promise<T>): Promise<T>

  /** The same records, for changes that this caller makes. */
  by(actor: Actor): RecordsWithEvents
}

export interface TransactionWithEvents extends RecordsTransaction {
  /** Adds an event that no change of the records tells by itself. */
  announce(happening: Happening): void
}

/** @param actor who makes the changes; null for the service itself. */
export function withEvents(
  records: Records,
  clock: Clock,
  actor: EventActor | null = null,
): RecordsWithEvents {
  const toEvents = (happenings: readonly Happening[]): readonly Event[] =>
    happenings.map((one) => toEvent(one, { id: randomUUID(), at: clock.now(), actor }))
  return {
    ...records,
    by: (caller) => withEvents(records, clock, eventActor(caller)),

    write: (work) =>
      records.write(async (transaction) => {
        const happenings: Happening[] = []
        const result = await work(witnessed(transaction, happenings))
        const events = toEvents(happenings)
        if (events.length > 0) await transaction.insertEvents(events)
        const activity = events.flatMap(activityOf)
        if (activity.length > 0) await transaction.insertActivity(activity)
        return result
      }),

    claimTask: (now) => records.claimTask(now, (task) => toEvents(begun(task))),
  }
}

function begun(task: Task): readonly Happening[] {
  const payload = { task: taskFacts(task) }
  return [
    { type: 'task.run', payload },
    { type: 'task.processing', payload },
  ]
}

/** The transaction, with an eye on all that passes through it. */
function witnessed(
  transaction: RecordsTransaction,
  happenings: Happening[],
): TransactionWithEvents {
  const images = new Map<string, Image>()
  const members = new Map<string, Member>()
  const sawImage = (image: Image) => images.set(image.id, image)
  const sawMember = (member: Member) => members.set(keyOf(member.imageId, member.projectId), member)
  const announce = (happening: Happening) => happenings.push(happening)

  // What is about to change was read before, in this very transaction, as good as always.
  const imageBefore = async (id: string) => images.get(id) ?? (await transaction.findImage(id))
  const memberBefore = async (imageId: string, projectId: string) =>
    members.get(keyOf(imageId, projectId)) ?? (await transaction.findMember(imageId, projectId))

  return {
    ...transaction,
    announce,

    async findImage(id) {
      const image = await transaction.findImage(id)
      if (image !== undefined) sawImage(image)
      return image
    },

    async findImageFor(id, projectId) {
      const found = await transaction.findImageFor(id, projectId)
      if (found !== undefined) sawImage(found.image)
      if (found?.member !== undefined) sawMember(found.member)
      return found
    },

    async findMember(imageId, projectId) {
      const member = await transaction.findMember(imageId, projectId)
      if (member !== undefined) sawMember(member)
      return member
    },

    async insertImage(image) {
      const inserted = await transaction.insertImage(image)
      if (inserted) {
        sawImage(image)
        announce({ type: 'image.create', payload: { image: imageFacts(image) } })
      }
      return inserted
    },

    async saveImage(image) {
      const before = await imageBefore(image.id)
      await transaction.saveImage(image)
      if (before === undefined) return
      sawImage(image)
      const now = imageFacts(image)
      if (!hasData(before) && image.status === 'active') {
        announce({ type: 'image.activate', payload: { image: now } })
      }
      const previous = changedFacts(imageFacts(before), now)
      announce({ type: 'image.update', payload: { image: now, previous } })
    },

    async deleteImage(id, deletedAt) {
      const before = await imageBefore(id)
      const shared = await transaction.listMembers(id)
      const listing = await transaction.findListing(id)
      const requests = await transaction.listUndecided(id)
      await transaction.deleteImage(id, deletedAt)
      if (before === undefined) return
      images.delete(id)
      const image = imageFacts({ ...before, status: 'deleted', updatedAt: deletedAt })
      if (listing !== undefined) {
        const payload = { image, listing: listingFacts(listing) }
        announce({ type: 'image.listing.delete', payload })
      }
      for (const one of requests) announce(declinedByDeletion(image, one, deletedAt))
      const payload = {
        image,
        deletedAt: deletedAt.toISOString(),
        members: shared.map(memberFacts),
      }
      announce({ type: 'image.delete', payload })
    },

    async saveListing(listing) {
      const before = await transaction.findListing(listing.imageId)
      const image = await imageBefore(listing.imageId)
      await transaction.saveListing(listing)
      if (image === undefined) return
      const payload = { image: imageFacts(image), listing: listingFacts(listing) }
      const type = before === undefined ? 'image.listing.create' : 'image.listing.update'
      announce({ type, payload })
    },

    async deleteListing(imageId) {
      const before = await transaction.findListing(imageId)
      const image = await imageBefore(imageId)
      const deleted = await transaction.deleteListing(imageId)
      if (deleted && before !== undefined && image !== undefined) {
        const payload = { image: imageFacts(image), listing: listingFacts(before) }
        announce({ type: 'image.listing.delete', payload })
      }
      return deleted
    },

    async insertMember(member) {
      const inserted = await transaction.insertMember(member)
      const image = inserted && (await imageBefore(inserted.imageId))
      if (inserted !== undefined && image !== undefined) {
        sawMember(inserted)
        const { projectId, updatedAt } = inserted
        await approveRequests({ ...transaction, announce }, image, projectId, updatedAt)
        const payload = { image: imageFacts(image), member: memberFacts(inserted) }
        announce({ type: 'image.member.create', payload })
      }
      return inserted
    },

    async saveMember(member) {
      const before = await memberBefore(member.imageId, member.projectId)
      const image = await imageBefore(member.imageId)
      await transaction.saveMember(member)
      if (before === undefined || image === undefined) return
      sawMember(member)
      const facts = { image: imageFacts(image), member: memberFacts(member) }
      const payload = { ...facts, previousStatus: before.status }
      announce({ type: 'image.member.update', payload })
    },

    async deleteMember(imageId, projectId, deletedAt) {
      const before = await memberBefore(imageId, projectId)
      const image = await imageBefore(imageId)
      const deleted = await transaction.deleteMember(imageId, projectId, deletedAt)
      if (deleted && before !== undefined && image !== undefined) {
        members.delete(keyOf(imageId, projectId))
        const facts = { image: imageFacts(image), member: memberFacts(before) }
        const payload = { ...facts, deletedAt: deletedAt.toISOString() }
        announce({ type: 'image.member.delete', payload })
      }
      return deleted
    },

    async insertTask(task, claimant) {
      await transaction.insertTask(task, claimant)
      announce({ type: 'task.create', payload: { task: taskFacts(task) } })
    },

    async saveTask(task) {
      const saved = await transaction.saveTask(task)
      if (!saved || !hasEnded(task)) return saved
      const type = task.status === 'success' ? 'task.success' : 'task.failure'
      announce({ type, payload: { task: taskFacts(task) } })
      return true
    },
  }
}

function keyOf(imageId: string, projectId: string): string {
  return `${imageId} ${projectId}`
}

function hasData({ status }: Image): boolean {
  return status === 'active' || status === 'deactivated'
}
