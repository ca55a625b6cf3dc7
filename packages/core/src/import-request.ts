/**
 * Asking for an import: what is asked, and whether it may begin.
 *
 * The order of the checks is the specification's, and clients count on it: what state the image is
 * in is told to everyone who may know of the image, before anything about rights.
 *
 * Spec: Images API v2, "Interoperable image import".
 */
import { decide, mayCopy, mayKnowOf } from './access.ts'
import type { Actor } from './actor.ts'
import { ConflictError, InvalidError, quote } from './errors.ts'
import { parseExpectedHash } from './expected-hash.ts'
import { imageNotFound, notAuthorized, requireAllowed } from './find-image.ts'
import type { Image, ImageStatus, Multihash } from './image.ts'
import { requireFormats } from './image-uploads.ts'
import type { ImageAndMember } from './ports/records.ts'
import type { Stores } from './stores.ts'

export const importMethods = [
  'glance-direct',
  'web-download',
  'glance-download',
  'copy-image',
] as const
export type ImportMethod = (typeof importMethods)[number]

export type ImportRequest = {
  /** Whether it is known, and allowed, is not said by the type. */
  readonly method: string
  /** For web-download: where the data is. */
  readonly uri?: string
  /** For web-download: what the data must hash to. */
  readonly expected?: Multihash
  /** For glance-download: which image, where. */
  readonly region?: string
  readonly remoteImageId?: string
  readonly remoteInterface?: string
  /** Ids of stores; undefined for the default one. */
  readonly stores?: readonly string[]
  readonly allStores: boolean
  readonly allStoresMustSucceed: boolean
}

/**
 * Reads the body of a request for an import. Keys that mean nothing here are ignored.
 *
 * @throws {InvalidError} when a value is not of its kind.
 */
export function parseImportRequest(body: Readonly<Record<string, unknown>>): ImportRequest {
  const { method } = body
  if (!isObject(method)) {
    throw new InvalidError(
      'Cannot import: "method" should be an object with the "name" of an import method',
    )
  }
  const name = textOf(method, 'name')
  if (name === undefined) throw new InvalidError('Cannot import: "method" has no "name"')
  const uri = textOf(method, 'uri')
  const expected = parseExpectedHash(method.validation_data)
  const region = textOf(method, 'glance_region')
  const remoteImageId = textOf(method, 'glance_image_id')
  const remoteInterface = textOf(method, 'glance_service_interface')
  const stores = storesOf(body)
  return {
    method: name,
    ...(uri !== undefined && { uri }),
    ...(expected !== undefined && { expected }),
    ...(region !== undefined && { region }),
    ...(remoteImageId !== undefined && { remoteImageId }),
    ...(remoteInterface !== undefined && { remoteInterface }),
    ...(stores !== undefined && { stores }),
    allStores: flagOf(body, 'all_stores', false),
    allStoresMustSucceed: flagOf(body, 'all_stores_must_succeed', true),
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function textOf(object: Readonly<Record<string, unknown>>, key: string): string | undefined {
  const value = object[key]
  if (value === undefined || typeof value === 'string') return value
  throw new InvalidError(`Cannot import: ${quote(key)} is ${quote(value)}, and should be a string`)
}

function flagOf(body: Readonly<Record<string, unknown>>, key: string, fallback: boolean): boolean {
  const { [key]: value = fallback } = body
  if (typeof value === 'boolean') return value
  throw new InvalidError(
    `Cannot import: ${quote(key)} is ${quote(value)}, and should be true or false`,
  )
}

function storesOf({ stores }: Readonly<Record<string, unknown>>): readonly string[] | undefined {
  if (stores === undefined || stores === null) return undefined
  if (Array.isArray(stores) && stores.every((store) => typeof store === 'string')) return stores
  throw new InvalidError('Cannot import: "stores" should be an array of ids of stores')
}

const statusFor: Readonly<Record<string, ImageStatus>> = {
  'glance-direct': 'uploading',
  'web-download': 'queued',
  'glance-download': 'queued',
  'copy-image': 'active',
} satisfies Record<ImportMethod, ImageStatus>

/** @throws {NotFoundError | ConflictError | InvalidError | ForbiddenError} in the specified order. */
export function requireMayImport(
  actor: Actor,
  found: ImageAndMember,
  request: ImportRequest,
): void {
  const { image } = found
  if (!mayKnowOf({ actor, ...found })) throw imageNotFound(image.id, 'modify_image')
  const wanted = statusFor[request.method] ?? 'queued'
  if (image.status !== wanted) {
    throw new ConflictError(
      `Cannot import into image ${image.id} with ${request.method}: its status is ${quote(image.status)}, and should be ${quote(wanted)}`,
    )
  }
  if (image.status === 'uploading' && image.sizeBytes === null) {
    throw new ConflictError(
      `Cannot import into image ${image.id}: its data is still being staged, and should be there`,
    )
  }
  requireFormats(image, (text) => new ConflictError(text))
  if (request.method === 'glance-download') requireRemoteImage(request)
  if (request.method !== 'copy-image') requireAllowed('modify_image', actor, found)
  else requireMayCopy(actor, found)
}

function requireMayCopy(actor: Actor, found: ImageAndMember): void {
  const { image } = found
  if (mayCopy(actor)) return
  if (decide('get_image', { actor, ...found }) === 'hidden')
    throw imageNotFound(image.id, 'get_image')
  throw notAuthorized('copy_image')
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

function requireRemoteImage({ region, remoteImageId }: ImportRequest): void {
  if (region === undefined) {
    throw new InvalidError('Cannot import with glance-download: glance_region is missing')
  }
  if (remoteImageId === undefined) {
    throw new InvalidError('Cannot import with glance-download: glance_image_id is missing')
  }
  if (!uuid.test(remoteImageId)) {
    throw new InvalidError(
      `Cannot import with glance-download: image id does not look like a UUID: ${quote(remoteImageId)}`,
    )
  }
}

/**
 * The ids of the stores that the data is to reach. Empty when a copy to all stores has nothing to do.
 *
 * @throws {InvalidError | ConflictError} when they contradict each other, or one does not exist.
 */
export function storesToReach(
  image: Image,
  request: ImportRequest,
  storeHeader: string | undefined,
  stores: Stores,
): readonly string[] {
  const wanted = wantedStores(request, storeHeader, stores)
  for (const id of wanted) {
    const store = stores.find(id)
    if (store !== undefined && !store.readOnly) continue
    const known = stores.writable.map((one) => one.id).join(', ')
    throw new ConflictError(
      `Cannot import into store ${quote(id)}: the stores to import into are ${known}`,
    )
  }
  if (request.method !== 'copy-image') return requireSeveral(wanted, request, stores)

  const held = new Set(image.locations.map((location) => location.storeId))
  const already = wanted.filter((id) => held.has(id))
  if (already.length > 0 && !request.allStores) {
    throw new InvalidError(
      `Cannot copy image ${image.id}: store ${already.map(quote).join(', ')} holds it already`,
    )
  }
  return wanted.filter((id) => !held.has(id))
}

function wantedStores(
  request: ImportRequest,
  storeHeader: string | undefined,
  stores: Stores,
): readonly string[] {
  if (!stores.named) return [stores.default.id]
  if (request.allStores) {
    if (request.stores !== undefined || storeHeader !== undefined) {
      throw new InvalidError('Cannot import: all_stores already names every store; name no others')
    }
    return stores.writable.map((store) => store.id)
  }
  if (request.stores === undefined) return [storeHeader ?? stores.default.id]
  if (storeHeader !== undefined) {
    throw new InvalidError(
      'Cannot import: name the stores either in "stores" or in the header x-image-meta-store',
    )
  }
  if (request.stores.length === 0) {
    throw new InvalidError(
      'Cannot import: "stores" is empty; name at least one store or leave it out',
    )
  }
  return [...new Set(request.stores)]
}

function requireSeveral(
  wanted: readonly string[],
  request: ImportRequest,
  stores: Stores,
): readonly string[] {
  if (stores.named || request.allStoresMustSucceed) return wanted
  throw new InvalidError(
    'Cannot import: all_stores_must_succeed may be false only where there are several stores',
  )
}
