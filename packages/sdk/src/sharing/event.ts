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
  /** As it was at that moment. */
  readonly image: EventImage
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

export type EventMember = { readonly projectId: string; readonly status: MemberStatus }

/** @throws {UnexpectedResponseError} when it is no CloudEvent of the sharing API. */
export function parseEvent(body: unknown): SharingEvent {
  const event = new Fields<keyof CloudEvent>('event', body)
  const data = new Fields<keyof EventData>('event.data', event.get('data'))
  const member = data.get('member')
  return {
    id: event.text('id'),
    type: event.text('type'),
    at: event.date('time'),
    imageId: event.text('subject'),
    as: data.oneOf('as', ['producer', 'consumer']),
    actor: parseActor(data.get('actor')),
    image: parseEventImage(data.get('image')),
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
  const image = new Fields<keyof EventData['image']>('event.data.image', body)
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
