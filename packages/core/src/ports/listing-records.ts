import type { FacetChoice, FacetCounts } from '../gallery/facets.ts'
import type { Listing, Publisher } from '../gallery/listing.ts'
import type { Image } from '../image.ts'

/**
 * Reads listings and their publishers. Part of the port `Records`.
 *
 * A listing is *shown* as long as `isShown` says so of its image, from the very change of either.
 */
export interface ListingReader {
  findListing(imageId: string): Promise<Listing | undefined>

  /** The listing with all that its page tells, whether it is shown or not, in one round trip. */
  findListed(imageId: string): Promise<Listed | undefined>

  /**
   * One page of what is shown: first what has all the words in its title, operating system and
   * version, then the rest; the newest first in both.
   *
   * Both databases find the same, whatever the words hold.
   */
  searchListings(query: ListingQuery): Promise<readonly PlacedListing[]>

  /**
   * How many are shown and have all the words, for every facet as if nothing were chosen in it. Of
   * several ways to write a value it is labelled by the one that sorts first, which is capitalized.
   */
  countListings(query: Pick<ListingQuery, 'words' | 'choice'>): Promise<FacetCounts>

  /** One page of what a project has published, shown or not, the newest first. */
  listListingsOf(query: OwnListingQuery): Promise<readonly NumberedListing[]>

  /** What is shown, in the order in which it was published: up to `limit` after `after`. */
  walkListings(query: ListingWalk): Promise<readonly NumberedListing[]>

  /** The number of every `step`th listing of that walk, so that it can be begun in many places. */
  listingMilestones(step: number): Promise<readonly number[]>

  findPublisher(projectId: string): Promise<Publisher | undefined>

  /** @returns undefined also for one that has nothing shown: the public does not know it. */
  findShownPublisher(slug: string): Promise<Publisher | undefined>

  /** One page of all, by slug. */
  listPublishers(query: PublisherQuery): Promise<readonly Publisher[]>
}

/** Changes them in a transaction. Part of the port `RecordsTransaction`. */
export interface ListingWriter {
  /** New, or in place of the image's. Its publisher is there. */
  saveListing(listing: Listing): Promise<void>

  /** @returns false when there is none. */
  deleteListing(imageId: string): Promise<boolean>

  /**
   * New, or in place of the project's.
   *
   * @returns false, changing nothing, when another project has the slug.
   */
  savePublisher(publisher: Publisher): Promise<boolean>

  /** @returns false, changing nothing, when it still has a listing, or there is none. */
  deletePublisher(projectId: string): Promise<boolean>
}

export type Listed = {
  readonly listing: Listing
  readonly publisher: Publisher
  readonly image: Image
}

/** Where a listing stands among results. */
export type ListingPlace = {
  readonly inTitle: boolean
  readonly publishedAt: Date
  readonly number: number
}

export type PlacedListing = Listed & { readonly place: ListingPlace }

export type ListingQuery = {
  /** Each begins a word of the listing; undefined for no matter which. */
  readonly words: readonly string[] | undefined
  readonly choice: FacetChoice
  readonly after: ListingPlace | undefined
  readonly limit: number
}

export type NumberedListing = { readonly number: number; readonly listing: Listing }

export type OwnListingQuery = {
  readonly projectId: string
  readonly after: number | undefined
  readonly limit: number
}

export type ListingWalk = { readonly after: number; readonly limit: number }

export type PublisherQuery = { readonly after: string | undefined; readonly limit: number }
