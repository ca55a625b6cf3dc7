/** Listings in brief, as search results and pages of publishers show them. */
import type { Exhibit } from '@vitrine/core'
import { type Content, type Html, html } from '../html/html.ts'
import { readableDay, readableSize } from '../html/readable.ts'
import { brief, verifiedMark } from './frame.ts'
import { imagePath } from './gallery-paths.ts'

export function cards(exhibits: readonly Exhibit[], { byWhom }: { byWhom: boolean }): Html {
  return html`<ul class="cards">${exhibits.map((exhibit) => card(exhibit, byWhom))}</ul>`
}

function card(exhibit: Exhibit, byWhom: boolean): Html {
  const { title, description, architecture, publisher, image, publishedAt } = exhibit
  return html`<li class="card">
<h3><a href="${imagePath(exhibit)}">${title}</a></h3>
${byWhom && html`<p class="by">${publisher.name}${publisher.verified && html` ${verifiedMark}`}</p>`}
${description !== '' && html`<p class="about">${brief(description, 220)}</p>`}
<ul class="chips">${chip(systemOf(exhibit))}${chip(architecture)}${image.diskFormat !== null && chip(image.diskFormat)}</ul>
<p class="when">${image.sizeBytes !== null && html`<span>${readableSize(image.sizeBytes)}</span>`}<time datetime="${publishedAt.toISOString()}">${readableDay(publishedAt)}</time></p>
</li>`
}

function chip(text: string): Content {
  return html`<li>${text}</li>`
}

export function systemOf({ operatingSystem, version }: Exhibit): string {
  return version === null ? operatingSystem : `${operatingSystem} ${version}`
}
