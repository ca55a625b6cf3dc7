/** What all pages of the gallery have around them, and what they tell programs that read them. */
import { type Content, type Html, html, jsonScript } from '../html/html.ts'
import type { Page } from '../html/page.ts'
import { galleryRoot } from './gallery-paths.ts'
import { galleryStyle } from './gallery-style.ts'

/** The gallery as its operator has set it up, and where this request has reached it. */
export type Site = {
  readonly title: string
  readonly contact: string | undefined
  /** Without a slash at the end. */
  readonly root: string
}

export type GalleryPage = {
  /** Undefined for the first page. */
  readonly title: string | undefined
  /** A sentence or two for results of search engines and previews of links. */
  readonly description: string
  /** Where the page is, after the root. */
  readonly path: string
  readonly main: Content
  /** Where what is new on it can be followed. */
  readonly feeds?: string | undefined
  /** About what the page is, as schema.org says it. */
  readonly facts?: object | undefined
  readonly indexed: boolean
}

export function galleryPage(site: Site, page: GalleryPage): Page {
  const { title, description, path, main, feeds, facts, indexed } = page
  const whole = title === undefined ? site.title : `${title} · ${site.title}`
  const url = `${site.root}${path}`
  return {
    title: whole,
    main,
    width: 'wide',
    style: galleryStyle,
    indexed,
    head: html`<meta name="description" content="${brief(description)}">
<link rel="canonical" href="${url}">
<meta property="og:type" content="website">
<meta property="og:site_name" content="${site.title}">
<meta property="og:title" content="${title ?? site.title}">
<meta property="og:description" content="${brief(description)}">
<meta property="og:url" content="${url}">
<meta name="twitter:card" content="summary">
${feeds !== undefined && feedLinks(feeds)}
${facts !== undefined && jsonScript({ '@context': 'https://schema.org', ...facts })}`,
    header: html`<a class="brand" href="${galleryRoot}">${site.title}</a>
<nav aria-label="Service"><a href="${galleryRoot}">Images</a><a href="/docs">API</a></nav>`,
    footer: html`<p>Published here is what producers say of their images; using one takes an account.</p>
<nav aria-label="More"><a href="${feeds ?? galleryRoot}/feed.atom">Feed</a>${contactLink(site.contact)}</nav>`,
  }
}

function feedLinks(path: string): Html {
  return html`<link rel="alternate" type="application/atom+xml" title="New images" href="${path}/feed.atom">
<link rel="alternate" type="application/feed+json" title="New images" href="${path}/feed.json">`
}

function contactLink(contact: string | undefined): Content {
  return contact !== undefined && html`<a href="${reachOf(contact)}">Contact</a>`
}

/** Where an e-mail address or one of the web leads. */
function reachOf(contact: string): string {
  return isWebAddress(contact)
    ? contact
    : `mailto:${encodeURIComponent(contact).replace('%40', '@')}`
}

/** What is led to from here was written by others, and is vouched for by nobody. */
export function outsideLink(address: string): Html {
  const shown = address.replace(/^https?:\/\//i, '').replace(/\/$/, '')
  const rel = isWebAddress(address) && html` rel="nofollow noopener ugc"`
  // It may break where its parts end, rather than anywhere.
  const parts = shown.split(/(?<=[/.@?&=-])/).map((part) => html`${part}<wbr>`)
  return html`<a href="${reachOf(address)}"${rel}>${parts}</a>`
}

function isWebAddress(address: string): boolean {
  return /^https?:\/\//i.test(address)
}

/** @returns at most so much as previews show. */
export function brief(text: string, most = 200): string {
  const line = text.replace(/\s+/g, ' ').trim()
  const characters = [...line]
  return characters.length <= most
    ? line
    : `${characters
        .slice(0, most - 1)
        .join('')
        .trimEnd()}…`
}

export const verifiedMark = html`<span class="verified" title="The operator vouches for this publisher"><svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><path d="M8 .8 10 2.4l2.5-.2.7 2.4 2.1 1.4-.9 2.3.9 2.4-2.1 1.4-.7 2.4-2.5-.2L8 15.9l-2-1.6-2.5.2-.7-2.4-2.1-1.4.9-2.4-.9-2.3 2.1-1.4.7-2.4 2.5.2z" fill="currentColor"/><path d="m5 8.1 2.1 2.1 4-4.3" fill="none" stroke="var(--paper)" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round"/></svg> Verified</span>`
