/** What producers publish, and what is found among it. */
import { type Gallery, type Listings, mostFacetValues } from '@vitrine/core'
import { type ListingsBody, PutListingBody } from '@vitrine/wire'
import type { FastifyRequest } from 'fastify'
import {
  facetParameters,
  listingMarker,
  readChoice,
  readListingPlace,
} from '../gallery/search-query.ts'
import { bodyCheck } from '../images-api/body-check.ts'
import {
  type Handler,
  pathPart,
  queryParameters,
  sendJson,
  sendNothing,
} from '../images-api/call.ts'
import type { PageSizes } from '../images-api/list-query.ts'
import { readJsonObject } from '../images-api/request-body.ts'
import { viewListing } from './listing-view.ts'
import { nextPage, readLimit, readQuery } from './page-query.ts'

/** Where the gallery is reached; undefined where there is none. */
export type GalleryUrl = (request: FastifyRequest) => string | undefined

const checkListing = bodyCheck(PutListingBody, 'publish')

/** `PUT /sharing/v1/images/{image_id}/listing` */
export function publishImage(listings: Listings, galleryUrl: GalleryUrl): Handler {
  return async (call) => {
    const body = checkListing(await readJsonObject(call.request.raw))
    const listed = await listings.publish(call.actor, pathPart(call, 'image_id'), {
      title: body.title,
      description: body.description ?? '',
      operatingSystem: body.os,
      version: body.os_version ?? null,
      architecture: body.architecture,
      license: body.license ?? null,
      support: body.support ?? null,
      documentation: body.documentation ?? null,
    })
    return sendJson(call.reply, 200, viewListing(listed, galleryUrl(call.request)))
  }
}

/** `GET /sharing/v1/images/{image_id}/listing` */
export function showListing(listings: Listings, galleryUrl: GalleryUrl): Handler {
  return async (call) => {
    const listed = await listings.show(call.actor, pathPart(call, 'image_id'))
    return sendJson(call.reply, 200, viewListing(listed, galleryUrl(call.request)))
  }
}

/** `DELETE /sharing/v1/images/{image_id}/listing` */
export function unlistImage(listings: Listings): Handler {
  return async (call) => {
    await listings.unlist(call.actor, pathPart(call, 'image_id'))
    return sendNothing(call.reply)
  }
}

/** `GET /sharing/v1/listings` */
export function searchListings(
  gallery: Gallery,
  sizes: PageSizes,
  galleryUrl: GalleryUrl,
): Handler {
  return async ({ request, reply }) => {
    const query = readQuery(queryParameters(request.url), [
      'q',
      ...facetParameters,
      'limit',
      'marker',
    ])
    const limit = readLimit(query, sizes)
    const search = { query: query.get('q') ?? '', choice: readChoice(query) }
    const [found, { total, facets }] = await Promise.all([
      gallery.search({ ...search, limit, after: readListingPlace(query) }),
      gallery.count(search),
    ])
    const last = found.length < limit ? undefined : found.at(-1)
    const counted = ({ value, label, count }: { value: string; label: string; count: number }) => ({
      value,
      label,
      count,
    })
    const body: ListingsBody = {
      listings: found.map(({ exhibit }) => viewListing(exhibit, galleryUrl(request))),
      total,
      facets: {
        os: facets.operatingSystem.map(counted),
        architecture: facets.architecture.map(counted),
        license: facets.license.map(counted),
        format: facets.format.map(counted),
        publisher: facets.publisher.slice(0, mostFacetValues).map(counted),
        verified: facets.verified.map(counted),
      },
      ...nextPage('/sharing/v1/listings', query, last && listingMarker(last.place)),
    }
    return sendJson(reply, 200, body)
  }
}
