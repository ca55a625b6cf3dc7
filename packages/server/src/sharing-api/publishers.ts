/** Who publishes: what a project says of itself, and what admins say of it. */
import type { Listings, Publishers } from '@vitrine/core'
import { type OwnListingsBody, type PublishersBody, PutPublisherBody } from '@vitrine/wire'
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
import { viewPublisher } from './listing-view.ts'
import type { GalleryUrl } from './listings.ts'
import { nextPage, readLimit, readPlace, readQuery } from './page-query.ts'

const checkPublisher = bodyCheck(PutPublisherBody, 'name the publisher')

/** `PUT /sharing/v1/publishers/{project_id}` */
export function savePublisher(publishers: Publishers, galleryUrl: GalleryUrl): Handler {
  return async (call) => {
    const body = checkPublisher(await readJsonObject(call.request.raw))
    const saved = await publishers.save(call.actor, pathPart(call, 'project_id'), {
      name: body.name,
      description: body.description ?? '',
      contact: body.contact ?? null,
      slug: body.slug,
    })
    return sendJson(call.reply, 200, viewPublisher(saved, galleryUrl(call.request)))
  }
}

/** `GET /sharing/v1/publishers/{project_id}` */
export function showPublisher(publishers: Publishers, galleryUrl: GalleryUrl): Handler {
  return async (call) => {
    const publisher = await publishers.show(call.actor, pathPart(call, 'project_id'))
    return sendJson(call.reply, 200, viewPublisher(publisher, galleryUrl(call.request)))
  }
}

/** `DELETE /sharing/v1/publishers/{project_id}` */
export function deletePublisher(publishers: Publishers): Handler {
  return async (call) => {
    await publishers.delete(call.actor, pathPart(call, 'project_id'))
    return sendNothing(call.reply)
  }
}

/** `PUT` and `DELETE /sharing/v1/publishers/{project_id}/verification` */
export function verifyPublisher(
  publishers: Publishers,
  galleryUrl: GalleryUrl,
  verified: boolean,
): Handler {
  return async (call) => {
    const id = pathPart(call, 'project_id')
    const publisher = await publishers.setVerified(call.actor, id, verified)
    return sendJson(call.reply, 200, viewPublisher(publisher, galleryUrl(call.request)))
  }
}

/** `GET /sharing/v1/publishers` */
export function listPublishers(
  publishers: Publishers,
  sizes: PageSizes,
  galleryUrl: GalleryUrl,
): Handler {
  return async ({ actor, request, reply }) => {
    const query = readQuery(queryParameters(request.url), ['limit', 'marker'])
    const limit = readLimit(query, sizes)
    const page = await publishers.list(actor, { limit, after: query.get('marker') })
    const last = page.length < limit ? undefined : page.at(-1)
    const body: PublishersBody = {
      publishers: page.map((one) => viewPublisher(one, galleryUrl(request))),
      ...nextPage('/sharing/v1/publishers', query, last?.slug),
    }
    return sendJson(reply, 200, body)
  }
}

/** `GET /sharing/v1/publishers/{project_id}/listings` */
export function listOwnListings(listings: Listings, sizes: PageSizes): Handler {
  return async (call) => {
    const query = readQuery(queryParameters(call.request.url), ['limit', 'marker'])
    const limit = readLimit(query, sizes)
    const id = pathPart(call, 'project_id')
    const page = await listings.ofPublisher(call.actor, id, { limit, after: readPlace(query) })
    const last = page.length < limit ? undefined : page.at(-1)
    const path = `/sharing/v1/publishers/${encodeURIComponent(id)}/listings`
    const body: OwnListingsBody = {
      listings: page.map(({ listing }) => ({
        image_id: listing.imageId,
        title: listing.title,
        published_at: listing.publishedAt.toISOString(),
        updated_at: listing.updatedAt.toISOString(),
      })),
      ...nextPage(path, query, last && String(last.number)),
    }
    return sendJson(call.reply, 200, body)
  }
}
