/** Something that happened to an image or a share of the caller's project. */
import type { CloudEvent, EventData } from '@vitrine/wire'
import { type ImageHash, parseHash } from '../image-fields.ts'
import { type MemberStatus, memberStatuses } from '../member.ts'
import { Fields } from '../parsing.ts'
import { type EventActor, parseActor } from './activity.ts'

/** What happened. A newer service may tell of more. */
export type EventType =
  | 'image.create'
  | 'image.update'
  | 'image.upload'
  | 'image.activate'
  | 'image.delete'
  | 'image.member.create'
  | 'image.member.update'
  | 'image.member.delete'
  | 'image.member.remind'
  | 'image.listing.create'
  | 'image.listing.update'
  | 'image.listing.delete'
  | 'image.request.verify'
  | 'image.request.approve'
  | 'image.request.decline'
  | 'image.request.ignore'
  | (string & {})

export type SharingEvent = {
  /** The same however often it is told: by it, a receiver drops what it has had. */
  readonly id: string
  readonly type: EventType
  readonly at: Date
  readonly imageId: string
  /** The side on which the project takes part. */
  readonly as: 'producer' | 'consumer'
  /** Null for the service itself. */
  readonly actor: EventActor | null
  /** As it was at that moment; null for who asks for an image, and may not know it. */
  readonly image: EventImage | null
  /** `image.request.…`: what is asked. */
  readonly request: EventRequest | null
  /** Of events about a share. */
  readonly member: EventMember | null
  /** `image.member.update`: what the member had answered before. */
  readonly previousStatus: MemberStatus | null
  /** `image.delete`: with whom it was shared; a consumer sees itself alone. */
  readonly members: readonly EventMember[]
  /** `image.upload`: why data that was sent was not kept. */
  readonly failure: string | null
  /** `image.member.remind`: what the producer wrote. */
  readonly note: string | null
  /** Everything, as the service sent it. */
  readonly cloudEvent: Readonly<Record<string, unknown>>
}

export type EventImage = {
  readonly id: string
  readonly name: string | null
  readonly owner: string | null
  readonly visibility: string
  readonly status: string
  readonly size: number | null
  readonly checksum: string | null
  readonly hash: ImageHash | null
  readonly diskFormat: string | null
  readonly containerFormat: string | null
}

export type EventRequest = {
  readonly id: string
  /** Of the listing, when it was asked for. */
  readonly title: string
  /** For which the image is asked. */
  readonly projectId: string
  readonly email: string
  readonly message: string
  /** Why it was declined; may be empty. */
  readonly reason: string
}

export type EventMember = { readonly projectId: string; readonly status: MemberStatus }

/** @throws {UnexpectedResponseError} when it is no CloudEvent of the sharing API. */
export function parseEvent(body: unknown): SharingEvent {
  const event = new Fields<keyof CloudEvent>('event', body)
  const data = new Fields<keyof EventData>('event.data', event.get('data'))
  const image = data.get('image')
  const member = data.get('member')
  const request = data.get('request')
  return {
    id: event.text('id'),
    type: event.text('type'),
    at: event.date('time'),
    imageId: event.text('subject'),
    as: data.oneOf('as', ['producer', 'consumer']),
    actor: parseActor(data.get('actor')),
    image: image === null ? null : parseEventImage(image),
    request: request === undefined ? null : parseEventRequest(request),
    member: member === undefined ? null : parseEventMember(member),
    previousStatus:
      data.get('previous_status') === undefined
        ? null
        : data.oneOf('previous_status', memberStatuses),
    members: data.list('members').map(parseEventMember),
    failure: data.textOrNull('failure'),
    note: data.textOrNull('note'),
    cloudEvent: Object.fromEntries(event.entries()),
  }
}

function parseEventImage(body: unknown): EventImage {
  const image = new Fields<keyof NonNullable<EventData['image']>>('event.data.image', body)
  return {
    id: image.text('id'),
    name: image.textOrNull('name'),
    owner: image.textOrNull('owner'),
    visibility: image.text('visibility'),
    status: image.text('status'),
    size: image.numberOrNull('size'),
    checksum: image.textOrNull('checksum'),
    hash: parseHash(image),
    diskFormat: image.textOrNull('disk_format'),
    containerFormat: image.textOrNull('container_format'),
  }
}

function parseEventMember(body: unknown): EventMember {
  const member = new Fields<'project_id' | 'status'>('event.data.member', body)
  return { projectId: member.text('project_id'), status: member.oneOf('status', memberStatuses) }
}

function parseEventRequest(body: unknown): EventRequest {
  const request = new Fields<keyof NonNullable<EventData['request']>>('event.data.request', body)
  return {
    id: request.text('id'),
    title: request.text('title'),
    projectId: request.text('project_id'),
    email: request.text('email'),
    message: request.text('message'),
    reason: request.text('reason'),
  }
}
