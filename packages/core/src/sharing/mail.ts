/**
 * What a letter says, and the mail that it becomes.
 *
 *   event ──► letters, one for each address ──written in its language──► mail, waiting ──► sent
 *                                                                          │   ▲
 *                                                                          └───┘ tried again
 *
 * A mail's id follows from the event and the address, so an event that is delivered once more makes
 * no second mail.
 */
import type { ImageFacts } from '../event-facts.ts'
import type { MemberStatus } from '../member.ts'
import type { Language, NoticeKind } from './contact.ts'

export type Letter =
  | {
      readonly kind: 'shared' | 'reminder'
      readonly image: ImageFacts
      /** What the producer wrote; empty for nothing. */
      readonly note: string
    }
  | { readonly kind: 'revoked'; readonly image: ImageFacts }
  | {
      readonly kind: 'answer'
      readonly image: ImageFacts
      readonly consumerId: string
      readonly status: MemberStatus
    }
  | { readonly kind: 'prove'; readonly projectId: string; readonly link: string }

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
  /** Where one click ends all mail of this kind; null for what was asked for by its receiver. */
  readonly unsubscribe: string | null
  readonly status: MailStatus
  /** How often it was tried to be sent. */
  readonly attempts: number
  /** Why the last try failed; empty for no failure. */
  readonly failure: string
  readonly createdAt: Date
  /** When it is to be tried next, or was sent, or given up. */
  readonly dueAt: Date
}

export function isNotice(kind: Letter['kind']): kind is NoticeKind {
  return kind !== 'prove'
}
