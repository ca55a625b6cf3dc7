/**
 * The gallery: what is published, for everybody. To be registered under `/gallery`.
 *
 * No page needs a login, a cookie or JavaScript. A page is asked for anew each time, so what is
 * unlisted is gone at once; one that is still the same costs its reader nothing but the question.
 */
import { type Exhibit, type Gallery, InvalidError, NotFoundError } from '@vitrine/core'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { html } from '../html/html.ts'
import { type Page, sendFresh, sendOpenPage, sendPage } from '../html/page.ts'
import { queryParameters } from '../images-api/call.ts'
import { statusFor, tellOperator } from '../images-api/error-response.ts'
import { requireReadablePath } from '../readable-url.ts'
import { atomFeed, type Feed, jsonFeed } from './feeds.ts'
import { galleryPage, type Site } from './frame.ts'
import { galleryRoot, imagePath, publisherPath } from './gallery-paths.ts'
import { askPublisher, imagePage, openAccess } from './image-page.ts'
import { publisherPage } from './publisher-page.ts'
import { type RequestForm, requestForm } from './request-form.ts'
import { searchPage } from './search-page.ts'
import { readChoice, readListingPlace } from './search-query.ts'
import { robots, sitemap, sitemapIndex } from './sitemap.ts'

export type GalleryOptions = {
  readonly gallery: Gallery
  readonly title: string
  readonly contact: string | undefined
  readonly publicUrl: (request: FastifyRequest) => string
  /** Takes what the form *Request access* sends; undefined where nobody does, and there is no form. */
  readonly takeRequest?: (request: FastifyRequest, asked: AskedFor) => Promise<unknown>
}

export type AskedFor = {
  readonly exhibit: Exhibit
  /** Shows the form once more, with what is wrong with it. */
  readonly again: (form: RequestForm) => unknown
  /** Says what became of it. */
  readonly done: (title: string, text: string) => unknown
}

const perPage = 24
const perFeed = 30
const perSitemap = 1000
const longestQuery = 200

export function galleryPages(options: GalleryOptions) {
  const { gallery } = options
  const siteOf = (request: FastifyRequest): Site => ({
    title: options.title,
    contact: options.contact,
    root: requireRoot(options.publicUrl(request)),
  })

  return async (app: FastifyInstance): Promise<void> => {
    app.setErrorHandler((error, request, reply) => sendErrorPage(options, request, reply, error))
    app.setNotFoundHandler((request) => {
      requireReadablePath(request)
      throw noPage()
    })

    const get = (
      path: string,
      answer: (request: FastifyRequest, reply: FastifyReply) => unknown,
    ) => {
      app.get(path, { exposeHeadRoute: true }, async (request, reply) => {
        requireReadablePath(request)
        return answer(request, reply)
      })
    }

    get('', async (request, reply) => {
      const parameters = new Map(queryParameters(request.url))
      const query = (parameters.get('q') ?? '').slice(0, longestQuery)
      const search = { query, choice: readChoice(parameters) }
      const after = readListingPlace(parameters)
      const [found, counts] = await Promise.all([
        gallery.search({ ...search, after, limit: perPage }),
        gallery.count(search),
      ])
      const page = { ...search, found, counts, limit: perPage, continued: after !== undefined }
      return sendOpenPage(request, reply, searchPage(siteOf(request), page))
    })

    const showImage = async (request: FastifyRequest, reply: FastifyReply) => {
      const exhibit = await requireExhibit(gallery, request)
      const [path] = request.originalUrl.split('?')
      if (path !== imagePath(exhibit)) return reply.redirect(imagePath(exhibit), 301)
      return sendOpenPage(request, reply, imagePage(siteOf(request), exhibit, accessTo(exhibit)))
    }
    get('/images/:imageId', showImage)
    get('/images/:imageId/:title', showImage)

    const { takeRequest } = options
    const accessTo = (exhibit: Exhibit, form?: RequestForm) => {
      if (exhibit.image.open) return openAccess
      return takeRequest === undefined
        ? askPublisher(exhibit.publisher)
        : requestForm(exhibit.imageId, form)
    }
    if (takeRequest !== undefined) {
      app.post('/images/:imageId/requests', async (request, reply) => {
        requireReadablePath(request)
        const exhibit = await requireExhibit(gallery, request)
        const site = siteOf(request)
        return takeRequest(request, {
          exhibit,
          again: (form) => sendPage(reply, 400, imagePage(site, exhibit, accessTo(exhibit, form))),
          done: (title, text) => sendPage(reply, 200, messagePage(site, title, text, exhibit)),
        })
      })
    }

    get('/publishers/:slug', async (request, reply) => {
      const publisher = await requirePublisher(gallery, request)
      const after = readListingPlace(new Map(queryParameters(request.url)))
      const search = { query: '', choice: { publisher: publisher.slug } }
      const [found, counts] = await Promise.all([
        gallery.search({ ...search, after, limit: perPage }),
        gallery.count(search),
      ])
      const page = { publisher, found, counts, limit: perPage, continued: after !== undefined }
      return sendOpenPage(request, reply, publisherPage(siteOf(request), page))
    })

    const feedOfAll = async (request: FastifyRequest): Promise<Feed> => {
      const choice = readChoice(new Map(queryParameters(request.url)))
      const found = await gallery.search({ query: '', choice, limit: perFeed })
      return {
        title: options.title,
        path: galleryRoot,
        exhibits: found.map(({ exhibit }) => exhibit),
      }
    }
    const feedOfPublisher = async (request: FastifyRequest): Promise<Feed> => {
      const { slug, name } = await requirePublisher(gallery, request)
      const choice = { publisher: slug }
      const found = await gallery.search({ query: '', choice, limit: perFeed })
      return {
        title: `${name} · ${options.title}`,
        path: publisherPath(slug),
        exhibits: found.map(({ exhibit }) => exhibit),
      }
    }
    for (const [path, feedOf] of [
      ['', feedOfAll],
      ['/publishers/:slug', feedOfPublisher],
    ] as const) {
      get(`${path}/feed.atom`, async (request, reply) => {
        const text = atomFeed(siteOf(request), await feedOf(request))
        return sendFresh(request, plain(reply, 'application/atom+xml; charset=utf-8'), text)
      })
      get(`${path}/feed.json`, async (request, reply) => {
        const text = jsonFeed(siteOf(request), await feedOf(request))
        return sendFresh(request, plain(reply, 'application/feed+json; charset=utf-8'), text)
      })
    }

    const sitemapFrom = async (request: FastifyRequest, after: number) => {
      const { facets } =
        after === 0 ? await gallery.count({ query: '', choice: {} }) : { facets: undefined }
      const publishers = facets?.publisher.map(({ value }) => ({ slug: value })) ?? []
      const listings = await gallery.walk({ after, limit: perSitemap })
      return sitemap(siteOf(request), publishers, listings)
    }
    get('/sitemap.xml', async (request, reply) => {
      const marks = await gallery.milestones(perSitemap)
      const text =
        marks.length === 0
          ? await sitemapFrom(request, 0)
          : sitemapIndex(siteOf(request), [0, ...marks])
      return sendFresh(request, plain(reply, 'application/xml; charset=utf-8'), text)
    })
    get('/sitemaps/:start(^\\d{1,15}).xml', async (request, reply) => {
      const text = await sitemapFrom(request, Number(partOf(request, 'start')))
      return sendFresh(request, plain(reply, 'application/xml; charset=utf-8'), text)
    })
  }
}

/** `/robots.txt`, which stands at the root of a host. */
export function robotsFile({ publicUrl, title, contact }: GalleryOptions) {
  return async (app: FastifyInstance): Promise<void> => {
    app.get('/robots.txt', { exposeHeadRoute: true }, (request, reply) => {
      const site = { title, contact, root: requireRoot(publicUrl(request)) }
      return plain(reply, 'text/plain; charset=utf-8').send(robots(site))
    })
  }
}

function plain(reply: FastifyReply, contentType: string): FastifyReply {
  return reply.header('content-type', contentType).header('x-content-type-options', 'nosniff')
}

function partOf({ params }: FastifyRequest, name: string): string {
  const part: unknown = Object(params)[name]
  if (typeof part !== 'string' || part.includes('\0')) throw noPage()
  return part
}

/** @throws {NotFoundError} alike for what is not published and for what there is not. */
async function requireExhibit(gallery: Gallery, request: FastifyRequest): Promise<Exhibit> {
  const exhibit = await gallery.exhibit(partOf(request, 'imageId'))
  if (exhibit === undefined) throw noPage()
  return exhibit
}

async function requirePublisher(gallery: Gallery, request: FastifyRequest) {
  const publisher = await gallery.publisher(partOf(request, 'slug'))
  if (publisher === undefined) throw noPage()
  return publisher
}

function noPage(): NotFoundError {
  return new NotFoundError('Nothing is published here, or not any more.')
}

/** It stands in commands to copy. @throws {InvalidError} for a `Host` that is none. */
function requireRoot(root: string): string {
  if (/^https?:\/\/[\w.:[\]-]+(\/[\w./~%-]*)?$/.test(root)) return root
  throw new InvalidError('The request names a host that can be none.')
}

function messagePage(site: Site, title: string, text: string, exhibit?: Exhibit): Page {
  const back = exhibit === undefined ? galleryRoot : imagePath(exhibit)
  return {
    ...galleryPage(site, {
      title,
      description: text,
      path: back,
      indexed: false,
      main: html`<h1>${title}</h1>
<p class="lead">${text}</p>
<p><a href="${back}">${exhibit === undefined ? 'All images' : `Back to ${exhibit.title}`}</a></p>`,
    }),
    width: 'narrow',
  }
}

function sendErrorPage(
  { title, contact }: GalleryOptions,
  request: FastifyRequest,
  reply: FastifyReply,
  error: unknown,
) {
  request.raw.resume()
  const status = statusFor(error)
  if (status >= 500) tellOperator(request, error)
  const isTold = status < 500 && error instanceof Error
  const heading =
    status === 404 ? 'There is no such page' : isTold ? 'That cannot be' : 'This failed'
  const text = isTold ? error.message : 'It is no fault of yours; the operator can see why.'
  return sendPage(reply, status, messagePage({ title, contact, root: '' }, heading, text))
}
