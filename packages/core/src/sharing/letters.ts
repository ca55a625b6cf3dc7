/**
 * Who gets a letter about what happened, and what it says.
 *
 *   shared, reminded              ──► the consumer's contacts, and the address that the producer named
 *   share taken away              ──► the consumer's contacts, unless it had rejected the image
 *   deactivated, deprecated, back ──► the contacts of all who have accepted the image
 *   accepted, rejected            ──► the producer's contacts
 *   image asked for               ──► the address that was given, and once it is proven, the producer's contacts
 *   request approved, declined,
 *   or its image deleted          ──► the address that asked; see request-letters.ts
 *
 * Nobody is written to about a producer that the project has blocked, or a share that is gone again.
 */
import type { ImageFacts, MemberFacts } from '../event-facts.ts'
import type { Event } from '../events.ts'
import type { RecordsReader } from '../ports/records.ts'
import { type AddressedLetter, answerLink, type LetterParts, type Of } from './addressed-letter.ts'
import { contactsWanting, isBlocked, type Wanting } from './addressees.ts'
import type { ImageChange } from './mail.ts'
import { approval, confirmation, question, refusal, toldByApproval } from './request-letters.ts'
import { dayMs } from './sharing-rules.ts'

export async function lettersFor(
  event: Event,
  parts: LetterParts,
): Promise<readonly AddressedLetter[]> {
  switch (event.type) {
    case 'image.member.create':
      return invitations(event, 'shared', parts)
    case 'image.member.remind':
      return invitations(event, 'reminder', parts)
    case 'image.member.delete':
      return ofLoss(event.payload.image, [event.payload.member], parts)
    case 'image.delete':
      return ofLoss(event.payload.image, event.payload.members, parts)
    case 'image.member.update':
      return toProducer(event, parts)
    case 'image.update':
      return ofChange(event, parts)
    case 'access_request.ask':
      return confirmation(event, parts)
    case 'image.request.verify':
      return question(event, parts)
    case 'image.request.approve':
      return approval(event, parts)
    case 'image.request.decline':
      return refusal(event, parts)
    case 'contact.prove':
      return proof(event, parts)
    default:
      return []
  }
}

async function invitations(
  event: Of<'image.member.create' | 'image.member.remind'>,
  kind: 'shared' | 'reminder',
  parts: LetterParts,
): Promise<AddressedLetter[]> {
  const { image, member, ...more } = event.payload
  const { records, defaultLanguage } = parts
  const { projectId } = member
  const contacts = await contactsWanting(kind, projectId, records)
  const invitation = await records.findInvitation(image.id, projectId)
  // As with most shares: nobody is there to be told.
  if (contacts.length === 0 && (invitation?.email ?? null) === null) return []
  if ((await records.findMember(image.id, projectId)) === undefined) return []
  if (projectId === image.owner || (await isBlocked(projectId, image.owner, records))) return []
  const note = 'note' in more ? more.note : (invitation?.note ?? '')
  const named = await namedAddress(invitation?.email ?? null, contacts, records)
  const others =
    named === undefined
      ? []
      : [{ to: { email: named, language: defaultLanguage, contactId: null }, isDaily: false }]
  const told = await toldByApproval(event, records)
  const publisher = image.owner === null ? undefined : await records.findPublisher(image.owner)
  return [...contacts, ...others].flatMap((wanting) => {
    if (told.has(wanting.to.email.toLowerCase())) return []
    const { answer, invites } = answerLink(event, { projectId, ...wanting.to }, parts)
    return [
      {
        ...wanting,
        invites,
        letter: { kind, image, publisher: publisher?.name ?? null, note, answer },
      },
    ]
  })
}

/** The address that the producer named, unless it is told already, or wants to hear nothing. */
async function namedAddress(
  email: string | null,
  contacts: readonly Wanting[],
  records: RecordsReader,
): Promise<string | undefined> {
  if (email === null) return undefined
  const named = email.toLowerCase()
  if (contacts.some(({ to }) => to.email.toLowerCase() === named)) return undefined
  return (await records.isMuted(named)) ? undefined : email
}

async function ofLoss(
  image: ImageFacts,
  members: readonly MemberFacts[],
  { records }: LetterParts,
): Promise<AddressedLetter[]> {
  const letters: AddressedLetter[] = []
  for (const { projectId, status } of members) {
    if (status === 'rejected' || projectId === image.owner) continue
    if (await isBlocked(projectId, image.owner, records)) continue
    const contacts = await contactsWanting('revoked', projectId, records)
    letters.push(
      ...contacts.map((one) => ({ ...one, letter: { kind: 'revoked', image } as const })),
    )
  }
  return letters
}

async function ofChange(
  { payload: { image, previous } }: Of<'image.update'>,
  { records }: LetterParts,
): Promise<AddressedLetter[]> {
  const change = changeFrom(previous, image)
  if (change === undefined || image.visibility !== 'shared') return []
  const letters: AddressedLetter[] = []
  for (const { projectId, status } of await records.listMembers(image.id)) {
    if (status !== 'accepted' || projectId === image.owner) continue
    if (await isBlocked(projectId, image.owner, records)) continue
    const contacts = await contactsWanting('change', projectId, records)
    letters.push(
      ...contacts.map((one) => ({ ...one, letter: { kind: 'change', image, change } as const })),
    )
  }
  return letters
}

function changeFrom(
  { status, hidden }: Partial<ImageFacts>,
  now: ImageFacts,
): ImageChange | undefined {
  if (status === 'active' && now.status === 'deactivated') return 'deactivated'
  if (status === 'deactivated' && now.status === 'active') return 'reactivated'
  if (hidden === false && now.hidden) return 'deprecated'
  return hidden === true && !now.hidden ? 'supported' : undefined
}

async function toProducer(
  { payload: { image, member } }: Of<'image.member.update'>,
  { records }: LetterParts,
): Promise<AddressedLetter[]> {
  if (image.owner === null || member.status === 'pending') return []
  const contacts = await contactsWanting('answer', image.owner, records)
  const { projectId: consumerId, status } = member
  const letter = { kind: 'answer', image, consumerId, status } as const
  return contacts.map((one) => ({ ...one, letter }))
}

/** Whoever wants no mail of strangers gets none of these either: anyone can name any address. */
async function proof(
  { at, payload: { contact } }: Of<'contact.prove'>,
  { records, links, publicUrl, rules }: LetterParts,
): Promise<AddressedLetter[]> {
  const { id, email, language, projectId } = contact
  if (await records.isMuted(email.toLowerCase())) return []
  const expiresAt = new Date(at.getTime() + rules.proofDays * dayMs)
  const link = `${publicUrl()}/mail/prove/${links.sign('prove', id, expiresAt)}`
  const to = { email, language, contactId: id }
  return [{ to, letter: { kind: 'prove', projectId, link }, isDaily: false }]
}
