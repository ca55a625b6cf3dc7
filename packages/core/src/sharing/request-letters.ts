/** Letters about requests for images: to whoever asks, and to whom is asked. */
import type { RecordsReader } from '../ports/records.ts'
import { type AddressedLetter, answerLink, type LetterParts, type Of } from './addressed-letter.ts'
import { contactsWanting } from './addressees.ts'
import { dayMs } from './sharing-rules.ts'

/** Says nothing in the words of whoever asked, since the address may be anyone's. */
export async function confirmation(
  { at, payload: { request } }: Of<'access_request.ask'>,
  { records, links, publicUrl, rules }: LetterParts,
): Promise<readonly AddressedLetter[]> {
  const { id, email, language, title, projectId } = request
  // It may be proven already, by being a contact.
  const isOpen = (await records.findRequest(id))?.status === 'unverified'
  if (!isOpen || (await records.isMuted(email.toLowerCase()))) return []
  const expiresAt = new Date(at.getTime() + rules.proofDays * dayMs)
  const link = `${publicUrl()}/mail/request/${links.sign('request', id, expiresAt)}`
  const to = { email, language, contactId: null }
  return [{ to, letter: { kind: 'confirm', title, projectId, link }, isDaily: false }]
}

export async function question(
  { payload: { image, request } }: Of<'image.request.verify'>,
  { records }: LetterParts,
): Promise<readonly AddressedLetter[]> {
  if (image.owner === null) return []
  const { projectId, email, message, userId } = request
  const contacts = await contactsWanting('request', image.owner, records)
  const isByMember = userId !== null
  const letter = { kind: 'request', image, projectId, email, message, isByMember } as const
  return contacts.map((one) => ({ ...one, letter }))
}

export async function approval(
  event: Of<'image.request.approve'>,
  parts: LetterParts,
): Promise<readonly AddressedLetter[]> {
  const { image, request, isUnseen = false } = event.payload
  const { email, language, title, projectId } = request
  const { records } = parts
  const member = await records.findMember(image.id, projectId)
  if (member === undefined || (await records.isMuted(email.toLowerCase()))) return []
  const to = { email, language, contactId: null }
  if (isUnseen) {
    const published = { ...image, name: title, owner: null }
    const told = { kind: 'approved', image: published, title, projectId } as const
    return [{ to, letter: { ...told, note: '', answer: null }, isDaily: false }]
  }
  const note = (await records.findInvitation(image.id, projectId))?.note ?? ''
  const { answer, invites } = answerLink(event, { projectId, email }, parts)
  const isPending = member.status === 'pending'
  return [
    {
      to,
      letter: {
        kind: 'approved',
        image,
        title,
        projectId,
        note,
        answer: isPending ? answer : null,
      },
      isDaily: false,
      ...(isPending && { invites }),
    },
  ]
}

export async function refusal(
  { payload: { request, isGone = false } }: Of<'image.request.decline'>,
  { records }: LetterParts,
): Promise<readonly AddressedLetter[]> {
  const { email, language, title, projectId, reason } = request
  if (await records.isMuted(email.toLowerCase())) return []
  const to = { email, language, contactId: null }
  return [{ to, letter: { kind: 'declined', title, projectId, reason, isGone }, isDaily: false }]
}

/** Addresses, in lower case, that hear of a new member by the letter that approves their request. */
export async function toldByApproval(
  { type, payload: { image, member } }: Of<'image.member.create' | 'image.member.remind'>,
  records: RecordsReader,
): Promise<ReadonlySet<string>> {
  if (type !== 'image.member.create') return new Set()
  const requests = await records.listRequestsFor(image.id, member.projectId)
  const approved = requests.filter(
    ({ status, updatedAt }) =>
      status === 'approved' && updatedAt.toISOString() === member.updatedAt,
  )
  return new Set(approved.map(({ email }) => email.toLowerCase()))
}
