/**
 * /v2/cache: copies of image data close at hand, where the operator has set up a cache.
 *
 * Spec: Images API v2, "Cache management".
 */
import { type CachedCopy, type ImageCache, refuseCache } from '@vitrine/core'
import { type Call, type Handler, headerText, pathPart, sendJson, sendNothing } from './call.ts'
import type { Route } from './route.ts'

type CacheHandler = (cache: ImageCache, call: Call) => unknown

/** @param cache undefined where there is none: every call is refused then. */
export function cacheRoutes(cache: ImageCache | undefined): Route[] {
  const on =
    (policy: string, handle: CacheHandler): Handler =>
    async (call) =>
      cache === undefined ? refuseCache(call.actor, policy) : handle(cache, call)

  return [
    {
      path: '/cache',
      methods: { GET: on('cache_list', list), DELETE: on('cache_delete', clear) },
      takesBody: ['DELETE'],
    },
    {
      path: '/cache/:imageId',
      methods: { DELETE: on('cache_delete', remove), PUT: on('cache_image', queue) },
      takesBody: ['DELETE', 'PUT'],
    },
    {
      path: '/cache/nodes/:imageId',
      methods: { GET: on('list_cached_nodes', (one, { actor }) => one.nodes(actor)) },
    },
    {
      path: '/cache/clean',
      methods: { POST: on('cache_clean', clean) },
      takesBody: ['POST'],
    },
    {
      path: '/cache/prune',
      methods: { POST: on('cache_prune', prune) },
      takesBody: ['POST'],
    },
  ]
}

async function list(cache: ImageCache, { actor, reply }: Call) {
  const { cached, queued } = cache.list(actor)
  return sendJson(reply, 200, { cached_images: cached.map(viewCopy), queued_images: queued })
}

/** Times are in seconds since 1970, as clients expect them here. */
function viewCopy({ imageId, hits, lastReadAt, cachedAt, sizeBytes }: CachedCopy) {
  return {
    image_id: imageId,
    hits,
    last_accessed: lastReadAt.getTime() / 1000,
    last_modified: cachedAt.getTime() / 1000,
    size: sizeBytes,
  }
}

async function clear(cache: ImageCache, { actor, request, reply }: Call) {
  await cache.clear(actor, headerText(request, 'x-image-cache-clear-target') ?? '')
  return sendNothing(reply)
}

async function remove(cache: ImageCache, call: Call) {
  await cache.remove(call.actor, pathPart(call, 'imageId'))
  return sendNothing(call.reply)
}

async function queue(cache: ImageCache, call: Call) {
  await cache.queue(call.actor, pathPart(call, 'imageId'))
  return sendNothing(call.reply, 202)
}

async function clean(cache: ImageCache, { actor, reply }: Call) {
  await cache.clean(actor)
  return sendNothing(reply, 200)
}

async function prune(cache: ImageCache, { actor, reply }: Call) {
  const { copies, bytes } = await cache.prune(actor)
  return sendJson(reply, 200, { total_files_pruned: copies, total_bytes_pruned: bytes })
}
