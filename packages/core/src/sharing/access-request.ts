/**
 * A consumer asking for an image that is published.
 *
 *   unverified ──link of the mail──► open ──► approved
 *                                     │  ├──► declined, with a reason
 *                                     │  └──► ignored: nobody is told, and asking again changes nothing
 *                                     │
 *               another is open ──► joined: shares its fate
 *
 * The link proves the address and nothing else: anyone may ask in any project's name. That is safe,
 * since an approval shares the image with that project alone. A request of its own members comes
 * before those of strangers: these join it, and it is not ignored because they were.
 */
import type { Language } from './contact.ts'

export const accessRequestStatuses = [
  'unverified',
  'open',
  'joined',
  'approved',
  'declined',
  'ignored',
] as const
export type AccessRequestStatus = (typeof accessRequestStatuses)[number]

export type AccessRequest = {
  readonly id: string
  readonly imageId: string
  /** Of the listing, when it was asked for. */
  readonly title: string
  /** Who is asked: the owner of the image when the request was verified; null before. */
  readonly producerId: string | null
  /** For which the image is asked. */
  readonly projectId: string
  readonly email: string
  readonly language: Language
  readonly message: string
  readonly status: AccessRequestStatus
  /** Why it was declined; may be empty. */
  readonly reason: string
  /** Who asked, logged in to that project; null for whoever filled in a form. */
  readonly userId: string | null
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** As events tell of it. */
export type AccessRequestFacts = Pick<
  AccessRequest,
  'id' | 'imageId' | 'title' | 'projectId' | 'email' | 'language' | 'message' | 'reason' | 'userId'
> & { readonly createdAt: string; readonly updatedAt: string }

export function accessRequestFacts(request: AccessRequest): AccessRequestFacts {
  const { id, imageId, title, projectId, email, language, message, reason, userId } = request
  const facts = { id, imageId, title, projectId, email, language, message, reason, userId }
  const { createdAt, updatedAt } = request
  return { ...facts, createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() }
}

/** What can still be decided. */
export function isUndecided({ status }: AccessRequest): boolean {
  return status === 'open' || status === 'joined' || status === 'ignored'
}
