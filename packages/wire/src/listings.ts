/**
 * Listings and publishers, as they are written: what producers tell the public, and what the public
 * is told.
 */
import * as Type from 'typebox/type'
import { Line, Lines, orNull, Reach, WebAddress } from './line.ts'

const time = (description: string) => Type.String({ description, format: 'date-time' })
const textOrNull = (description: string) =>
  Type.Union([Type.String(), Type.Null()], { description })
const wholeOrNull = (description: string) =>
  Type.Union([Type.Integer(), Type.Null()], { description })

/** `PUT /sharing/v1/images/{image_id}/listing` */
export const PutListingBody = Type.Object(
  {
    title: Line('What the image is, in a few words', 120),
    description: Type.Optional(Lines('What it is for, and what is in it', 5000)),
    os: Line('The operating system, such as "Debian"', 60),
    os_version: Type.Optional(orNull(Line('Its version, such as "13"', 60))),
    architecture: Type.String({
      description: 'As OpenStack names it, such as "x86_64" or "aarch64"; "amd64" is "x86_64"',
      pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$',
      expected: 'the name of an architecture, such as "x86_64" or "aarch64"',
    }),
    license: Type.Optional(orNull(Line('Best as SPDX has it, such as "Apache-2.0"', 120))),
    support: Type.Optional(orNull(Reach('Where users get help'))),
    documentation: Type.Optional(orNull(WebAddress('Where there is more to read'))),
  },
  { additionalProperties: false },
)
export type PutListingBody = Type.Static<typeof PutListingBody>

const PublisherInBrief = Type.Object({
  slug: Type.String({ description: 'Its name in addresses' }),
  name: Type.String(),
  verified: Type.Boolean({ description: 'Whether an admin vouches for it' }),
})

export const ListingBody = Type.Object({
  image_id: Type.String(),
  title: Type.String(),
  description: Type.String({ description: 'May have several lines, or be empty' }),
  os: Type.String(),
  os_version: textOrNull('Of the operating system'),
  architecture: Type.String(),
  license: textOrNull('Of the image'),
  support: textOrNull('Where users get help'),
  documentation: textOrNull('Where there is more to read'),
  publisher: PublisherInBrief,
  published_at: time('When it was first published'),
  updated_at: time('When something else was said of it last'),
  url: textOrNull('Its page in the gallery; null where the service has none'),
  image: Type.Object(
    {
      available: Type.Boolean({ description: 'Whether its data can be had at present' }),
      open: Type.Boolean({ description: 'Whether every account may use it, without asking' }),
      size: wholeOrNull('Bytes of its data'),
      virtual_size: wholeOrNull('Bytes of the disk'),
      checksum: textOrNull('md5 of its data'),
      os_hash_algo: textOrNull('The algorithm of os_hash_value'),
      os_hash_value: textOrNull('Digest of its data'),
      disk_format: textOrNull('As the Images API has it'),
      container_format: textOrNull('As the Images API has it'),
      min_disk: Type.Integer({ description: 'GiB' }),
      min_ram: Type.Integer({ description: 'MiB' }),
      created_at: time('The image’s'),
    },
    { description: 'What the Images API knows of it, as far as it is public' },
  ),
})
export type ListingBody = Type.Static<typeof ListingBody>

const next = Type.Optional(Type.String({ description: 'Address of the next page' }))

const FacetCount = Type.Object({
  value: Type.String({ description: 'To narrow the search down by' }),
  label: Type.String({ description: 'For people' }),
  count: Type.Integer({ description: 'How many there would be' }),
})

/** `GET /sharing/v1/listings` */
export const ListingsBody = Type.Object({
  listings: Type.Array(ListingBody),
  total: Type.Integer({ description: 'On all pages' }),
  facets: Type.Object(
    {
      os: Type.Array(FacetCount),
      architecture: Type.Array(FacetCount),
      license: Type.Array(FacetCount),
      format: Type.Array(FacetCount),
      publisher: Type.Array(FacetCount),
      verified: Type.Array(FacetCount),
    },
    { description: 'Of each the hundred most frequent' },
  ),
  next,
})
export type ListingsBody = Type.Static<typeof ListingsBody>

/** `GET /sharing/v1/publishers/{project_id}/listings` */
export const OwnListingsBody = Type.Object({
  listings: Type.Array(
    Type.Object({
      image_id: Type.String(),
      title: Type.String(),
      published_at: time('When it was first published'),
      updated_at: time('When something else was said of it last'),
    }),
  ),
  next,
})
export type OwnListingsBody = Type.Static<typeof OwnListingsBody>

/** `PUT /sharing/v1/publishers/{project_id}` */
export const PutPublisherBody = Type.Object(
  {
    name: Line('Who publishes, as people know it', 100),
    description: Type.Optional(Lines('Who that is', 2000)),
    contact: Type.Optional(orNull(Reach('Where it is reached'))),
    slug: Type.Optional(
      Type.String({
        description: 'Its name in addresses; made of the name, if left out',
        maxLength: 60,
        pattern: '^[a-z0-9]+(-[a-z0-9]+)*$',
        expected: 'lower-case letters and digits, with single hyphens between, at most 60 in all',
      }),
    ),
  },
  { additionalProperties: false },
)

export const PublisherBody = Type.Object({
  project_id: Type.String(),
  slug: Type.String({ description: 'Its name in addresses' }),
  name: Type.String(),
  description: Type.String({ description: 'May have several lines, or be empty' }),
  contact: textOrNull('Where it is reached'),
  verified: Type.Boolean({ description: 'Whether an admin vouches for it' }),
  url: textOrNull(
    'Its page in the gallery, once it has published something; null without a gallery',
  ),
  created_at: time('When it was first named'),
  updated_at: time('When something else was said of it last'),
})
export type PublisherBody = Type.Static<typeof PublisherBody>

/** `GET /sharing/v1/publishers` */
export const PublishersBody = Type.Object({ publishers: Type.Array(PublisherBody), next })
export type PublishersBody = Type.Static<typeof PublishersBody>
