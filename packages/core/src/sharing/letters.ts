/**
 * Who gets a letter about what happened, and what it says.
 *
 *   shared, reminded      ──► the consumer's contacts, and the address that the producer named
 *   share taken away      ──► the consumer's contacts, unless it had rejected the image
 *   accepted, rejected    ──► the producer's contacts
 *
 * Nobody is written to about a producer that the project has blocked, or a share that is gone again.
 */

import type { MemberFacts } from '../event-facts.ts'
import type { Event } from '../events.ts'
import type { RecordsReader } from '../ports/records.ts'
import type { Language, NoticeKind } from './contact.ts'
import type { Addressee, Letter } from './mail.ts'
import type { SecretLinks } from './secret-links.ts'

export type AddressedLetter = { readonly to: Addressee; readonly letter: Letter }

export type LetterParts = {
  readonly records: RecordsReader
  readonly links: SecretLinks
  /** Where the service is reached, without a slash at the end. */
  readonly publicUrl: () => string
  readonly defaultLanguage: Language
}

export async function lettersFor(
  event: Event,
  parts: LetterParts,
): Promise<readonly AddressedLetter[]> {
  switch (event.type) {
    case 'image.member.create':
      return toConsumer(event.payload, 'shared', parts)
    case 'image.member.remind':
      return toConsumer(event.payload, 'reminder', parts)
    case 'image.member.delete':
      return ofLoss(event.payload.image, [event.payload.member], parts)
    case 'image.delete':
      return ofLoss(event.payload.image, event.payload.members, parts)
    case 'image.member.update':
      return toProducer(event.payload, parts)
    case 'contact.prove': {
      const { id, email, language, projectId } = event.payload.contact
      const link = `${parts.publicUrl()}/mail/prove/${parts.links.sign('prove', id)}`
      return [
        { to: { email, language, contactId: id }, letter: { kind: 'prove', projectId, link } },
      ]
    }
    default:
      return []
  }
}

type MemberEvent = Extract<Event, { type: `image.member.${string}` }>

async function toConsumer(
  { image, member, ...more }: MemberEvent['payload'],
  kind: 'shared' | 'reminder',
  parts: LetterParts,
): Promise<AddressedLetter[]> {
  const { records, defaultLanguage } = parts
  const { projectId } = member
  const now = await records.findMember(image.id, projectId)
  if (now === undefined || projectId === image.owner) return []
  if (await isBlocked(projectId, image.owner, records)) return []
  const invitation = await records.findInvitation(image.id, projectId)
  const ownNote = 'note' in more ? more.note : ''
  const letter = { kind, image, note: kind === 'reminder' ? ownNote : (invitation?.note ?? '') }
  const contacts = await addresseesOf(projectId, kind, records)
  const named = invitation?.email?.toLowerCase() ?? null
  const isNew = named !== null && contacts.every(({ email }) => email.toLowerCase() !== named)
  const others: Addressee[] =
    isNew && invitation?.email && !(await records.isMuted(named))
      ? [{ email: invitation.email, language: defaultLanguage, contactId: null }]
      : []
  return [...contacts, ...others].map((to) => ({ to, letter }))
}

async function ofLoss(
  image: MemberEvent['payload']['image'],
  members: readonly MemberFacts[],
  { records }: LetterParts,
): Promise<AddressedLetter[]> {
  const letters: AddressedLetter[] = []
  for (const { projectId, status } of members) {
    if (status === 'rejected' || projectId === image.owner) continue
    if (await isBlocked(projectId, image.owner, records)) continue
    const contacts = await addresseesOf(projectId, 'revoked', records)
    letters.push(...contacts.map((to) => ({ to, letter: { kind: 'revoked', image } as const })))
  }
  return letters
}

async function toProducer(
  { image, member }: MemberEvent['payload'],
  { records }: LetterParts,
): Promise<AddressedLetter[]> {
  if (image.owner === null || member.status === 'pending') return []
  const contacts = await addresseesOf(image.owner, 'answer', records)
  const { projectId: consumerId, status } = member
  return contacts.map((to) => ({ to, letter: { kind: 'answer', image, consumerId, status } }))
}

async function addresseesOf(
  projectId: string,
  kind: NoticeKind,
  records: RecordsReader,
): Promise<Addressee[]> {
  const contacts = await records.listContacts(projectId)
  return contacts
    .filter(({ proven, wants }) => proven && wants.includes(kind))
    .map(({ id, email, language }) => ({ email, language, contactId: id }))
}

async function isBlocked(
  projectId: string,
  producerId: string | null,
  records: RecordsReader,
): Promise<boolean> {
  const blocks = await records.listBlocks(projectId)
  return blocks.some((block) => block.producerId === producerId)
}
