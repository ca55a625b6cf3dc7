/**
 * Events: what happened to images, their members, tasks and metadata definitions, as it was at that
 * moment.
 *
 * Every change of state writes its events in the same transaction, into an outbox from which
 * notifications, mail, webhooks and whatever comes later are fed. A payload is plain JSON and says
 * all that a reader may want to know: by the time it reads, the image may be another, or gone.
 *
 * The types carry the names under which operators of Glance know them.
 */
import type { Actor } from './actor.ts'
import type { ImageFacts, ListingFacts, MemberFacts, TaskFacts } from './event-facts.ts'
import type { MemberStatus } from './member.ts'
import type { MetadefEventPayloads } from './metadefs/metadef-events.ts'
import type { AccessRequestFacts } from './sharing/access-request.ts'
import type { Contact } from './sharing/contact.ts'

export type EventPayloads = MetadefEventPayloads & {
  'image.create': { readonly image: ImageFacts }
  'image.update': {
    readonly image: ImageFacts
    /** The facts that changed, as they were. Tags and properties are left out. */
    readonly previous: Partial<ImageFacts>
  }
  /** Bytes are about to be brought into a store. */
  'image.prepare': { readonly image: ImageFacts; readonly storeId: string }
  /** They are there, or `failure` says why they are not. */
  'image.upload': { readonly image: ImageFacts; readonly failure: string | null }
  'image.activate': { readonly image: ImageFacts }
  /** Data went out. Fewer bytes than were asked for: the caller or a store went away. */
  'image.send': {
    readonly image: ImageFacts
    readonly bytesAsked: number
    readonly bytesSent: number
    readonly destinationIp: string | null
  }
  'image.delete': {
    readonly image: ImageFacts
    readonly deletedAt: string
    /** Everyone it was shared with to the last. */
    readonly members: readonly MemberFacts[]
  }
  'image.member.create': MemberPayload
  'image.member.update': MemberPayload & { readonly previousStatus: MemberStatus }
  'image.member.delete': MemberPayload & { readonly deletedAt: string }
  /** The producer reminds a member that has not answered, for the `count`th time. */
  'image.member.remind': MemberPayload & { readonly note: string; readonly count: number }
  /** The image is published from now on. */
  'image.listing.create': ListingPayload
  /** Something else is said of it in public. */
  'image.listing.update': ListingPayload
  /** It was taken back, or has another owner, or is deleted. */
  'image.listing.delete': ListingPayload
  /** Someone asks for a published image, and has yet to prove an address. */
  'access_request.ask': { readonly request: AccessRequestFacts }
  /** The address is proven: the producer is asked. */
  'image.request.verify': RequestPayload
  /**
   * The image is shared with the project, or was already. One that is unseen is a stranger's, settled
   * by the way: nobody has decided what else its address may know.
   */
  'image.request.approve': RequestPayload & { readonly isUnseen?: boolean }
  /** `isGone` if it is declined by deleting the image. */
  'image.request.decline': RequestPayload & { readonly isGone?: boolean }
  /** Nobody but the producer is to know. */
  'image.request.ignore': RequestPayload
  /** A project named an address, which is to be proven. */
  'contact.prove': { readonly contact: ContactFacts }
  'task.create': TaskPayload
  /** A process has taken the task; so again after that process died. */
  'task.run': TaskPayload
  'task.processing': TaskPayload
  'task.success': TaskPayload
  'task.failure': TaskPayload
}

type MemberPayload = { readonly image: ImageFacts; readonly member: MemberFacts }
type ListingPayload = { readonly image: ImageFacts; readonly listing: ListingFacts }
type RequestPayload = { readonly image: ImageFacts; readonly request: AccessRequestFacts }
type ContactFacts = Pick<Contact, 'id' | 'projectId' | 'email' | 'language'>
type TaskPayload = { readonly task: TaskFacts }

export type EventType = keyof EventPayloads

/** Something that happened, before it is written down. */
export type Happening = {
  [Type in EventType]: { readonly type: Type; readonly payload: EventPayloads[Type] }
}[EventType]

/** Whoever made it happen. */
export type EventActor = { readonly userId: string; readonly projectId: string | null }

export type Event = Happening & {
  /** A UUID. It stays the same however often the event is delivered. */
  readonly id: string
  readonly at: Date
  /** The image it is about; events of one image are delivered in their order. */
  readonly imageId: string | null
  /** The projects it concerns: the producer, and the consumers that it is about. */
  readonly projectIds: readonly string[]
  /** Null for what the service does by itself. */
  readonly actor: EventActor | null
}

export function eventActor({ userId, projectId }: Actor): EventActor {
  return { userId, projectId: projectId ?? null }
}

/** @param id a fresh UUID. */
export function toEvent(
  happening: Happening,
  by: { readonly id: string; readonly at: Date; readonly actor: EventActor | null },
): Event {
  return {
    ...happening,
    ...by,
    imageId: imageOf(happening),
    projectIds: [...new Set(projectsOf(happening))],
  }
}

function imageOf({ payload }: Happening): string | null {
  if ('task' in payload) return payload.task.imageId
  return 'image' in payload ? payload.image.id : null
}

function ownerOf(payload: Happening['payload']): string | null {
  if ('task' in payload) return payload.task.owner
  if ('contact' in payload) return payload.contact.projectId
  if ('listing' in payload) return payload.listing.publisherId
  if ('image' in payload) return payload.image.owner
  return 'request' in payload ? null : payload.namespace.owner
}

function projectsOf({ type, payload }: Happening): string[] {
  const owner = ownerOf(payload)
  const members = 'members' in payload ? payload.members : []
  const member = 'member' in payload ? [payload.member] : []
  return [
    ...(owner === null ? [] : [owner]),
    ...[...members, ...member].map(({ projectId }) => projectId),
    ...('image' in payload && 'request' in payload && type !== 'image.request.ignore'
      ? [payload.request.projectId]
      : []),
  ]
}
