/**
 * Where search engines find every page: one file, or a list of files when there are many.
 *
 * A file begins after a listing and has those that were published next, so it costs the same
 * wherever it begins.
 *
 * Spec: https://www.sitemaps.org/protocol.html
 */
import type { Listing, PublicPublisher } from '@vitrine/core'
import { html } from '../html/html.ts'
import type { Site } from './frame.ts'
import { galleryRoot, imagePath, publisherPath } from './gallery-paths.ts'

const header = '<?xml version="1.0" encoding="utf-8"?>\n'

export function sitemapIndex({ root }: Site, starts: readonly number[]): string {
  const maps = starts.map(
    (start) => html`<sitemap><loc>${root}${galleryRoot}/sitemaps/${start}.xml</loc></sitemap>\n`,
  )
  return `${header}${html`<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n${maps}</sitemapindex>\n`}`
}

export function sitemap(
  { root }: Site,
  publishers: readonly Pick<PublicPublisher, 'slug'>[],
  listings: readonly Listing[],
): string {
  const pages = publishers.map(
    ({ slug }) => html`<url><loc>${root}${publisherPath(slug)}</loc></url>\n`,
  )
  const images = listings.map(
    (listing) =>
      html`<url><loc>${root}${imagePath(listing)}</loc><lastmod>${listing.updatedAt.toISOString()}</lastmod></url>\n`,
  )
  return `${header}${html`<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n<url><loc>${root}${galleryRoot}</loc></url>\n${pages}${images}</urlset>\n`}`
}

/** For `/robots.txt`: the gallery is for everyone, its searches and all else are not for robots. */
export function robots({ root }: Site): string {
  return `User-agent: *
Allow: ${galleryRoot}
Disallow: ${galleryRoot}?
Disallow: /

Sitemap: ${root}${galleryRoot}/sitemap.xml
`
}
