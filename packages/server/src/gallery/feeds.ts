/**
 * What is new in the gallery, for programs that follow it.
 *
 * Spec: RFC 4287 (Atom), JSON Feed 1.1.
 */
import type { Exhibit } from '@vitrine/core'
import { html } from '../html/html.ts'
import { systemOf } from './cards.ts'
import type { Site } from './frame.ts'
import { imagePath } from './gallery-paths.ts'

export type Feed = {
  readonly title: string
  /** The page that it follows, after the root. */
  readonly path: string
  readonly exhibits: readonly Exhibit[]
}

/** A feed that has nothing was last changed when time began: it has to say something. */
const never = new Date(0)

export function atomFeed({ root }: Site, { title, path, exhibits }: Feed): string {
  const times = exhibits.map(({ updatedAt }) => updatedAt.getTime())
  const updated = new Date(Math.max(never.getTime(), ...times))
  const entries = exhibits.map(
    (exhibit) => html`<entry>
<id>urn:uuid:${exhibit.imageId.toLowerCase()}</id>
<title>${xmlText(exhibit.title)}</title>
<link rel="alternate" type="text/html" href="${root}${imagePath(exhibit)}"/>
<published>${exhibit.publishedAt.toISOString()}</published>
<updated>${exhibit.updatedAt.toISOString()}</updated>
<author><name>${xmlText(exhibit.publisher.name)}</name></author>
<category term="${xmlText(exhibit.operatingSystem)}"/>
<category term="${exhibit.architecture}"/>
<summary>${xmlText(summaryOf(exhibit))}</summary>
</entry>`,
  )
  const feed = html`<feed xmlns="http://www.w3.org/2005/Atom">
<id>${root}${path}</id>
<title>${xmlText(title)}</title>
<updated>${updated.toISOString()}</updated>
<link rel="self" type="application/atom+xml" href="${root}${path}/feed.atom"/>
<link rel="alternate" type="text/html" href="${root}${path}"/>
${entries}
</feed>
`
  return `<?xml version="1.0" encoding="utf-8"?>\n${feed}`
}

export function jsonFeed({ root }: Site, { title, path, exhibits }: Feed): string {
  return JSON.stringify({
    version: 'https://jsonfeed.org/version/1.1',
    title,
    home_page_url: `${root}${path}`,
    feed_url: `${root}${path}/feed.json`,
    items: exhibits.map((exhibit) => ({
      id: `urn:uuid:${exhibit.imageId.toLowerCase()}`,
      url: `${root}${imagePath(exhibit)}`,
      title: exhibit.title,
      content_text: summaryOf(exhibit),
      date_published: exhibit.publishedAt.toISOString(),
      date_modified: exhibit.updatedAt.toISOString(),
      authors: [{ name: exhibit.publisher.name }],
      tags: [exhibit.operatingSystem, exhibit.architecture],
    })),
  })
}

function summaryOf(exhibit: Exhibit): string {
  const brief = `${systemOf(exhibit)} for ${exhibit.architecture}.`
  return exhibit.description === '' ? brief : `${brief}\n\n${exhibit.description}`
}

/** What XML has no way to write, which no text of ours should hold anyway, is left out. */
function xmlText(text: string): string {
  return text.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
}
