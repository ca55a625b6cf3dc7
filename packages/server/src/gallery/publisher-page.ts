/** The page of a publisher: who that is, and all that it shows. */
import type { FacetCounts, PlacedExhibit, PublicPublisher } from '@vitrine/core'
import { html } from '../html/html.ts'
import type { Page } from '../html/page.ts'
import { howMany } from '../html/readable.ts'
import { cards } from './cards.ts'
import { brief, galleryPage, outsideLink, type Site, verifiedMark } from './frame.ts'
import { galleryRoot, publisherPath } from './gallery-paths.ts'
import { addressOf } from './search-page.ts'
import { listingMarker } from './search-query.ts'

export type PublisherPage = {
  readonly publisher: PublicPublisher
  readonly found: readonly PlacedExhibit[]
  readonly counts: FacetCounts
  readonly limit: number
  readonly continued: boolean
}

export function publisherPage(site: Site, page: PublisherPage): Page {
  const { publisher, found, counts, limit, continued } = page
  const { name, slug, description, contact, verified } = publisher
  const path = publisherPath(slug)
  const last = found.length < limit ? undefined : found.at(-1)
  return galleryPage(site, {
    title: name,
    description: brief(description) || `Images published by ${name}.`,
    path,
    indexed: !continued,
    feeds: path,
    facts: {
      '@type': 'Organization',
      name,
      url: `${site.root}${path}`,
      ...(description !== '' && { description }),
    },
    main: html`<nav class="trail" aria-label="Where you are"><ol><li><a href="${galleryRoot}">Images</a></li></ol></nav>
<div class="hero">
<h1>${name}</h1>
<p class="badges">${verified && verifiedMark}${contact !== null && html`<span>Contact: ${outsideLink(contact)}</span>`}</p>
${description !== '' && html`<p class="lead lines">${description}</p>`}
</div>
<section aria-labelledby="found">
<div class="found"><h2 id="found">${howMany(counts.total, 'image')}</h2>
<p><a href="${addressOf('', { publisher: slug })}" rel="nofollow">Search among them</a> · <a href="${path}/feed.atom">Feed</a></p></div>
${
  found.length === 0
    ? html`<p class="empty">That was all. <a href="${path}">Back to the first page</a></p>`
    : cards(
        found.map(({ exhibit }) => exhibit),
        { byWhom: false },
      )
}
${last !== undefined && html`<nav class="pages" aria-label="Pages"><a class="button" rel="next" href="${path}?marker=${encodeURIComponent(listingMarker(last.place))}">More images</a></nav>`}
</section>`,
  })
}
