/**
 * The gallery: what is published, for everybody. To be registered under `/gallery`.
 *
 * No page needs a login, a cookie or JavaScript. A page is asked for anew each time, so what is
 * unlisted is gone at once; one that is still the same costs its reader nothing but the question.
 */
import type { Exhibit } from '@vitrine/core'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { html } from '../html/html.ts'
import { type Page, sendOpenPage, sendPage } from '../html/page.ts'
import { queryParameters } from '../images-api/call.ts'
import { sayWhenToRetry, statusFor, tellOperator } from '../images-api/error-response.ts'
import { requireReadablePath } from '../readable-url.ts'
import { serveFeeds, serveSitemaps } from './for-programs.ts'
import { galleryPage, type Site } from './frame.ts'
import {
  type GallerySetup,
  noPage,
  requireExhibit,
  requirePublisher,
  serve,
  siteOf,
} from './gallery-call.ts'
import { galleryRoot, imagePath } from './gallery-paths.ts'
import { askPublisher, imagePage, openAccess } from './image-page.ts'
import { publisherPage } from './publisher-page.ts'
import { type RequestForm, requestForm } from './request-form.ts'
import { searchPage } from './search-page.ts'
import { readChoice, readListingPlace } from './search-query.ts'

export type GalleryOptions = GallerySetup & {
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
const longestQuery = 200

export function galleryPages(options: GalleryOptions) {
  const { gallery } = options
  return async (app: FastifyInstance): Promise<void> => {
    app.setErrorHandler((error, request, reply) => sendErrorPage(options, request, reply, error))
    app.setNotFoundHandler((request, reply) => {
      requireReadablePath(request)
      const [path = ''] = request.originalUrl.split('?')
      const page = path.replace(/\/+$/, '')
      // As people type it, or paste it from where something was put behind it.
      if (page !== path && page.startsWith(galleryRoot)) {
        return reply.redirect(`${page}${request.originalUrl.slice(path.length)}`, 301)
      }
      throw noPage()
    })

    serve(app, '', async (request, reply) => {
      const parameters = new Map(queryParameters(request.url))
      const query = (parameters.get('q') ?? '').slice(0, longestQuery)
      const search = { query, choice: readChoice(parameters) }
      const after = readListingPlace(parameters)
      const [found, counts] = await Promise.all([
        gallery.search({ ...search, after, limit: perPage }),
        gallery.count(search),
      ])
      const page = { ...search, found, counts, limit: perPage, continued: after !== undefined }
      return sendOpenPage(request, reply, searchPage(siteOf(options, request), page))
    })

    const showImage = async (request: FastifyRequest, reply: FastifyReply) => {
      const exhibit = await requireExhibit(gallery, request)
      const [path] = request.originalUrl.split('?')
      if (path !== imagePath(exhibit)) {
        // For good, until it has another title again.
        return reply.header('cache-control', 'no-cache').redirect(imagePath(exhibit), 301)
      }
      return sendOpenPage(
        request,
        reply,
        imagePage(siteOf(options, request), exhibit, accessTo(exhibit)),
      )
    }
    serve(app, '/images/:imageId', showImage)
    serve(app, '/images/:imageId/:title', showImage)

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
        const site = siteOf(options, request)
        return takeRequest(request, {
          exhibit,
          again: (form) => sendPage(reply, 400, imagePage(site, exhibit, accessTo(exhibit, form))),
          done: (title, text) => sendPage(reply, 200, messagePage(site, title, text, exhibit)),
        })
      })
    }

    serve(app, '/publishers/:slug', async (request, reply) => {
      const publisher = await requirePublisher(gallery, request)
      const after = readListingPlace(new Map(queryParameters(request.url)))
      const search = { query: '', choice: { publisher: publisher.slug } }
      const [found, counts] = await Promise.all([
        gallery.search({ ...search, after, limit: perPage }),
        gallery.count(search),
      ])
      const page = { publisher, found, counts, limit: perPage, continued: after !== undefined }
      return sendOpenPage(request, reply, publisherPage(siteOf(options, request), page))
    })

    serveFeeds(app, options)
    serveSitemaps(app, options)
  }
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
  sayWhenToRetry(reply, error)
  const isTold = status < 500 && error instanceof Error
  const heading =
    status === 404 ? 'There is no such page' : isTold ? 'That cannot be' : 'This failed'
  const text = isTold ? error.message : 'It is no fault of yours; the operator can see why.'
  return sendPage(reply, status, messagePage({ title, contact, root: '' }, heading, text))
}
