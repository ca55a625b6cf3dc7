/** How listings and publishers stand in their rows, and come back out of them. */
import { facetKey, type Listing, type Publisher } from '@vitrine/core'
import type { Insertable, Selectable } from 'kysely'
import type { ListingRow, PublisherRow } from './tables.ts'

export type ListingColumns = Omit<
  Selectable<ListingRow>,
  'number' | 'shown' | 'format' | 'operating_system_key' | 'license_key'
>

export function toListing(row: ListingColumns): Listing {
  return {
    imageId: row.image_id,
    publisherId: row.publisher_id,
    title: row.title,
    description: row.description,
    operatingSystem: row.operating_system,
    version: row.version,
    architecture: row.architecture,
    license: row.license,
    support: row.support,
    documentation: row.documentation,
    publishedAt: new Date(row.published_at),
    updatedAt: new Date(row.updated_at),
  }
}

/** All but what is kept of the image. */
export function toListingRow(
  listing: Listing,
): Omit<Insertable<ListingRow>, 'number' | 'shown' | 'format'> {
  return {
    image_id: listing.imageId,
    publisher_id: listing.publisherId,
    title: listing.title,
    description: listing.description,
    operating_system: listing.operatingSystem,
    version: listing.version,
    architecture: listing.architecture,
    license: listing.license,
    support: listing.support,
    documentation: listing.documentation,
    published_at: listing.publishedAt.getTime(),
    updated_at: listing.updatedAt.getTime(),
    operating_system_key: facetKey(listing.operatingSystem),
    license_key: listing.license === null ? null : facetKey(listing.license),
  }
}

export function toPublisher(row: Selectable<PublisherRow>): Publisher {
  return {
    projectId: row.project_id,
    slug: row.slug,
    name: row.name,
    description: row.description,
    contact: row.contact,
    verified: row.verified === 1,
    createdAt: new Date(row.created_at),
    updatedAt: new Date(row.updated_at),
  }
}

export function toPublisherRow(publisher: Publisher): Insertable<PublisherRow> {
  return {
    project_id: publisher.projectId,
    slug: publisher.slug,
    name: publisher.name,
    description: publisher.description,
    contact: publisher.contact,
    verified: publisher.verified ? 1 : 0,
    created_at: publisher.createdAt.getTime(),
    updated_at: publisher.updatedAt.getTime(),
  }
}
