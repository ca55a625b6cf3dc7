/**
 * GET /v2/info/…: what this service can do.
 *
 * Spec: Images API v2, "Import discovery", "Stores discovery", "Quota usage". Flags of a store are
 * the text "true", and absent otherwise.
 */
import {
  ForbiddenError,
  hasRole,
  type ImportMethod,
  isAdmin,
  NotFoundError,
  type ProjectUsage,
  type Store,
  type Stores,
  type UsageAndQuotas,
} from '@vitrine/core'
import { type Handler, sendJson } from './call.ts'

export function showImportMethods(methods: readonly ImportMethod[]): Handler {
  return async ({ reply }) =>
    sendJson(reply, 200, {
      'import-methods': {
        description: 'Import methods available.',
        type: 'array',
        value: methods,
      },
    })
}

export function listStores(stores: Stores): Handler {
  return async ({ reply }) => {
    requireNamed(stores)
    return sendJson(reply, 200, { stores: stores.all.map((store) => viewStore(store, stores)) })
  }
}

export function listStoresInDetail(stores: Stores): Handler {
  return async ({ actor, reply }) => {
    requireNamed(stores)
    if (!isAdmin(actor) && !hasRole(actor, 'service')) {
      throw new ForbiddenError('You are not authorized to complete stores_info_detail action.')
    }
    const detailed = stores.all.map((store) => ({
      ...viewStore(store, stores),
      type: store.type,
      weight: store.weight,
      properties: store.properties,
    }))
    return sendJson(reply, 200, { stores: detailed })
  }
}

/** The caller's project against its limits; nothing where the operator set none. */
export function showUsage(usage: ProjectUsage): Handler {
  return async ({ actor, reply }) => {
    const found = await usage.show(actor)
    return sendJson(reply, 200, { usage: found === undefined ? {} : viewUsage(found) })
  }
}

function viewUsage({ usage, quotas }: UsageAndQuotas) {
  const pair = (used: number, limit: number) => ({ usage: used, limit })
  return {
    image_size_total: pair(toMib(usage.bytes), toMib(quotas.bytes)),
    image_stage_total: pair(toMib(usage.stagedBytes), toMib(quotas.stagedBytes)),
    image_count_total: pair(usage.images, quotas.images),
    image_count_uploading: pair(usage.uploading, quotas.uploading),
  }
}

/** Whole MiB; any negative number, which is no limit, stays -1. */
function toMib(bytes: number): number {
  return bytes < 0 ? -1 : Math.floor(bytes / 2 ** 20)
}

function viewStore(store: Store, stores: Stores) {
  return {
    id: store.id,
    ...(store.description !== undefined && { description: store.description }),
    ...(store === stores.default && { default: 'true' }),
    ...(store.readOnly && { 'read-only': 'true' }),
  }
}

function requireNamed(stores: Stores): void {
  if (!stores.named) throw new NotFoundError('Multi backend is not supported at this site.')
}
