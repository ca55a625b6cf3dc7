/** The door: who calls, where the service is, and how patient to be. */
import type { Fetch } from './http.ts'
import { Images } from './images.ts'
import { Metadefs } from './metadefs.ts'
import { type RetryOptions, retryPolicy } from './retry.ts'
import type { Auth } from './session.ts'
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

/** A client of one image service, for one caller. It holds one token, and no connection to close. */
export class ImageClient {
  readonly images: Images
  readonly metadefs: Metadefs

  constructor({ auth, endpoint, region, retry, fetch }: ImageClientOptions) {
    const transport = new Transport({
      auth,
      endpoint,
      region,
      retry: retryPolicy(retry),
      // Browsers refuse a fetch that is called as a method of something else.
      fetch: fetch ?? ((...request) => globalThis.fetch(...request)),
    })
    this.images = new Images(transport)
    this.metadefs = new Metadefs(transport)
  }
}
