/**
 * The activity of an image: who did what to its shares and its listing, and when. Entries are added and never changed.
 *
 * They are made of the events of each change, in its transaction, so there is none without the other.
 * The producer sees all of its image; a consumer what concerns its own project.
 */
import type { Event, EventActor } from '../events.ts'

export const activityTypes = [
  'shared',
  'accepted',
  'rejected',
  'pending',
  'reminded',
  'removed',
  'requested',
  'verified',
  'approved',
  'declined',
  'published',
  'unlisted',
] as const
export type ActivityType = (typeof activityTypes)[number]

export type ActivityEntry = {
  readonly type: ActivityType
  readonly at: Date
  readonly actor: EventActor | null
  readonly imageId: string
  /** As it was called at that moment. */
  readonly imageName: string | null
  /** The owner of the image at that moment; null where it had none. */
  readonly producerId: string | null
  /** The project that the image is, or was, shared with; null for what is about no share. */
  readonly consumerId: string | null
  /** What the producer wrote with it. */
  readonly note: string
}

/** What the event adds to the activity of its image. */
export function activityOf(event: Event): readonly ActivityEntry[] {
  switch (event.type) {
    case 'image.member.create':
      return [entryOf(event, 'shared', event.payload.member.projectId)]
    case 'image.member.update':
      return [entryOf(event, event.payload.member.status, event.payload.member.projectId)]
    case 'image.member.remind': {
      const { member, note } = event.payload
      return [entryOf(event, 'reminded', member.projectId, note)]
    }
    case 'image.member.delete':
      return [entryOf(event, 'removed', event.payload.member.projectId)]
    case 'image.delete':
      return event.payload.members.map(({ projectId }) => entryOf(event, 'removed', projectId))
    case 'image.listing.create':
      return [entryOf(event, 'published', null)]
    case 'image.listing.delete':
      return [entryOf(event, 'unlisted', null)]
    case 'image.request.verify': {
      const { request } = event.payload
      const actor =
        request.userId === null ? null : { userId: request.userId, projectId: request.projectId }
      const asked = aboutRequest(event, 'requested', request.message)
      return [
        { ...asked, actor, at: new Date(request.createdAt) },
        { ...aboutRequest(event, 'verified'), actor: null },
      ]
    }
    case 'image.request.approve':
      return [entryOf(event, 'approved', event.payload.request.projectId)]
    case 'image.request.decline':
      return [aboutRequest(event, 'declined', event.payload.request.reason)]
    default:
      return []
  }
}

/** What whoever asks may know of the entry, whom nothing is shared with yet: only what is published. */
export function withoutSecrets(entry: ActivityEntry): ActivityEntry {
  if (entry.type === 'declined') return { ...entry, producerId: null, actor: null }
  const isAsking = entry.type === 'requested' || entry.type === 'verified'
  return isAsking ? { ...entry, producerId: null } : entry
}

type AboutRequest = Extract<Event, { type: `image.request.${string}` }>

/** By its title, since the image itself may have a name that is not for everyone to know. */
function aboutRequest(event: AboutRequest, type: ActivityType, note = ''): ActivityEntry {
  const { title, projectId } = event.payload.request
  return { ...entryOf(event, type, projectId, note), imageName: title }
}

type AboutImage = Extract<Event, { type: `image.${string}` }>

function entryOf(
  { at, actor, payload: { image } }: AboutImage,
  type: ActivityType,
  consumerId: string | null,
  note = '',
): ActivityEntry {
  const { id: imageId, name: imageName, owner: producerId } = image
  return { type, at, actor, imageId, imageName, producerId, consumerId, note }
}
