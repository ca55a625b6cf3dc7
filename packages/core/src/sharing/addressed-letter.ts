/** A letter, to whom it goes, and what it takes to write one. */
import type { Event } from '../events.ts'
import type { RecordsReader } from '../ports/records.ts'
import type { Language } from './contact.ts'
import { type Addressee, type Letter, mailId } from './mail.ts'
import type { SecretLinks } from './secret-links.ts'
import { dayMs } from './sharing-rules.ts'

export type AddressedLetter = {
  readonly to: Addressee
  readonly letter: Letter
  /** Whether it waits for the digest of the contact. */
  readonly isDaily: boolean
  /** Whose share its link answers, if it has one. */
  readonly invites?: Invited
}

export type Invited = {
  readonly imageId: string
  readonly projectId: string
  readonly expiresAt: Date
}

export type LetterParts = {
  readonly records: RecordsReader
  readonly links: SecretLinks
  /** Where the service is reached, without a slash at the end. */
  readonly publicUrl: () => string
  readonly defaultLanguage: Language
  readonly rules: { readonly invitationDays: number; readonly proofDays: number }
}

export type Of<Type extends Event['type']> = Extract<Event, { type: Type }>

/** Where the share is answered that the event is about, by whoever reads the mail to this address. */
export function answerLink(
  event: Of<'image.member.create' | 'image.member.remind' | 'image.request.approve'>,
  { projectId, email }: { readonly projectId: string; readonly email: string },
  { links, publicUrl, rules }: LetterParts,
) {
  const expiresAt = new Date(event.at.getTime() + rules.invitationDays * dayMs)
  const token = links.sign('answer', mailId(event, email), expiresAt)
  return {
    answer: {
      url: `${publicUrl()}/mail/invitation/${token}`,
      expiresAt: expiresAt.toISOString(),
    },
    invites: { imageId: event.payload.image.id, projectId, expiresAt },
  }
}
