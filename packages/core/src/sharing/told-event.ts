/**
 * What a project is told of an event: nothing of other projects' affairs.
 *
 *   producer   all that happens to its own images, to their shares, and who asks for them
 *   consumer   what happens to its own share, and that a shared image is gone; never other consumers
 *   who asks   what became of its own request, by what is published of the image alone
 *
 * Nobody is told as a consumer of an image that is private at that moment: a member may not know of
 * it. Who downloads, and what tasks and metadata definitions do, is told to operators alone.
 *
 * Properties of images are left out: the operator's rules may hide some of them from the reader.
 */
import type { ImageFacts, ListingFacts, MemberFacts } from '../event-facts.ts'
import type { Event, EventActor } from '../events.ts'
import type { MemberStatus } from '../member.ts'
import type { AccessRequestFacts } from './access-request.ts'

export const toldEventTypes = [
  'image.create',
  'image.update',
  'image.upload',
  'image.activate',
  'image.delete',
  'image.member.create',
  'image.member.update',
  'image.member.delete',
  'image.member.remind',
  'image.listing.create',
  'image.listing.update',
  'image.listing.delete',
  'image.request.verify',
  'image.request.approve',
  'image.request.decline',
  'image.request.ignore',
] as const
export type ToldEventType = (typeof toldEventTypes)[number]

/** Without its properties and tags, and without the operator's stores. */
export type ToldImage = Omit<ImageFacts, 'properties' | 'tags' | 'remainingStores' | 'failedStores'>

export type ToldMember = Pick<MemberFacts, 'projectId' | 'status'>

export type ToldListing = Pick<ListingFacts, 'title' | 'publishedAt' | 'updatedAt'>

export type ToldRequest = Pick<
  AccessRequestFacts,
  'id' | 'title' | 'projectId' | 'email' | 'message' | 'reason'
>

export type ToldEvent = {
  /** The event's own: the same for everyone who is told of it, however often. */
  readonly id: string
  readonly type: ToldEventType
  readonly at: Date
  readonly actor: EventActor | null
  /** The side on which the project that is told takes part. */
  readonly as: 'producer' | 'consumer'
  readonly imageId: string
  /** Null where the project may not know the image, but what is published of it. */
  readonly image: ToldImage | null
  /** Who is the producer; not told where `image` is null. */
  readonly producerId: string | null
} & ToldDetails

export type ToldDetails = {
  /** What was different before. */
  readonly previous?: Partial<ToldImage>
  /** Why data that was sent was not kept; null when it was. */
  readonly failure?: string | null
  readonly member?: ToldMember
  readonly previousStatus?: MemberStatus
  /** With whom it was shared to the last; of these a consumer is told itself. */
  readonly members?: readonly ToldMember[]
  readonly listing?: ToldListing
  readonly request?: ToldRequest
  readonly note?: string
  /** How often the member was reminded. */
  readonly count?: number
}

type Told = Extract<Event, { type: ToldEventType }>

function isTold(event: Event): event is Told {
  const types: readonly string[] = toldEventTypes
  return types.includes(event.type)
}

/** Whom the event is told, each once. */
export function toldProjects(event: Event): readonly string[] {
  if (!isTold(event)) return []
  const producer = producerOf(event)
  const asking = askerOf(event)
  return [
    ...new Set([
      ...(producer === null ? [] : [producer]),
      ...consumersOf(event).map(({ projectId }) => projectId),
      ...(asking === undefined ? [] : [asking]),
    ]),
  ]
}

/** @returns undefined when this project is told nothing of it. */
export function toldTo(projectId: string, event: Event): ToldEvent | undefined {
  if (!isTold(event)) return undefined
  const { id, type, at, actor } = event
  const image = toldFacts(event.payload.image)
  const producerId = producerOf(event)
  const told = { id, type, at, actor, imageId: image.id, image, producerId, ...detailsOf(event) }
  if (producerId === projectId) return { ...told, as: 'producer' }
  // Of who decides, only that it was decided.
  if (askerOf(event) === projectId) return { ...told, as: 'consumer', image: null, actor: null }
  const own = consumersOf(event).find((member) => member.projectId === projectId)
  if (own === undefined) return undefined
  const members = told.members && { members: [toldMember(own)] }
  return { ...told, as: 'consumer', ...members }
}

/** Who asks for the image, where it may know what became of it. */
function askerOf({ type, payload }: Told): string | undefined {
  return 'request' in payload && type !== 'image.request.ignore'
    ? payload.request.projectId
    : undefined
}

/** Who has published it may own it no more. */
function producerOf({ payload }: Told): string | null {
  return 'listing' in payload ? payload.listing.publisherId : payload.image.owner
}

function consumersOf({ payload }: Told): readonly MemberFacts[] {
  if (payload.image.visibility === 'private') return []
  if ('members' in payload) return payload.members
  return 'member' in payload ? [payload.member] : []
}

function detailsOf(event: Told): ToldDetails {
  switch (event.type) {
    case 'image.create':
    case 'image.activate':
      return {}
    case 'image.update':
      return { previous: toldFacts(event.payload.previous) }
    case 'image.upload':
      return { failure: event.payload.failure }
    case 'image.delete':
      return { members: event.payload.members.map(toldMember) }
    case 'image.member.create':
    case 'image.member.delete':
      return { member: toldMember(event.payload.member) }
    case 'image.member.update': {
      const { member, previousStatus } = event.payload
      return { member: toldMember(member), previousStatus }
    }
    case 'image.member.remind': {
      const { member, note, count } = event.payload
      return { member: toldMember(member), note, count }
    }
    case 'image.listing.create':
    case 'image.listing.update':
    case 'image.listing.delete': {
      const { title, publishedAt, updatedAt } = event.payload.listing
      return { listing: { title, publishedAt, updatedAt } }
    }
    case 'image.request.verify':
    case 'image.request.approve':
    case 'image.request.decline':
    case 'image.request.ignore': {
      const { id, title, projectId, email, message, reason } = event.payload.request
      return { request: { id, title, projectId, email, message, reason } }
    }
  }
}

function toldFacts<Facts extends Partial<ImageFacts>>(facts: Facts) {
  const { properties, tags, remainingStores, failedStores, ...told } = facts
  return told
}

function toldMember({ projectId, status }: ToldMember): ToldMember {
  return { projectId, status }
}
