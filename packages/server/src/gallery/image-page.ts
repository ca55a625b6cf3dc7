/** The page of one image: what it is, what its data is, how to use it and how to get it. */
import type { Exhibit, PublicPublisher } from '@vitrine/core'
import { type Content, type Html, html } from '../html/html.ts'
import type { Page } from '../html/page.ts'
import { exactSize, readableDay, readableSize } from '../html/readable.ts'
import { systemOf } from './cards.ts'
import { recipesFor } from './commands.ts'
import { brief, galleryPage, outsideLink, type Site, verifiedMark } from './frame.ts'
import { galleryRoot, imagePath, publisherPath } from './gallery-paths.ts'

/** @param access how the image is got: a form to ask for it, or what became of that. */
export function imagePage(site: Site, exhibit: Exhibit, access: Content): Page {
  const { title, description, publisher, image } = exhibit
  return galleryPage(site, {
    title,
    description:
      brief(description) ||
      `${systemOf(exhibit)} for ${exhibit.architecture}, by ${publisher.name}.`,
    path: imagePath(exhibit),
    indexed: image.available,
    feeds: publisherPath(publisher.slug),
    facts: factsOf(site, exhibit),
    main: html`<nav class="trail" aria-label="Where you are"><ol><li><a href="${galleryRoot}">Images</a></li><li><a href="${publisherPath(publisher.slug)}">${publisher.name}</a></li></ol></nav>
<div class="hero">
<h1>${title}</h1>
<p class="lead">${systemOf(exhibit)} for ${exhibit.architecture}, by <a href="${publisherPath(publisher.slug)}">${publisher.name}</a>${publisher.verified && html` ${verifiedMark}`}</p>
${!image.available && html`<p class="notice"><strong>Not available at present.</strong> The image is deactivated: nobody can boot or download it now.</p>`}
${image.available && html`<p class="call">${image.open ? html`<strong>Free to use</strong> for every account of this cloud` : html`<a class="button" href="#access">Get access</a>`}</p>`}
</div>
<div class="exhibit">
<div>
${description !== '' && html`<section aria-labelledby="about"><h2 id="about">About this image</h2><p class="lines">${description}</p></section>`}
${image.available && howToUse(exhibit, site.root)}
${image.available && html`<div id="access">${access}</div>`}
</div>
<div class="aside">
<section class="panel" aria-labelledby="facts"><h2 id="facts">Facts</h2>${facts(exhibit)}</section>
</div>
</div>`,
  })
}

/** For images that everybody with an account may use. */
export const openAccess: Html = html`<section class="panel" aria-labelledby="free"><h2 id="free">Free to use</h2>
<p>Every account of this cloud can boot and download this image: there is no need to ask.</p></section>`

/** Where no form is taken. */
export function askPublisher({ name, contact }: PublicPublisher): Html {
  return html`<section class="panel" aria-labelledby="ask"><h2 id="ask">Access</h2>
<p>It takes the publisher’s leave to use this image: ask ${name}${contact !== null && html` (${outsideLink(contact)})`}, with the id of your project.</p></section>`
}

function howToUse(exhibit: Exhibit, root: string): Html {
  const recipes = recipesFor(exhibit, root)
  return html`<section aria-labelledby="use"><h2 id="use">How to use it</h2>
<p class="soft">Image id <code class="id">${exhibit.imageId}</code></p>
${recipes.map(
  (
    { id, tool, commands },
    index,
  ) => html`<details class="recipe" name="recipe"${index === 0 && html` open`}>
<summary>${tool}</summary>
<pre id="use-${id}"><code>${commands}</code></pre>
</details>`,
)}
</section>`
}

function facts(exhibit: Exhibit): Html {
  const { image, license, support, documentation } = exhibit
  const row = (name: string, value: Content) =>
    value !== undefined && value !== null && html`<div><dt>${name}</dt><dd>${value}</dd></div>`
  return html`<dl class="figures">
${row('Operating system', systemOf(exhibit))}
${row('Architecture', exhibit.architecture)}
${row('Format', image.diskFormat)}
${image.containerFormat !== 'bare' && row('Container', image.containerFormat)}
${row('Size', image.sizeBytes !== null && exactSize(image.sizeBytes))}
${row('Disk', image.virtualSizeBytes !== null && exactSize(image.virtualSizeBytes))}
${image.minDiskGib > 0 && row('Needs a disk of', `${image.minDiskGib} GiB`)}
${image.minRamMib > 0 && row('Needs memory of', `${image.minRamMib} MiB`)}
${row('Licence', license)}
${row('Made', dayOf(image.createdAt))}
${row('Published', dayOf(exhibit.publishedAt))}
${exhibit.updatedAt > exhibit.publishedAt && row('Changed', dayOf(exhibit.updatedAt))}
${row('Support', support && outsideLink(support))}
${row('Documentation', documentation && outsideLink(documentation))}
${row(image.multihash?.algorithm ?? '', image.multihash && html`<code class="digest">${image.multihash.value}</code>`)}
${row('md5', image.checksum && html`<code class="digest">${image.checksum}</code>`)}
</dl>`
}

function dayOf(date: Date): Html {
  return html`<time datetime="${date.toISOString()}">${readableDay(date)}</time>`
}

function factsOf({ root }: Site, exhibit: Exhibit): object {
  const { publisher, image, support } = exhibit
  const { description, license, documentation, version } = exhibit
  return {
    '@type': 'SoftwareApplication',
    name: exhibit.title,
    url: `${root}${imagePath(exhibit)}`,
    applicationCategory: 'Virtual machine image',
    operatingSystem: systemOf(exhibit),
    processorRequirements: exhibit.architecture,
    identifier: exhibit.imageId,
    datePublished: exhibit.publishedAt.toISOString(),
    dateModified: exhibit.updatedAt.toISOString(),
    ...(description !== '' && { description }),
    ...(version !== null && { softwareVersion: version }),
    ...(license !== null && { license }),
    ...(documentation !== null && {
      softwareHelp: { '@type': 'CreativeWork', url: documentation },
    }),
    ...(support !== null && { maintainer: { '@type': 'Organization', name: publisher.name } }),
    ...(image.sizeBytes !== null && { fileSize: readableSize(image.sizeBytes) }),
    ...(image.diskFormat !== null && { fileFormat: image.diskFormat }),
    publisher: {
      '@type': 'Organization',
      name: publisher.name,
      url: `${root}${publisherPath(publisher.slug)}`,
    },
  }
}
