/**
 * What a letter says, and the mail that it becomes.
 *
 *   event ──► letters, one for each address ──written in its language──► mail, waiting ──► sent
 *                  │                                                      ▲    │   ▲
 *                  └──► digest entry ──once a day, all in one─────────────┘    └───┘ tried again
 *
 * A mail's id follows from the event and the address, so an event that is delivered once more makes
 * no second mail.
 */
import { createHash } from 'node:crypto'
import type { ImageFacts } from '../event-facts.ts'
import type { Event } from '../events.ts'
import type { MemberStatus } from '../member.ts'
import { type Language, type NoticeKind, noticeKinds } from './contact.ts'

/** A letter of which a contact chooses whether it comes, and how soon. */
export type Notice =
  | {
      readonly kind: 'shared' | 'reminder'
      readonly image: ImageFacts
      /** The name under which the producer publishes, of its own choice; null where it publishes nothing. */
      readonly publisher: string | null
      /** What the producer wrote; empty for nothing. */
      readonly note: string
      readonly answer: AnswerLink
    }
  | { readonly kind: 'revoked'; readonly image: ImageFacts }
  | { readonly kind: 'change'; readonly image: ImageFacts; readonly change: ImageChange }
  | {
      readonly kind: 'answer'
      readonly image: ImageFacts
      readonly consumerId: string
      readonly status: MemberStatus
    }
  /** Someone asks for an image, and its address is proven. */
  | {
      readonly kind: 'request'
      readonly image: ImageFacts
      readonly projectId: string
      readonly email: string
      readonly message: string
      /** Whether it was a member of the project, and no stranger. */
      readonly isByMember: boolean
    }

export type Letter =
  | Notice
  /** Was it you who asks? Says nothing in the words of whoever asked: it may be anyone. */
  | {
      readonly kind: 'confirm'
      readonly title: string
      readonly projectId: string
      readonly link: string
    }
  | {
      readonly kind: 'approved'
      readonly image: ImageFacts
      /** Under which it was asked for. */
      readonly title: string
      readonly projectId: string
      readonly note: string
      /** Null where there is nothing to be answered. */
      readonly answer: AnswerLink | null
    }
  | {
      readonly kind: 'declined'
      readonly title: string
      readonly projectId: string
      readonly reason: string
      /** Whether nobody declined it: the image was deleted. */
      readonly isGone: boolean
    }
  /** Is this your address? */
  | { readonly kind: 'prove'; readonly projectId: string; readonly link: string }
  /** What came together in a day. */
  | { readonly kind: 'digest'; readonly notices: readonly Notice[]; readonly more: number }

/** What became of an image that somebody uses. */
export type ImageChange = 'deactivated' | 'reactivated' | 'deprecated' | 'supported'

/** Where a share is answered by whoever has the mail, and can log in to the project. */
export type AnswerLink = {
  readonly url: string
  /** In ISO 8601. */
  readonly expiresAt: string
}

export type Addressee = {
  readonly email: string
  readonly language: Language
  /** Null for an address that belongs to no project. */
  readonly contactId: string | null
}

export const mailStatuses = ['waiting', 'sent', 'failed'] as const
export type MailStatus = (typeof mailStatuses)[number]

export type Mail = {
  readonly id: string
  readonly to: string
  readonly kind: Letter['kind']
  readonly contactId: string | null
  readonly subject: string
  readonly text: string
  readonly html: string
  /** Where one click ends all mail of this kind. */
  readonly unsubscribe: string
  readonly status: MailStatus
  /** How often it was tried to be sent. */
  readonly attempts: number
  /** Why the last try failed; empty for no failure. */
  readonly failure: string
  readonly createdAt: Date
  /** When it is to be tried next, or was sent, or given up. */
  readonly dueAt: Date
}

/** A notice that waits for the digest of its contact. */
export type DigestEntry = {
  /** Of the mail that it would have been. */
  readonly id: string
  readonly contactId: string
  readonly notice: Notice
  readonly createdAt: Date
}

export function isNotice(letter: Letter): letter is Notice {
  return noticeKindOf(letter.kind) !== undefined
}

export function noticeKindOf(kind: Letter['kind']): NoticeKind | undefined {
  return noticeKinds.find((one) => one === kind)
}

/** The id of what an event has written to an address. */
export function mailId(event: Pick<Event, 'id'>, email: string): string {
  return digestOf(`${event.id} ${email}`)
}

/** The id of a digest, which follows from the first entry in it. */
export function digestId(firstEntryId: string): string {
  return digestOf(`digest ${firstEntryId}`)
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32)
}
