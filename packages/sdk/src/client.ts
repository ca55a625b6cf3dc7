/** The door: who calls, where the service is, and how patient to be. */
import type { Fetch } from './http.ts'
import { Images } from './images.ts'
import { Metadefs } from './metadefs.ts'
import { type RetryOptions, retryPolicy } from './retry.ts'
import type { Auth } from './session.ts'
import { type ActivityEntry, type ActivityOptions, listActivity } from './sharing/activity.ts'
import { Blocks } from './sharing/blocks.ts'
import { Contacts } from './sharing/contacts.ts'
import { Events } from './sharing/events.ts'
import { Inbox } from './sharing/inbox.ts'
import { Listings } from './sharing/listings.ts'
import { Publishers } from './sharing/publishers.ts'
import { Requests } from './sharing/requests.ts'
import { sharingPath } from './sharing/sharing-path.ts'
import { Webhooks } from './sharing/webhooks.ts'
import { Transport } from './transport.ts'

export type ImageClientOptions = {
  /** Made by `password()` or `token()`. */
  readonly auth: Auth
  /** Where the image service is, with or without `/v2`. Default: as the token's catalog says. */
  readonly endpoint?: string | URL | undefined
  /** Which region's endpoint to take from the catalog. */
  readonly region?: string | undefined
  readonly retry?: RetryOptions | undefined
  /** In place of the global one: for a proxy, a certificate, or other timeouts. */
  readonly fetch?: Fetch | undefined
}

/**
 * A client of one image service, for one caller. It holds one token, and no connection to close.
 *
 * All but `images` and `metadefs` is of the sharing API, which Vitrine alone has: other services
 * answer 404.
 */
export class ImageClient {
  readonly images: Images
  readonly metadefs: Metadefs
  /** What is published, to be found by everyone. */
  readonly listings: Listings
  /** Who publishes. */
  readonly publishers: Publishers
  /** Asking for what is published, and deciding about what others ask for. */
  readonly requests: Requests
  /** What is shared with the project and waits for its answer. */
  readonly inbox: Inbox
  /** Producers of whom the project hears nothing. */
  readonly blocks: Blocks
  /** Addresses at which the project is written to. */
  readonly contacts: Contacts
  /** What happens, as it happens. */
  readonly events: Events
  /** Addresses to which it is posted. */
  readonly webhooks: Webhooks
  readonly #transport: Transport

  constructor({ auth, endpoint, region, retry, fetch }: ImageClientOptions) {
    const transport = new Transport({
      auth,
      endpoint,
      region,
      retry: retryPolicy(retry),
      // Browsers refuse a fetch that is called as a method of something else.
      fetch: fetch ?? ((...request) => globalThis.fetch(...request)),
    })
    this.#transport = transport
    this.images = new Images(transport)
    this.metadefs = new Metadefs(transport)
    this.listings = new Listings(transport)
    this.publishers = new Publishers(transport)
    this.requests = new Requests(transport)
    this.inbox = new Inbox(transport)
    this.blocks = new Blocks(transport)
    this.contacts = new Contacts(transport)
    this.events = new Events(transport)
    this.webhooks = new Webhooks(transport)
  }

  /** What was done about the shares that the project was given, or gave; the newest first. */
  activity(options: ActivityOptions = {}): AsyncIterable<ActivityEntry> {
    return listActivity(this.#transport, sharingPath('activity'), options)
  }
}
