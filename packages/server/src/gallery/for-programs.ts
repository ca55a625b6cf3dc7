/** What programs read of the gallery: feeds, the sitemap, and what robots may look at. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { sendFresh } from '../html/page.ts'
import { queryParameters } from '../images-api/call.ts'
import { atomFeed, type Feed, jsonFeed } from './feeds.ts'
import { type GallerySetup, partOf, requirePublisher, serve, siteOf } from './gallery-call.ts'
import { galleryRoot, publisherPath } from './gallery-paths.ts'
import { readChoice } from './search-query.ts'
import { robots, sitemap, sitemapIndex } from './sitemap.ts'

const perFeed = 30
const perSitemap = 1000

export function serveFeeds(app: FastifyInstance, setup: GallerySetup): void {
  const { gallery, title } = setup
  const feedOf = async (
    choice: ReturnType<typeof readChoice>,
    about: Omit<Feed, 'exhibits'>,
  ): Promise<Feed> => {
    const found = await gallery.search({ query: '', choice, limit: perFeed })
    return { ...about, exhibits: found.map(({ exhibit }) => exhibit) }
  }
  const ofAll = async (request: FastifyRequest) =>
    feedOf(readChoice(new Map(queryParameters(request.url))), { title, path: galleryRoot })
  const ofPublisher = async (request: FastifyRequest) => {
    const { slug, name } = await requirePublisher(gallery, request)
    return feedOf({ publisher: slug }, { title: `${name} · ${title}`, path: publisherPath(slug) })
  }
  for (const [path, feed] of [
    ['', ofAll],
    ['/publishers/:slug', ofPublisher],
  ] as const) {
    serve(app, `${path}/feed.atom`, async (request, reply) => {
      const text = atomFeed(siteOf(setup, request), await feed(request))
      return sendFresh(request, plain(reply, 'application/atom+xml; charset=utf-8'), text)
    })
    serve(app, `${path}/feed.json`, async (request, reply) => {
      const text = jsonFeed(siteOf(setup, request), await feed(request))
      return sendFresh(request, plain(reply, 'application/feed+json; charset=utf-8'), text)
    })
  }
}

export function serveSitemaps(app: FastifyInstance, setup: GallerySetup): void {
  const { gallery } = setup
  const mapFrom = async (request: FastifyRequest, after: number): Promise<string> => {
    const listings = await gallery.walk({ after, limit: perSitemap })
    const site = siteOf(setup, request)
    if (after > 0) return sitemap(site, [], listings)
    const { facets } = await gallery.count({ query: '', choice: {} })
    const publishers = facets.publisher.map(({ value }) => ({ slug: value }))
    return sitemap(site, publishers, listings)
  }
  serve(app, '/sitemap.xml', async (request, reply) => {
    const marks = await gallery.milestones(perSitemap)
    const text =
      marks.length === 0
        ? await mapFrom(request, 0)
        : sitemapIndex(siteOf(setup, request), [0, ...marks])
    return sendFresh(request, plain(reply, 'application/xml; charset=utf-8'), text)
  })
  serve(app, '/sitemaps/:start(^\\d{1,15}).xml', async (request, reply) => {
    const text = await mapFrom(request, Number(partOf(request, 'start')))
    return sendFresh(request, plain(reply, 'application/xml; charset=utf-8'), text)
  })
}

/** `/robots.txt`, which stands at the root of a host. */
export function robotsFile(setup: GallerySetup) {
  return async (app: FastifyInstance): Promise<void> => {
    serve(app, '/robots.txt', (request, reply) =>
      plain(reply, 'text/plain; charset=utf-8').send(robots(siteOf(setup, request))),
    )
  }
}

function plain(reply: FastifyReply, contentType: string): FastifyReply {
  return reply.header('content-type', contentType).header('x-content-type-options', 'nosniff')
}
