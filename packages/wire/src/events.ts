/**
 * What a project is told of its images and shares: the same CloudEvent in a stream, on a page and in
 * a webhook's delivery.
 *
 * Source: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md
 */
import * as Type from 'typebox/type'
import { MemberStatus } from './member.ts'

const time = (description: string) => Type.String({ description, format: 'date-time' })
const textOrNull = (description: string) =>
  Type.Union([Type.String(), Type.Null()], { description })
const bytesOrNull = (description: string) =>
  Type.Union([Type.Integer(), Type.Null()], { description })

export const eventTypes = [
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

export const EventType = Type.Unsafe<(typeof eventTypes)[number]>({
  type: 'string',
  enum: [...eventTypes],
  description: 'What happened',
})
export type EventType = Type.Static<typeof EventType>

const EventImage = Type.Object({
  id: Type.String(),
  name: textOrNull('The image’s'),
  owner: textOrNull('Id of the producer’s project'),
  visibility: Type.String({ description: 'As the Images API has it, like all that follows' }),
  status: Type.String(),
  protected: Type.Boolean(),
  os_hidden: Type.Boolean(),
  disk_format: textOrNull('Such as qcow2'),
  container_format: textOrNull('Such as bare'),
  min_disk: Type.Integer({ description: 'In GiB' }),
  min_ram: Type.Integer({ description: 'In MiB' }),
  size: bytesOrNull('Bytes of its data'),
  virtual_size: bytesOrNull('Bytes of the disk that the data holds'),
  checksum: textOrNull('md5 of its data'),
  os_hash_algo: textOrNull('The algorithm of os_hash_value'),
  os_hash_value: textOrNull('Digest of its data'),
  created_at: time('The image’s'),
  updated_at: time('The image’s'),
})

const EventMember = Type.Object({
  project_id: Type.String({ description: 'With whom the image is shared' }),
  status: MemberStatus,
})

export const EventData = Type.Object({
  as: Type.Union([Type.Literal('producer'), Type.Literal('consumer')], {
    description: 'The side on which the project that is told takes part',
  }),
  actor: Type.Union(
    [Type.Object({ user_id: Type.String(), project_id: textOrNull('Of its token') }), Type.Null()],
    { description: 'Who did it; null for the service itself' },
  ),
  image: Type.Union([EventImage, Type.Null()], {
    description: 'Null for who asks for an image, and may know only what is published of it',
  }),
  previous: Type.Optional(
    Type.Partial(EventImage, { description: 'image.update: what was different before' }),
  ),
  failure: Type.Optional(
    textOrNull('image.upload: why data that was sent was not kept; null when it was'),
  ),
  member: Type.Optional(EventMember),
  previous_status: Type.Optional(MemberStatus),
  members: Type.Optional(
    Type.Array(EventMember, {
      description: 'image.delete: with whom it was shared; a consumer sees itself alone',
    }),
  ),
  listing: Type.Optional(
    Type.Object(
      {
        title: Type.String(),
        published_at: time('When it was first published'),
        updated_at: time('When something else was said of it last'),
      },
      { description: 'image.listing.…: what the public is, or was, told' },
    ),
  ),
  request: Type.Optional(
    Type.Object(
      {
        id: Type.String(),
        title: Type.String({ description: 'Of the listing, when it was asked for' }),
        project_id: Type.String({ description: 'For which the image is asked' }),
        email: Type.String({ description: 'Of whoever asked' }),
        message: Type.String(),
        reason: Type.String({ description: 'Why it was declined; may be empty' }),
      },
      { description: 'image.request.…: what is asked' },
    ),
  ),
  note: Type.Optional(Type.String({ description: 'image.member.remind: what the producer wrote' })),
  count: Type.Optional(
    Type.Integer({ description: 'image.member.remind: how often it was reminded' }),
  ),
})
export type EventData = Type.Static<typeof EventData>

export const CloudEvent = Type.Object({
  specversion: Type.Literal('1.0'),
  id: Type.String({ description: 'Of the event: the same however often it is told, and to whom' }),
  source: Type.String({ description: 'URL of the sharing API' }),
  type: EventType,
  subject: Type.String({ description: 'Id of the image' }),
  time: time('When it happened'),
  datacontenttype: Type.Literal('application/json'),
  data: EventData,
})
export type CloudEvent = Type.Static<typeof CloudEvent>

/** `GET /sharing/v1/events` */
export const EventsBody = Type.Object({
  events: Type.Array(CloudEvent),
  cursor: Type.String({ description: 'To be sent as "after", to read on' }),
  next: Type.Optional(
    Type.String({ description: 'Address of the next page, where there is more already' }),
  ),
})
export type EventsBody = Type.Static<typeof EventsBody>
