/**
 * What the public sees: listings, and of their images and publishers no more than goes with them.
 *
 * Everything that leaves here was published, or is said of the data by its very bytes. Ids of
 * projects, names and properties of images, members and places of the data stay inside.
 */
import { isOpen } from '../access.ts'
import type { Image, Multihash } from '../image.ts'
import type { Listed, ListingPlace, ListingWalk } from '../ports/listing-records.ts'
import type { RecordsReader } from '../ports/records.ts'
import type { FacetChoice, FacetCounts } from './facets.ts'
import type { Listing, ListingText, Publisher } from './listing.ts'
import { searchWords } from './search-words.ts'

export type Exhibit = ListingText & {
  readonly imageId: string
  readonly publishedAt: Date
  readonly updatedAt: Date
  readonly publisher: PublicPublisher
  readonly image: PublicImage
}

export type PublicPublisher = Pick<
  Publisher,
  'slug' | 'name' | 'description' | 'contact' | 'verified'
>

export type PublicImage = {
  /** Whether its data can be had at present, by those who may have it. */
  readonly available: boolean
  /** Whether everybody with an account may have it, without being asked for. */
  readonly open: boolean
  readonly sizeBytes: number | null
  readonly virtualSizeBytes: number | null
  readonly checksum: string | null
  readonly multihash: Multihash | null
  readonly diskFormat: string | null
  readonly containerFormat: string | null
  readonly minDiskGib: number
  readonly minRamMib: number
  readonly createdAt: Date
}

export type PlacedExhibit = { readonly place: ListingPlace; readonly exhibit: Exhibit }

export type GallerySearch = {
  /** In the words of whoever looks for something. */
  readonly query: string
  readonly choice: FacetChoice
  readonly after?: ListingPlace | undefined
  readonly limit: number
}

export class Gallery {
  readonly #records: RecordsReader

  constructor(parts: { records: RecordsReader }) {
    this.#records = parts.records
  }

  async search({ query, ...rest }: GallerySearch): Promise<readonly PlacedExhibit[]> {
    const words = searchWords(query)
    const found = await this.#records.searchListings({ words, after: undefined, ...rest })
    return found.map(({ place, ...listed }) => ({ place, exhibit: toExhibit(listed) }))
  }

  /** How many there are of what is looked for, and how many each other choice would find. */
  async count({ query, choice }: Pick<GallerySearch, 'query' | 'choice'>): Promise<FacetCounts> {
    return this.#records.countListings({ words: searchWords(query), choice })
  }

  /** @returns undefined for an image that is not published, whether it exists or not. */
  async exhibit(imageId: string): Promise<Exhibit | undefined> {
    const listed = await this.#records.findListed(imageId)
    return listed && toExhibit(listed)
  }

  /** What is shown, in the order in which it was published, from after a number on. */
  async walk(walk: ListingWalk): Promise<readonly Listing[]> {
    return (await this.#records.walkListings(walk)).map(({ listing }) => listing)
  }

  /** The numbers from which walks of `step` listings meet. */
  async milestones(step: number): Promise<readonly number[]> {
    return this.#records.listingMilestones(step)
  }

  /** @returns undefined for one that the public has nothing to see of. */
  async publisher(slug: string): Promise<PublicPublisher | undefined> {
    const publisher = await this.#records.findShownPublisher(slug)
    return publisher && toPublic(publisher)
  }
}

export function toExhibit({ listing, publisher, image }: Listed): Exhibit {
  const { publisherId: _, ...text } = listing
  return { ...text, publisher: toPublic(publisher), image: imageOf(image) }
}

function toPublic({ slug, name, description, contact, verified }: Publisher): PublicPublisher {
  return { slug, name, description, contact, verified }
}

function imageOf(image: Image): PublicImage {
  return {
    available: image.status === 'active',
    open: isOpen(image.visibility),
    sizeBytes: image.sizeBytes,
    virtualSizeBytes: image.virtualSizeBytes,
    checksum: image.checksum,
    multihash: image.multihash,
    diskFormat: image.diskFormat,
    containerFormat: image.containerFormat,
    minDiskGib: image.minDiskGib,
    minRamMib: image.minRamMib,
    createdAt: image.createdAt,
  }
}
