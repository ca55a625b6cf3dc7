/** Listings and publishers as the sharing API writes them. */
import type { Exhibit, Publisher } from '@vitrine/core'
import type { ListingBody, PublisherBody } from '@vitrine/wire'
import { imagePath, publisherPath } from '../gallery/gallery-paths.ts'

/** @param root where the service is reached; undefined where it has no gallery. */
export function viewListing(exhibit: Exhibit, root: string | undefined): ListingBody {
  const { image, publisher } = exhibit
  return {
    image_id: exhibit.imageId,
    title: exhibit.title,
    description: exhibit.description,
    os: exhibit.operatingSystem,
    os_version: exhibit.version,
    architecture: exhibit.architecture,
    license: exhibit.license,
    support: exhibit.support,
    documentation: exhibit.documentation,
    publisher: { slug: publisher.slug, name: publisher.name, verified: publisher.verified },
    published_at: exhibit.publishedAt.toISOString(),
    updated_at: exhibit.updatedAt.toISOString(),
    url: root === undefined ? null : `${root}${imagePath(exhibit)}`,
    image: {
      available: image.available,
      open: image.open,
      size: image.sizeBytes,
      virtual_size: image.virtualSizeBytes,
      checksum: image.checksum,
      os_hash_algo: image.multihash?.algorithm ?? null,
      os_hash_value: image.multihash?.value ?? null,
      disk_format: image.diskFormat,
      container_format: image.containerFormat,
      min_disk: image.minDiskGib,
      min_ram: image.minRamMib,
      created_at: image.createdAt.toISOString(),
    },
  }
}

export function viewPublisher(publisher: Publisher, root: string | undefined): PublisherBody {
  const { projectId, slug, name, description, contact, verified } = publisher
  return {
    project_id: projectId,
    slug,
    name,
    description,
    contact,
    verified,
    url: root === undefined ? null : `${root}${publisherPath(slug)}`,
    created_at: publisher.createdAt.toISOString(),
    updated_at: publisher.updatedAt.toISOString(),
  }
}
