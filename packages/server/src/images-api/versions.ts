/**
 * Which versions of the Images API there are, and which of them a URL means.
 *
 * A minor version only advertises features: every accepted prefix leads to the same routes.
 *
 * Spec: Images API v2, "API versions".
 */
import type { IncomingMessage } from 'node:http'
import { routablePath } from '../readable-url.ts'

/** Newest first, and what some of them are about. */
const minors = [18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]
const aboutCaches = new Set([18, 16, 14])
const aboutNamedStores = new Set([13, 12, 11, 10, 8])

/** Paths that say their version themselves, or ask for all of them. */
const versioned = /^\/(?:$|v2|versions(?:\/|$))/

export function normalizePath(path: string): string {
  return routablePath(path === '' ? '/' : path.replace(/\/{2,}/g, '/'))
}

export class ApiVersions {
  readonly #minors: readonly number[]
  readonly #prefix: RegExp
  readonly #mediaType: RegExp

  constructor({ storesAreNamed, hasCache }: { storesAreNamed: boolean; hasCache: boolean }) {
    this.#minors = minors.filter(
      (minor) =>
        (hasCache || !aboutCaches.has(minor)) && (storesAreNamed || !aboutNamedStores.has(minor)),
    )
    const minor = `\\.(?:${this.#minors.join('|')})`
    this.#prefix = new RegExp(`^/v2${minor}(?=/|$)`)
    this.#mediaType = new RegExp(
      `application/vnd\\.openstack\\.images-v2(?:${minor})?(?=[,;\\s]|$)`,
    )
  }

  /** @param root scheme, host and port under which the service is reached. */
  document(root: string) {
    return {
      versions: this.#minors.map((minor, index) => ({
        id: `v2.${minor}`,
        status: index === 0 ? 'CURRENT' : 'SUPPORTED',
        links: [{ rel: 'self', href: `${root}/v2/` }],
      })),
    }
  }

  /**
   * The URL without what is only about versions: `/v2.9/images` is `/v2/images`, as is `/images`
   * where `Accept` asks for version 2. Doubled slashes count as one, and what a proxy writes before
   * the path counts for nothing.
   */
  normalizeUrl({ url = '/', headers }: IncomingMessage): string {
    const local = url.replace(/^https?:\/\/[^/?]*/i, '')
    const end = local.indexOf('?')
    const path = normalizePath(end === -1 ? local : local.slice(0, end))
    const query = end === -1 ? '' : local.slice(end)
    if (!versioned.test(path) && this.#mediaType.test(headers.accept ?? '')) {
      return `/v2${path}${query}`
    }
    return path.replace(this.#prefix, '/v2') + query
  }
}
