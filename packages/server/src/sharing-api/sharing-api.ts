/** The sharing API as a part of the service. To be registered under `/sharing/v1`. */
import {
  type AccessRequests,
  type Activities,
  type Contacts,
  type Feeds,
  type Gallery,
  type Inbox,
  type InvitationAnswers,
  type Listings,
  NotFoundError,
  type Publishers,
  type RecordsReader,
  type RequestQueue,
  type Shares,
  type Webhooks,
} from '@vitrine/core'
import type { FastifyInstance } from 'fastify'
import { type AuthenticationOptions, requireActors } from '../authentication.ts'
import type { PageSizes } from '../images-api/list-query.ts'
import { refuseBody } from '../images-api/request-body.ts'
import { methodsWithHandlers, type Route } from '../images-api/route.ts'
import { requireReadablePath } from '../readable-url.ts'
import { trackToTheEnd } from '../running-handlers.ts'
import { imageActivity, projectActivity } from './activity.ts'
import {
  addContact,
  changeContact,
  deleteContact,
  listContacts,
  proveContactAgain,
} from './contacts.ts'
import { projectEvents } from './events.ts'
import {
  acceptAll,
  answerShare,
  blockProducer,
  listBlocks,
  listInbox,
  unblockProducer,
} from './inbox.ts'
import {
  type GalleryUrl,
  publishImage,
  searchListings,
  showListing,
  unlistImage,
} from './listings.ts'
import { listMails } from './mails.ts'
import { sendProblem, sendProblemOf } from './problem.ts'
import {
  deletePublisher,
  listOwnListings,
  listPublishers,
  savePublisher,
  showPublisher,
  verifyPublisher,
} from './publishers.ts'
import {
  approveRequest,
  askForImage,
  declineRequest,
  deleteRule,
  ignoreRequest,
  listRequests,
  setRule,
  showRule,
} from './requests.ts'
import { listShares, remindMember, shareImage } from './shares.ts'
import { webhookRoutes } from './webhooks.ts'

export type SharingParts = {
  readonly shares: Shares
  readonly inbox: Inbox
  readonly activities: Activities
  readonly contacts: Contacts
  readonly invitations: InvitationAnswers
  readonly requests: AccessRequests
  readonly queue: RequestQueue
  readonly listings: Listings
  readonly publishers: Publishers
  readonly gallery: Gallery
  readonly records: RecordsReader
  readonly feeds: Feeds
  readonly webhooks: Webhooks
}

export type SharingApiOptions = AuthenticationOptions &
  SharingParts & {
    readonly pageSizes: PageSizes
    /** Where the service is reached, without a slash at the end. */
    readonly publicUrl: () => string
    readonly galleryUrl: GalleryUrl
  }

function routes(options: SharingApiOptions): readonly Route[] {
  const { requests, queue, shares, inbox, activities, contacts, records, pageSizes } = options
  const { feeds, webhooks, identity, publicUrl } = options
  return [
    {
      path: '/images/:image_id/shares',
      methods: { GET: listShares(shares, pageSizes), POST: shareImage(shares) },
      takesBody: ['POST'],
    },
    {
      path: '/images/:image_id/shares/:project_id/reminders',
      methods: { POST: remindMember(shares) },
      takesBody: ['POST'],
    },
    {
      path: '/images/:image_id/activity',
      methods: { GET: imageActivity(activities, pageSizes) },
    },
    { path: '/activity', methods: { GET: projectActivity(activities, pageSizes) } },
    {
      path: '/events',
      methods: { GET: projectEvents({ feeds, identity, publicUrl, sizes: pageSizes }) },
    },
    ...webhookRoutes(webhooks, pageSizes),
    { path: '/inbox', methods: { GET: listInbox(inbox, pageSizes) } },
    { path: '/inbox/accept', methods: { POST: acceptAll(inbox) } },
    { path: '/inbox/:image_id', methods: { PUT: answerShare(inbox) }, takesBody: ['PUT'] },
    {
      path: '/contacts',
      methods: { GET: listContacts(contacts), POST: addContact(contacts) },
      takesBody: ['POST'],
    },
    {
      path: '/contacts/:contact_id',
      methods: { PATCH: changeContact(contacts), DELETE: deleteContact(contacts) },
      takesBody: ['PATCH'],
    },
    { path: '/contacts/:contact_id/proof', methods: { POST: proveContactAgain(contacts) } },
    { path: '/mails', methods: { GET: listMails(records, pageSizes) } },
    {
      path: '/requests',
      methods: { GET: listRequests(requests, queue, pageSizes), POST: askForImage(requests) },
      takesBody: ['POST'],
    },
    {
      path: '/requests/:request_id/approve',
      methods: { POST: approveRequest(queue) },
      takesBody: ['POST'],
    },
    {
      path: '/requests/:request_id/decline',
      methods: { POST: declineRequest(queue) },
      takesBody: ['POST'],
    },
    { path: '/requests/:request_id/ignore', methods: { POST: ignoreRequest(queue) } },
    {
      path: '/images/:image_id/approval-rule',
      methods: { GET: showRule(queue), PUT: setRule(queue), DELETE: deleteRule(queue) },
      takesBody: ['PUT'],
    },
    { path: '/blocks', methods: { GET: listBlocks(inbox) } },
    {
      path: '/blocks/:project_id',
      methods: { PUT: blockProducer(inbox), DELETE: unblockProducer(inbox) },
    },
    ...listingRoutes(options),
  ]
}

function listingRoutes(options: SharingApiOptions): readonly Route[] {
  const { listings, publishers, gallery, pageSizes, galleryUrl } = options
  return [
    {
      path: '/images/:image_id/listing',
      methods: {
        GET: showListing(listings, galleryUrl),
        PUT: publishImage(listings, galleryUrl),
        DELETE: unlistImage(listings),
      },
      takesBody: ['PUT'],
    },
    { path: '/listings', methods: { GET: searchListings(gallery, pageSizes, galleryUrl) } },
    { path: '/publishers', methods: { GET: listPublishers(publishers, pageSizes, galleryUrl) } },
    {
      path: '/publishers/:project_id',
      methods: {
        GET: showPublisher(publishers, galleryUrl),
        PUT: savePublisher(publishers, galleryUrl),
        DELETE: deletePublisher(publishers),
      },
      takesBody: ['PUT'],
    },
    {
      path: '/publishers/:project_id/listings',
      methods: { GET: listOwnListings(listings, pageSizes) },
    },
    {
      path: '/publishers/:project_id/verification',
      methods: {
        PUT: verifyPublisher(publishers, galleryUrl, true),
        DELETE: verifyPublisher(publishers, galleryUrl, false),
      },
    },
  ]
}

export function sharingApi(options: SharingApiOptions) {
  return async (app: FastifyInstance): Promise<void> => {
    app.setErrorHandler((error, request, reply) => sendProblem(request, reply, error))
    const actorOf = requireActors(app, options)
    const track = trackToTheEnd(app)
    // Whoever listens would keep the server from closing.
    app.addHook('preClose', () => options.feeds[Symbol.asyncDispose]())
    app.setNotFoundHandler((request) => {
      requireReadablePath(request)
      throw new NotFoundError(
        `There is no ${request.method} of this path; /docs lists what there is`,
      )
    })
    for (const { path, methods, takesBody = [] } of routes(options)) {
      for (const method of methodsWithHandlers) {
        const handler = methods[method]
        if (handler === undefined) continue
        app.route({
          method,
          url: path,
          handler: async (request, reply) => {
            requireReadablePath(request)
            if (!takesBody.includes(method)) refuseBody(request.raw)
            return track(handler({ actor: actorOf(request), request, reply }))
          },
        })
      }
      app.route({
        method: app.supportedMethods.filter((method) => !Object.hasOwn(methods, method)),
        url: path,
        handler: (request, reply) => {
          const allowed = Object.keys(methods).join(', ')
          const detail = `This path does not take ${request.method}; it takes ${allowed}`
          return sendProblemOf(reply.header('allow', allowed), 405, detail, 'method-not-allowed')
        },
      })
    }
  }
}
