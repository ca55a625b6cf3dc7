/** The first page of the gallery: what there is, and how to find the right one among it. */
import {
  type CountedValue,
  type Facet,
  type FacetChoice,
  type FacetCounts,
  facets,
  type PlacedExhibit,
} from '@vitrine/core'
import { type Content, type Html, html } from '../html/html.ts'
import type { Page } from '../html/page.ts'
import { howMany, readableNumber } from '../html/readable.ts'
import { cards } from './cards.ts'
import { galleryPage, type Site, verifiedMark } from './frame.ts'
import { galleryRoot } from './gallery-paths.ts'
import { listingMarker, parameterOf } from './search-query.ts'

export type SearchPage = {
  readonly query: string
  readonly choice: FacetChoice
  /** Whether this is a later page. */
  readonly continued: boolean
  readonly found: readonly PlacedExhibit[]
  readonly counts: FacetCounts
  readonly limit: number
}

const names: Readonly<Record<Facet, string>> = {
  operatingSystem: 'Operating system',
  architecture: 'Architecture',
  license: 'Licence',
  format: 'Format',
  publisher: 'Publisher',
  verified: 'Verification',
}

export function searchPage(site: Site, page: SearchPage): Page {
  const { query, choice, continued, counts } = page
  const isPlain = query.trim() === '' && Object.keys(choice).length === 0 && !continued
  const publishers = counts.facets.publisher.length
  return galleryPage(site, {
    title: isPlain ? undefined : titleOf(query),
    description: `${howMany(counts.total, 'disk image')} to boot in this cloud, by ${howMany(publishers, 'publisher')}, with their digests and how to use them.`,
    path: isPlain ? galleryRoot : addressOf(query, choice),
    indexed: isPlain,
    feeds: galleryRoot,
    facts: isPlain ? siteFacts(site) : undefined,
    main: html`<div class="hero">
<h1>${isPlain ? 'Images, ready to boot' : titleOf(query)}</h1>
${isPlain && html`<p class="lead">Disk images that their producers publish in this cloud: look for one, see what is in it, and take it or ask for it.</p>`}
${searchForm(query, choice)}
</div>
${counts.total === 0 && Object.keys(choice).length === 0 ? nothing(query) : results(page)}`,
  })
}

function titleOf(query: string): string {
  return query.trim() === '' ? 'Images' : `Images for “${query.trim()}”`
}

function siteFacts({ title, root }: Site): object {
  const target = { '@type': 'EntryPoint', urlTemplate: `${root}${galleryRoot}?q={words}` }
  return {
    '@type': 'WebSite',
    name: title,
    url: `${root}${galleryRoot}`,
    potentialAction: { '@type': 'SearchAction', target, 'query-input': 'required name=words' },
  }
}

function searchForm(query: string, choice: FacetChoice): Html {
  const kept = facets.map(
    (facet) =>
      choice[facet] !== undefined &&
      html`<input type="hidden" name="${parameterOf[facet]}" value="${choice[facet]}">`,
  )
  return html`<form class="search" role="search" action="${galleryRoot}">
<label class="hidden" for="q">Search images</label>
<input id="q" name="q" type="search" value="${query}" placeholder="Debian, aarch64, Kubernetes …" maxlength="200" autocomplete="off">
${kept}<button type="submit">Search</button>
</form>`
}

function results(page: SearchPage): Html {
  const { query, choice, found, counts, limit, continued } = page
  const last = found.length < limit ? undefined : found.at(-1)
  return html`<div class="finds">
<div class="narrowing">${narrowing(query, choice, counts)}</div>
<section aria-labelledby="found">
<div class="found"><h2 id="found">${howMany(counts.total, 'image')}</h2>${chosenLinks(query, choice, counts)}</div>
${
  found.length === 0
    ? nothingHere(query, choice, continued)
    : cards(
        found.map(({ exhibit }) => exhibit),
        { byWhom: true },
      )
}
${
  (last !== undefined || continued) &&
  html`<nav class="pages" aria-label="Pages">
${continued && html`<a href="${addressOf(query, choice)}">First page</a>`}
${last !== undefined && html`<a class="button" rel="next" href="${addressOf(query, choice, listingMarker(last.place))}">More images</a>`}
</nav>`
}
</section>
</div>`
}

/** The same search with another choice. */
export function addressOf(query: string, choice: FacetChoice, marker?: string): string {
  const parameters = new URLSearchParams()
  if (query.trim() !== '') parameters.set('q', query.trim())
  for (const facet of facets) {
    const value = choice[facet]
    if (value !== undefined) parameters.set(parameterOf[facet], value)
  }
  if (marker !== undefined) parameters.set('marker', marker)
  return parameters.size === 0 ? galleryRoot : `${galleryRoot}?${parameters}`
}

const shownAtOnce = 8
const mostShown = 60

function narrowing(query: string, choice: FacetChoice, counts: FacetCounts): Html {
  return html`<details class="facets"><summary>Filter</summary>
<nav aria-label="Filter">
${facets.map((facet) => {
  const values = counts.facets[facet]
  if (values.length === 0) return undefined
  const links = values.slice(0, mostShown).map((value) => facetLink(query, choice, facet, value))
  return html`<section><h3>${names[facet]}</h3>
<ul>${links.slice(0, shownAtOnce)}</ul>
${links.length > shownAtOnce && html`<details><summary>${readableNumber(links.length - shownAtOnce)} more</summary><ul>${links.slice(shownAtOnce)}</ul></details>`}
</section>`
})}
</nav></details>`
}

function facetLink(query: string, choice: FacetChoice, facet: Facet, value: CountedValue): Html {
  const { [facet]: _, ...others } = choice
  const href = addressOf(query, value.chosen ? others : { ...choice, [facet]: value.value })
  const label: Content = facet === 'verified' ? verifiedMark : value.label
  return html`<li><a href="${href}" rel="nofollow"${value.chosen && html` aria-current="true"`}><span>${label}</span> <span class="count">${readableNumber(value.count)}</span></a></li>`
}

/** What is chosen, each to be let go of. */
function chosenLinks(query: string, choice: FacetChoice, counts: FacetCounts): Content {
  const chosen = facets.flatMap((facet) => {
    const value = choice[facet]
    if (value === undefined) return []
    const { [facet]: _, ...others } = choice
    const counted = counts.facets[facet].find((one) => one.chosen)
    const label = facet === 'verified' ? 'Verified' : (counted?.label ?? value)
    return [
      html`<li><a href="${addressOf(query, others)}" rel="nofollow"><span class="hidden">Without ${names[facet]}: </span>${label} <span aria-hidden="true">×</span></a></li>`,
    ]
  })
  return chosen.length > 0 && html`<ul class="chosen">${chosen}</ul>`
}

function nothing(query: string): Html {
  if (query.trim() === '') {
    return html`<div class="empty"><h2>Nothing is published yet</h2>
<p>Whoever owns an image can publish it: name the publisher once, then say what the image is.</p>
<pre><code>curl -X PUT -H "X-Auth-Token: $OS_TOKEN" -d '{"name": "My team"}' …/sharing/v1/publishers/$OS_PROJECT_ID
curl -X PUT -H "X-Auth-Token: $OS_TOKEN" -d '{"title": "Debian 13", "os": "Debian", "architecture": "x86_64"}' …/sharing/v1/images/$IMAGE_ID/listing</code></pre>
<p><a href="/docs">All that can be said of an image</a></p></div>`
  }
  return html`<div class="empty"><h2>No image has all of these words</h2>
<p>Words are found by how they begin: try fewer or shorter ones, or <a href="${galleryRoot}">look at all images</a>.</p></div>`
}

function nothingHere(query: string, choice: FacetChoice, continued: boolean): Html {
  if (continued) {
    return html`<div class="empty"><h3>That was all</h3><p><a href="${addressOf(query, choice)}">Back to the first page</a></p></div>`
  }
  return html`<div class="empty"><h3>No image is all of this</h3>
<p>Let go of one of the filters, or <a href="${addressOf(query, {})}">of all of them</a>.</p></div>`
}
