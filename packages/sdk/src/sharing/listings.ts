/** The gallery, as programs read it: what producers publish, found by words and facets. */
import type { ListingsBody } from '@vitrine/wire'
import { listAll, withQuery } from '../pages.ts'
import { Fields } from '../parsing.ts'
import type { CallOptions, Transport } from '../transport.ts'
import { type Listing, type ListingText, listingBody, parseListing } from './listing.ts'
import { type PageOptions, pageQuery, sharingPath } from './sharing-path.ts'

const facets = ['os', 'architecture', 'license', 'format', 'publisher', 'verified'] as const
export type Facet = (typeof facets)[number]

/** What is chosen narrows the search down together. */
export type ListingSearch = {
  /** Words, each of which begins one of the listing's. */
  readonly query?: string | undefined
  /** Values of facets, as `count` tells them; the publisher by its slug. */
  readonly os?: string | undefined
  readonly architecture?: string | undefined
  readonly license?: string | undefined
  readonly format?: string | undefined
  readonly publisher?: string | undefined
  /** Only what verified publishers publish. */
  readonly verified?: true | undefined
}

export type ListingCounts = {
  readonly total: number
  /** How many there would be of each value, if it were chosen. */
  readonly facets: Readonly<Record<Facet, readonly FacetCount[]>>
}

export type FacetCount = {
  /** To narrow the search down by. */
  readonly value: string
  /** For people. */
  readonly label: string
  readonly count: number
}

export class Listings {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** The best first, then the newest. Lazy: pages are fetched as they are needed. */
  search(options: ListingSearch & PageOptions & CallOptions = {}): AsyncIterable<Listing> {
    return listAll(this.#transport, {
      path: sharingPath('listings'),
      query: pageQuery(options, filtersOf(options)),
      key: 'listings',
      parse: parseListing,
      maxItems: options.maxItems,
      signal: options.signal,
    })
  }

  /** How many are found, and by which facets the search can be narrowed down. */
  async count(options: ListingSearch & CallOptions = {}): Promise<ListingCounts> {
    const query = pageQuery({ pageSize: 1 }, filtersOf(options))
    const path = withQuery(sharingPath('listings'), query)
    const { signal } = options
    const body = await this.#transport.json({ method: 'GET', path, repeat: 'safe', signal })
    const fields = new Fields<keyof ListingsBody>('listings', body)
    const counts = new Fields<Facet>('facets', fields.get('facets'))
    const of = (facet: Facet) => counts.list(facet).map(parseCount)
    return {
      total: fields.number('total'),
      facets: {
        os: of('os'),
        architecture: of('architecture'),
        license: of('license'),
        format: of('format'),
        publisher: of('publisher'),
        verified: of('verified'),
      },
    }
  }

  /**
   * Publishes an image of any visibility, or says something else of it. It stays as private as it is:
   * whoever wants it asks.
   *
   * @throws {ConflictError} when the project has no publisher yet, or the image is not active.
   */
  async publish(
    imageId: string,
    text: ListingText,
    { signal }: CallOptions = {},
  ): Promise<Listing> {
    const path = sharingPath('images', imageId, 'listing')
    const call = { method: 'PUT', path, json: listingBody(text), repeat: 'safe', signal } as const
    return parseListing(await this.#transport.json(call))
  }

  /** What is said of the image in public; for its producer. */
  async get(imageId: string, { signal }: CallOptions = {}): Promise<Listing> {
    const path = sharingPath('images', imageId, 'listing')
    const call = { method: 'GET', path, repeat: 'safe', signal } as const
    return parseListing(await this.#transport.json(call))
  }

  /** Takes it back, at once. Shares stay. */
  async delete(imageId: string, options?: CallOptions): Promise<void> {
    await this.#transport.delete(sharingPath('images', imageId, 'listing'), options)
  }
}

function filtersOf(search: ListingSearch): Record<string, string | undefined> {
  const { query: q, os, architecture, license, format, publisher, verified } = search
  return {
    q,
    os,
    architecture,
    license,
    format,
    publisher,
    verified: verified && 'true',
  }
}

function parseCount(body: unknown): FacetCount {
  const fields = new Fields<keyof FacetCount>('facet', body)
  return {
    value: fields.text('value'),
    label: fields.text('label'),
    count: fields.number('count'),
  }
}
