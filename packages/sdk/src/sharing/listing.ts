/** What a producer tells the public of one image. */
import type { ListingBody, PutListingBody } from '@vitrine/wire'
import { type ImageHash, parseHash } from '../image-fields.ts'
import { Fields } from '../parsing.ts'

/** Of what can be null, null or nothing says that there is none. */
export type ListingText = {
  readonly title: string
  /** May have several lines. */
  readonly description?: string | undefined
  /** The operating system, such as `Debian`. */
  readonly os: string
  readonly osVersion?: string | null | undefined
  /** As OpenStack names it, such as `x86_64`. */
  readonly architecture: string
  /** Best as SPDX has it. */
  readonly license?: string | null | undefined
  /** An e-mail address, or one of the web. */
  readonly support?: string | null | undefined
  /** An address of the web. */
  readonly documentation?: string | null | undefined
}

export type Listing = {
  readonly imageId: string
  readonly title: string
  readonly description: string
  readonly os: string
  readonly osVersion: string | null
  readonly architecture: string
  readonly license: string | null
  readonly support: string | null
  readonly documentation: string | null
  readonly publisher: {
    /** Its name in addresses. */
    readonly slug: string
    readonly name: string
    /** Whether an admin vouches for it. */
    readonly verified: boolean
  }
  readonly publishedAt: Date
  readonly updatedAt: Date
  /** Its page in the gallery; null where the service has none. */
  readonly url: string | null
  readonly image: ListedImage
}

/** What is public of the image itself. */
export type ListedImage = {
  /** Whether its data can be had at present. */
  readonly available: boolean
  /** Whether every account may use it, without asking. */
  readonly open: boolean
  readonly size: number | null
  readonly virtualSize: number | null
  readonly checksum: string | null
  readonly hash: ImageHash | null
  readonly diskFormat: string | null
  readonly containerFormat: string | null
  readonly minDisk: number
  readonly minRam: number
  readonly createdAt: Date
}

export function listingBody(text: ListingText) {
  const { title, description, os, osVersion, architecture, license, support, documentation } = text
  return {
    title,
    os,
    architecture,
    ...(description !== undefined && { description }),
    ...(osVersion !== undefined && { os_version: osVersion }),
    ...(license !== undefined && { license }),
    ...(support !== undefined && { support }),
    ...(documentation !== undefined && { documentation }),
  } satisfies PutListingBody
}

export function parseListing(body: unknown): Listing {
  const fields = new Fields<keyof ListingBody>('listing', body)
  const by = new Fields<keyof ListingBody['publisher']>('publisher', fields.get('publisher'))
  return {
    imageId: fields.text('image_id'),
    title: fields.text('title'),
    description: fields.text('description'),
    os: fields.text('os'),
    osVersion: fields.textOrNull('os_version'),
    architecture: fields.text('architecture'),
    license: fields.textOrNull('license'),
    support: fields.textOrNull('support'),
    documentation: fields.textOrNull('documentation'),
    publisher: {
      slug: by.text('slug'),
      name: by.text('name'),
      verified: by.boolean('verified'),
    },
    publishedAt: fields.date('published_at'),
    updatedAt: fields.date('updated_at'),
    url: fields.textOrNull('url'),
    image: parseListedImage(fields.get('image')),
  }
}

function parseListedImage(body: unknown): ListedImage {
  const image = new Fields<keyof ListingBody['image']>('listing.image', body)
  return {
    available: image.boolean('available'),
    open: image.boolean('open'),
    size: image.numberOrNull('size'),
    virtualSize: image.numberOrNull('virtual_size'),
    checksum: image.textOrNull('checksum'),
    hash: parseHash(image),
    diskFormat: image.textOrNull('disk_format'),
    containerFormat: image.textOrNull('container_format'),
    minDisk: image.number('min_disk'),
    minRam: image.number('min_ram'),
    createdAt: image.date('created_at'),
  }
}
