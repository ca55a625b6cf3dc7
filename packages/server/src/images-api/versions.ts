/**
 * Which versions of the Images API there are, and which of them a URL means.
 *
 * A minor version only advertises a feature: every accepted prefix leads to the same routes.
 *
 * Spec: Images API v2, "API versions".
 */
import type { IncomingMessage } from 'node:http'

/** Newest first. What a single-store service without a cache answers to. */
const minors = [17, 15, 9, 7, 6, 5, 4, 3, 2, 1, 0]

/** @param root scheme, host and port under which the service is reached. */
export function versionDocument(root: string) {
  return {
    versions: minors.map((minor, index) => ({
      id: `v2.${minor}`,
      status: index === 0 ? 'CURRENT' : 'SUPPORTED',
      links: [{ rel: 'self', href: `${root}/v2/` }],
    })),
  }
}

const prefix = new RegExp(`^/v2\\.(?:${minors.join('|')})(?=[/?]|$)`)
const mediaType = new RegExp(
  `application/vnd\\.openstack\\.images-v2(?:\\.(?:${minors.join('|')}))?(?=[,;\\s]|$)`,
)

/**
 * The URL without what is only about versions: `/v2.9/images` is `/v2/images`, as is `/images`
 * where `Accept` asks for version 2. Doubled slashes count as one.
 */
export function normalizeUrl({ url = '/', headers }: IncomingMessage): string {
  const end = url.indexOf('?')
  const path = (end === -1 ? url : url.slice(0, end)).replace(/\/{2,}/g, '/')
  const query = end === -1 ? '' : url.slice(end)
  if (!path.startsWith('/v2') && mediaType.test(headers.accept ?? '') && path !== '/') {
    return `/v2${path}${query}`
  }
  return path.replace(prefix, '/v2') + query
}
