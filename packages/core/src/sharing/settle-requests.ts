/**
 * A request is approved by sharing the image with its project, and declined by deleting the image,
 * whichever client does that.
 */
import { type ImageFacts, imageFacts } from '../event-facts.ts'
import type { Happening } from '../events.ts'
import type { Image } from '../image.ts'
import type { RecordsTransaction } from '../ports/records.ts'
import { type AccessRequest, accessRequestFacts, isUndecided } from './access-request.ts'

type Settling = Pick<RecordsTransaction, 'listRequestsFor' | 'saveRequest'> & {
  announce(happening: Happening): void
}

/** @param at of the member as well, so that its letter and theirs are known to belong together. */
export async function approveRequests(
  transaction: Settling,
  image: Image,
  projectId: string,
  at: Date,
): Promise<void> {
  for (const request of await transaction.listRequestsFor(image.id, projectId)) {
    if (!isUndecided(request)) continue
    const approved = { ...request, status: 'approved', updatedAt: at } as const
    await transaction.saveRequest(approved)
    const isUnseen = request.status !== 'open' && request.userId === null
    const payload = { image: imageFacts(image), request: accessRequestFacts(approved) }
    transaction.announce({
      type: 'image.request.approve',
      payload: { ...payload, ...(isUnseen && { isUnseen }) },
    })
  }
}

/** The request itself goes with its image; whoever asked is told, also when the request was ignored. */
export function declinedByDeletion(
  image: ImageFacts,
  request: AccessRequest,
  deletedAt: Date,
): Happening {
  const facts = accessRequestFacts({
    ...request,
    reason: 'The image was deleted',
    updatedAt: deletedAt,
  })
  return { type: 'image.request.decline', payload: { image, request: facts, isGone: true } }
}

export function announce(
  transaction: Pick<Settling, 'announce'>,
  type: Extract<Happening['type'], `image.request.${string}`>,
  image: Image,
  request: Parameters<typeof accessRequestFacts>[0],
): void {
  const payload = { image: imageFacts(image), request: accessRequestFacts(request) }
  transaction.announce({ type, payload })
}
