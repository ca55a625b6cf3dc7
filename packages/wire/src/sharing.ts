/**
 * The sharing API, as it is written: what producers and consumers tell each other besides the
 * members that the Images API knows.
 *
 * Texts of one line may hold no control characters, so that none can break out of a header of a mail.
 */
import * as Type from 'typebox/type'
import { EmailAddress, Lines } from './line.ts'
import { MemberStatus } from './member.ts'

const time = (description: string) => Type.String({ description, format: 'date-time' })
const textOrNull = (description: string) =>
  Type.Union([Type.String(), Type.Null()], { description })

export const ProjectId = Type.String({
  description: 'Id of a project, which need not exist',
  minLength: 1,
  maxLength: 255,
  pattern: '^[^\\u0000-\\u001f\\u007f]+$',
  expected: 'a project id: 1 to 255 characters, none of them a control character',
})

export const Email = EmailAddress('An e-mail address')

export const Note = Lines('In the words of whoever sends it; may have several lines', 2000)

/** `POST /sharing/v1/images/{image_id}/shares` */
export const ShareBody = Type.Object(
  {
    projects: Type.Array(
      Type.Object(
        { project_id: ProjectId, email: Type.Optional(Email) },
        { additionalProperties: false },
      ),
      {
        minItems: 1,
        maxItems: 100,
        description: 'With whom, and at which address to tell it besides the project’s own',
        expected: 'an array of 1 to 100 projects',
      },
    ),
    note: Type.Optional(Note),
  },
  { additionalProperties: false },
)

export const SharesBody = Type.Object({
  shares: Type.Array(
    Type.Object({
      project_id: Type.String(),
      outcome: Type.Union([Type.Literal('shared'), Type.Literal('already')], {
        description: 'Whether it is a member only now, or was already',
      }),
      status: MemberStatus,
    }),
  ),
})
export type SharesBody = Type.Static<typeof SharesBody>

/** `GET /sharing/v1/images/{image_id}/shares` */
export const ShareListBody = Type.Object({
  shares: Type.Array(
    Type.Object({
      project_id: Type.String(),
      status: MemberStatus,
      note: Type.String({ description: 'What went with it; may be empty' }),
      email: textOrNull('The address at which it was told besides the project’s own'),
      shared_at: time('Since when'),
      updated_at: time('When it was answered, or shared'),
      reminders: Type.Integer({ description: 'How often the project was reminded of the image' }),
      reminded_at: Type.Union([Type.String({ format: 'date-time' }), Type.Null()], {
        description: 'The last time; null for never',
      }),
    }),
  ),
  next: Type.Optional(Type.String({ description: 'Address of the next page' })),
})
export type ShareListBody = Type.Static<typeof ShareListBody>

/** `POST /sharing/v1/images/{image_id}/shares/{project_id}/reminders` */
export const RemindBody = Type.Object(
  { note: Type.Optional(Note) },
  { additionalProperties: false },
)

export const RemindedBody = Type.Object({
  project_id: Type.String(),
  count: Type.Integer({ description: 'How often it was reminded, this time included' }),
  reminded_at: time('The last time'),
})
export type RemindedBody = Type.Static<typeof RemindedBody>

/** `GET /sharing/v1/inbox` */
export const InboxBody = Type.Object({
  shares: Type.Array(
    Type.Object({
      image: Type.Object({
        id: Type.String(),
        name: textOrNull('The image’s'),
        owner: textOrNull('Id of the producer’s project'),
        status: Type.String({ description: 'As the Images API has it' }),
        size: Type.Union([Type.Integer(), Type.Null()], { description: 'Bytes of its data' }),
        checksum: textOrNull('md5 of its data'),
        os_hash_algo: textOrNull('The algorithm of os_hash_value'),
        os_hash_value: textOrNull('Digest of its data'),
        disk_format: textOrNull('As the Images API has it'),
        container_format: textOrNull('As the Images API has it'),
        created_at: time('The image’s'),
      }),
      status: Type.Literal('pending'),
      note: Type.String({ description: 'What the producer wrote with it; may be empty' }),
      shared_at: time('When the image was shared'),
    }),
  ),
  next: Type.Optional(Type.String({ description: 'Address of the next page' })),
})
export type InboxBody = Type.Static<typeof InboxBody>

/** `PUT /sharing/v1/inbox/{image_id}` */
export const AnswerBody = Type.Object({ status: MemberStatus }, { additionalProperties: false })

export const AnsweredBody = Type.Object({
  image_id: Type.String(),
  status: MemberStatus,
  answered_at: time('Now'),
})
export type AnsweredBody = Type.Static<typeof AnsweredBody>

/** `POST /sharing/v1/inbox/accept` */
export const AcceptedBody = Type.Object({
  accepted: Type.Integer({ description: 'How many shares waited for an answer' }),
})
export type AcceptedBody = Type.Static<typeof AcceptedBody>

/** `GET /sharing/v1/blocks` */
export const BlocksBody = Type.Object({
  blocks: Type.Array(Type.Object({ project_id: Type.String(), blocked_at: time('Since when') })),
})
export type BlocksBody = Type.Static<typeof BlocksBody>

const Delivery = Type.Unsafe<'at_once' | 'daily' | 'never'>({
  type: 'string',
  enum: ['at_once', 'daily', 'never'],
})
const told = (what: string) =>
  Type.Unsafe<'at_once' | 'daily' | 'never'>({ ...Delivery, description: what })
const Language = Type.Unsafe<'en' | 'de'>({ type: 'string', enum: ['en', 'de'] })
const Wants = Type.Object(
  {
    shared: told('That an image is shared with the project'),
    reminder: told('That a share waits for an answer'),
    revoked: told('That a share was taken back'),
    change: told('That an accepted image cannot be booted, or can again, or is deprecated'),
    answer: told('What consumers answer'),
    request: told('That someone asks for an image'),
  },
  { description: 'How soon to be told of what', additionalProperties: false },
)
const SomeWants = Type.Partial(Wants, {
  description: 'How soon to be told of what; the rest stays as it is, and is at once at first',
  additionalProperties: false,
  expected: 'an object such as {"shared": "daily"}',
})

/** `POST /sharing/v1/contacts` */
export const NewContactBody = Type.Object(
  { email: Email, language: Type.Optional(Language), wants: Type.Optional(SomeWants) },
  { additionalProperties: false },
)

/** `PATCH /sharing/v1/contacts/{contact_id}` */
export const ChangeContactBody = Type.Object(
  { language: Type.Optional(Language), wants: Type.Optional(SomeWants) },
  { additionalProperties: false },
)

export const ContactBody = Type.Object({
  id: Type.String(),
  email: Type.String(),
  language: Language,
  proven: Type.Boolean({ description: 'Whether the address was confirmed by a mailed link' }),
  wants: Wants,
  created_at: time('When it was named'),
})
export type ContactBody = Type.Static<typeof ContactBody>

/** `GET /sharing/v1/contacts` */
export const ContactsBody = Type.Object({ contacts: Type.Array(ContactBody) })
export type ContactsBody = Type.Static<typeof ContactsBody>

/** Of a project that asks: as identity services write ids, so that none can say anything else. */
export const AskingProjectId = Type.String({
  description: 'Id of the project that the image is asked for',
  minLength: 1,
  maxLength: 64,
  pattern: '^[A-Za-z0-9_-]+$',
  expected: 'a project id: 1 to 64 letters, digits, "-" or "_"',
})

/** `POST /sharing/v1/requests` */
export const AskBody = Type.Object(
  {
    image_id: Type.String({
      description: 'Of an image that is published',
      maxLength: 36,
      expected: 'the id of an image',
    }),
    email: Email,
    message: Type.Optional(Note),
    language: Type.Optional(Language),
  },
  { additionalProperties: false },
)

/** `POST /sharing/v1/requests/{request_id}/approve` */
export const ApproveBody = Type.Object(
  { note: Type.Optional(Note) },
  { additionalProperties: false },
)

/** `POST /sharing/v1/requests/{request_id}/decline` */
export const DeclineBody = Type.Object(
  { reason: Type.Optional(Note) },
  { additionalProperties: false },
)

const requestStatuses = ['unverified', 'open', 'approved', 'declined', 'ignored'] as const

export const RequestBody = Type.Object({
  id: Type.String(),
  image_id: Type.String(),
  title: Type.String({ description: 'Of the listing, when it was asked for' }),
  project_id: Type.String({ description: 'For which the image is asked' }),
  email: Type.String({ description: 'Of whoever asked' }),
  by_member: Type.Boolean({
    description: 'Whether a member of the project asked, logged in; else it may be anyone',
  }),
  message: Type.String(),
  status: Type.Unsafe<(typeof requestStatuses)[number]>({
    type: 'string',
    enum: [...requestStatuses],
    description: 'Unverified until the link of a mail has confirmed the address',
  }),
  reason: Type.String({ description: 'Why it was declined; may be empty' }),
  created_at: time('When it was asked for'),
  updated_at: time('When it was decided, or verified'),
})
export type RequestBody = Type.Static<typeof RequestBody>

/** `GET /sharing/v1/requests` */
export const RequestsBody = Type.Object({
  requests: Type.Array(RequestBody),
  next: Type.Optional(Type.String({ description: 'Address of the next page' })),
})
export type RequestsBody = Type.Static<typeof RequestsBody>

const listOrNull = <Item extends Type.TSchema>(
  items: Item,
  description: string,
  expected: string,
) =>
  Type.Union([Type.Array(items, { maxItems: 1000, uniqueItems: true, expected }), Type.Null()], {
    description,
    expected: `${expected}, or null`,
  })

/** `PUT /sharing/v1/images/{image_id}/approval-rule` */
export const ApprovalRuleBody = Type.Object(
  {
    projects: Type.Optional(
      listOrNull(ProjectId, 'Projects whose requests are approved', 'an array of project ids'),
    ),
    email_domains: Type.Optional(
      listOrNull(
        Type.String({
          maxLength: 253,
          pattern: '^[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)*$',
          expected: 'a domain, such as "example.com"',
        }),
        'Domains of addresses whose requests are approved',
        'an array of domains',
      ),
    ),
    most: Type.Optional(
      Type.Union([Type.Integer({ minimum: 0, maximum: 1_000_000 }), Type.Null()], {
        description: 'How many are approved so in all; null for any number',
        expected: 'a number from 0 to 1000000, or null',
      }),
    ),
    approved: Type.Optional(
      Type.Integer({ description: 'How many were; what is sent of it is not looked at' }),
    ),
  },
  { additionalProperties: false },
)
export type ApprovalRuleBody = Type.Static<typeof ApprovalRuleBody>

/** `GET /sharing/v1/mails` */
export const MailsBody = Type.Object({
  mails: Type.Array(
    Type.Object({
      id: Type.String(),
      to: Type.String(),
      kind: Type.String(),
      subject: Type.String(),
      text: Type.String(),
      html: Type.String(),
      status: Type.Union([Type.Literal('waiting'), Type.Literal('sent'), Type.Literal('failed')]),
      attempts: Type.Integer({ description: 'How often it was tried to be sent' }),
      failure: Type.String({ description: 'Why the last try failed; empty for no failure' }),
      created_at: time('When it was written'),
    }),
  ),
  next: Type.Optional(Type.String({ description: 'Address of the next page' })),
})
export type MailsBody = Type.Static<typeof MailsBody>

const activityTypes = [
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

/** `GET /sharing/v1/activity` */
export const ActivityBody = Type.Object({
  activity: Type.Array(
    Type.Object({
      type: Type.Unsafe<(typeof activityTypes)[number]>({
        type: 'string',
        enum: [...activityTypes],
        description: 'What was done',
      }),
      at: time('When'),
      actor: Type.Union(
        [
          Type.Object({ user_id: Type.String(), project_id: textOrNull('Of its token') }),
          Type.Null(),
        ],
        { description: 'Who did it; null for the service itself' },
      ),
      image_id: Type.String(),
      image_name: textOrNull('At that moment'),
      producer: textOrNull('Id of the project that owned the image'),
      consumer: textOrNull(
        'Id of the project that it was shared with; null where it is about none',
      ),
      note: Type.String(),
    }),
  ),
  next: Type.Optional(Type.String({ description: 'Address of the next page' })),
})
export type ActivityBody = Type.Static<typeof ActivityBody>

/** Every refusal of this API. Source: RFC 9457. */
export const Problem = Type.Object({
  type: Type.String({ description: 'about:blank' }),
  title: Type.String({ description: 'Name of the status' }),
  status: Type.Integer(),
  detail: Type.String({ description: 'What was attempted, what is, and what should be' }),
  code: Type.String({ description: 'For programs, such as "conflict"' }),
})
export type Problem = Type.Static<typeof Problem>
