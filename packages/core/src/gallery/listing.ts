/**
 * A listing: what a producer tells the public of one image, in its own words.
 *
 * An image has one listing or none, so the image's id is the listing's too: it is what every command
 * needs, never changes, and the title may change as often as the producer likes.
 *
 *   status of the image   in lists, feeds   page
 *   active                yes               whole
 *   active, but hidden    no                whole: who has the link may use the old version
 *   deactivated           no                says that it is not available
 *   deleted               no                there is none
 *
 * The visibility of the image makes no difference. Another owner must publish it anew.
 */
import type { Image } from '../image.ts'

export type ListingText = {
  readonly title: string
  /** May have several lines. */
  readonly description: string
  readonly operatingSystem: string
  readonly version: string | null
  /** As `architectureOf` writes it. */
  readonly architecture: string
  readonly license: string | null
  /** An e-mail address, or one of the web. */
  readonly support: string | null
  /** An address of the web. */
  readonly documentation: string | null
}

export type Listing = ListingText & {
  readonly imageId: string
  /** The project that published it, which owns the image. */
  readonly publisherId: string
  readonly publishedAt: Date
  readonly updatedAt: Date
}

/** Who publishes, as the public is told of it once there is a listing. */
export type Publisher = {
  readonly projectId: string
  /** Its name in addresses: lower case, digits and single hyphens. No two have the same. */
  readonly slug: string
  readonly name: string
  readonly description: string
  /** An e-mail address, or one of the web. */
  readonly contact: string | null
  /** Whether an admin vouches for it. */
  readonly verified: boolean
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** Whether lists and feeds show the image's listing. */
export function isShown({ status, hidden }: Pick<Image, 'status' | 'hidden'>): boolean {
  return status === 'active' && !hidden
}

const otherNames: Readonly<Record<string, string>> = {
  amd64: 'x86_64',
  'x86-64': 'x86_64',
  x64: 'x86_64',
  arm64: 'aarch64',
}

/** One name for each architecture, that of OpenStack: else half of the images would be found by either. */
export function architectureOf(name: string): string {
  const lower = name.toLowerCase()
  return otherNames[lower] ?? lower
}

const longestSlug = 60

/** A text as part of an address; empty where nothing of it can be. */
export function slugOf(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, longestSlug)
    .replace(/^-+|-+$/g, '')
}
