/**
 * What a producer does about its listings: publishing an image, changing what is said of it, and
 * taking it back, which counts at once. Who may share an image may publish it.
 */
import { decide } from '../access.ts'
import type { Actor } from '../actor.ts'
import { ConflictError, NotFoundError, quote } from '../errors.ts'
import { imageOfPartNotFound, notAuthorized, requireAllowed } from '../find-image.ts'
import type { Image } from '../image.ts'
import type { Clock } from '../ports/clock.ts'
import type { NumberedListing } from '../ports/listing-records.ts'
import type { RecordsReader } from '../ports/records.ts'
import type { RecordsWithEvents } from '../records-with-events.ts'
import { type Exhibit, toExhibit } from './gallery.ts'
import { architectureOf, type Listing, type ListingText } from './listing.ts'
import { findOwnPublisher } from './publishers.ts'
import { requireWebAddress } from './web-address.ts'

export type ListingPage = { readonly after: number | undefined; readonly limit: number }

export class Listings {
  readonly #records: RecordsWithEvents
  readonly #clock: Clock

  constructor(parts: { records: RecordsWithEvents; clock: Clock }) {
    this.#records = parts.records
    this.#clock = parts.clock
  }

  /**
   * Publishes the image, or says something else of it from now on.
   *
   * @throws {ConflictError} when it has no data yet, or its project is no publisher yet.
   */
  async publish(actor: Actor, imageId: string, text: ListingText): Promise<Exhibit> {
    const { documentation, support } = text
    if (documentation !== null) requireWebAddress('documentation', documentation)
    if (support !== null && /^https?:/i.test(support)) requireWebAddress('support', support)
    return this.#records.by(actor).write(async (transaction) => {
      const image = await findForPublishing(transaction, actor, imageId)
      const before = await transaction.findListing(imageId)
      if (before === undefined) requireActive(image)
      const publisherId = requireOwner(image)
      const publisher = await transaction.findPublisher(publisherId)
      if (publisher === undefined) throw noPublisher(imageId, publisherId)
      const now = this.#clock.now()
      const listing: Listing = {
        ...text,
        architecture: architectureOf(text.architecture),
        imageId,
        publisherId,
        publishedAt: before?.publishedAt ?? now,
        updatedAt: now,
      }
      await transaction.saveListing(listing)
      return toExhibit({ listing, publisher, image })
    })
  }

  /** @throws {NotFoundError} when the caller may not know of the image, or it is not published. */
  async show(actor: Actor, imageId: string): Promise<Exhibit> {
    await findForPublishing(this.#records, actor, imageId)
    const listed = await this.#records.findListed(imageId)
    if (listed === undefined) throw notPublished(imageId)
    return toExhibit(listed)
  }

  /** Takes it back: from now on the public does not know of it. */
  async unlist(actor: Actor, imageId: string): Promise<void> {
    await this.#records.by(actor).write(async (transaction) => {
      await findForPublishing(transaction, actor, imageId)
      if (!(await transaction.deleteListing(imageId))) throw notPublished(imageId)
    })
  }

  /** What a project has published, whether it is shown at present or not. */
  async ofPublisher(
    actor: Actor,
    projectId: string,
    { after, limit }: ListingPage,
  ): Promise<readonly NumberedListing[]> {
    await findOwnPublisher(this.#records, actor, projectId)
    return this.#records.listListingsOf({ projectId, after, limit })
  }
}

async function findForPublishing(
  records: RecordsReader,
  actor: Actor,
  imageId: string,
): Promise<Image> {
  const found = await records.findImageFor(imageId, actor.projectId)
  if (found === undefined) throw imageOfPartNotFound(imageId)
  requireAllowed('get_image', actor, found, imageOfPartNotFound)
  // In words of its own: that sharing is the right it takes is no concern of the caller's.
  if (decide('add_member', { actor, ...found }) !== 'allowed') throw notAuthorized('publish_image')
  return found.image
}

function requireActive({ id, status }: Image): void {
  if (status === 'active') return
  throw new ConflictError(
    `Cannot publish image ${id}: it is ${quote(status)}, and only "active" images can be published`,
  )
}

function requireOwner({ id, owner }: Image): string {
  if (owner !== null) return owner
  throw new ConflictError(
    `Cannot publish image ${id}: it has no owner that could be its publisher; give it one first`,
  )
}

function noPublisher(imageId: string, projectId: string): ConflictError {
  return new ConflictError(
    `Cannot publish image ${imageId}: project ${quote(projectId)} has no publisher page yet; name the publisher first, with PUT /sharing/v1/publishers/${encodeURIComponent(projectId)}`,
  )
}

function notPublished(imageId: string): NotFoundError {
  return new NotFoundError(`Image ${imageId} is not published`)
}
