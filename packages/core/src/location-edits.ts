/**
 * Changing where an image's data is by hand: addresses are added, described anew or taken away.
 *
 *   queued ──first address──► active          the data is taken at its word: nobody reads it
 *   active ──add, remove────► active          at least one address stays
 *
 * How long the data at a new address is, the web is asked before the change begins.
 *
 * Spec: Images API v2, "Update image", `locations`.
 */
import { type Actor, isAdmin } from './actor.ts'
import {
  ConflictError,
  ForbiddenError,
  InvalidError,
  quote,
  UnavailableError,
  WrongContentError,
} from './errors.ts'
import { notAuthorized } from './find-image.ts'
import { hashForm, isHash } from './hash-text.ts'
import { requireNotHeld } from './held-image.ts'
import type { Image, Location, Multihash } from './image.ts'
import { type Limits, requireWithin } from './limits.ts'
import type { WebSource } from './ports/web-source.ts'
import type { Store, Stores } from './stores.ts'

/** An address as a client gives it. */
export type GivenLocation = {
  readonly url: string
  readonly metadata: Readonly<Record<string, unknown>>
  /** What the client says the data is. */
  readonly validation?: { readonly checksum?: string | undefined; readonly multihash: Multihash }
}

export type LocationEdit =
  /** Before the one at `index`; at the end when undefined. */
  | {
      readonly kind: 'add-location'
      readonly index: number | undefined
      readonly location: GivenLocation
    }
  | { readonly kind: 'replace-locations'; readonly locations: readonly GivenLocation[] }
  | { readonly kind: 'remove-location'; readonly index: number }

const kinds: ReadonlySet<string> = new Set<LocationEdit['kind']>([
  'add-location',
  'replace-locations',
  'remove-location',
])

export function isLocationEdit(edit: { readonly kind: string }): edit is LocationEdit {
  return kinds.has(edit.kind)
}

/** How many bytes there are at each new address. */
export type SizesByUrl = ReadonlyMap<string, number>

export class LocationEdits {
  readonly #stores: Stores
  readonly #web: WebSource
  readonly #hashAlgorithm: string
  readonly #limits: Limits

  constructor(parts: { stores: Stores; web: WebSource; hashAlgorithm: string; limits: Limits }) {
    this.#stores = parts.stores
    this.#web = parts.web
    this.#hashAlgorithm = parts.hashAlgorithm
    this.#limits = parts.limits
  }

  /**
   * Asks for the size of what lies at each address that the image does not have yet. Whatever can
   * be refused without asking is refused first: a patch makes us ask no more than it may add.
   *
   * @throws {InvalidError} when no store reads the address, or nobody can tell.
   */
  async sizesOf(actor: Actor, image: Image, edits: readonly LocationEdit[]): Promise<SizesByUrl> {
    edits.reduce((current, edit) => this.apply(actor, current, edit, undefined), image)
    const known = new Set(image.locations.map((location) => this.#urlOf(location)))
    const sizes = new Map<string, number>()
    for (const edit of edits) {
      for (const { url } of givenBy(edit)) {
        if (!known.has(url) && !sizes.has(url)) sizes.set(url, await this.#sizeAt(url))
      }
    }
    return sizes
  }

  /** @param sizes undefined to find out what would be refused whatever they are. */
  apply(actor: Actor, image: Image, edit: LocationEdit, sizes: SizesByUrl | undefined): Image {
    switch (edit.kind) {
      case 'add-location':
        return this.#add(image, edit.location, edit.index, sizes)
      case 'replace-locations':
        return this.#replace(image, edit.locations, sizes)
      case 'remove-location':
        if (!isAdmin(actor)) throw notAuthorized('delete_image_location')
        return this.#remove(image, edit.index)
    }
  }

  #add(
    image: Image,
    given: GivenLocation,
    index: number | undefined,
    sizes: SizesByUrl | undefined,
  ): Image {
    const { locations } = image
    if (image.status !== 'queued' && image.status !== 'active') {
      throw new ConflictError(
        `Cannot add a location to image ${image.id}: its status is ${quote(image.status)}, and should be "queued" or "active"`,
      )
    }
    if (image.status === 'queued') requireNotHeld(image, 'add a location to')
    const position = index ?? locations.length
    if (position > locations.length) throw badIndex(image, position)
    if (locations.some((location) => this.#urlOf(location) === given.url)) {
      throw new InvalidError(
        `Cannot add location ${quote(given.url)}: image ${image.id} has it already`,
      )
    }
    requireWithin(this.#limits.locationsPerImage, locations.length + 1, 'locations')
    const { id: storeId } = this.#storeFor(given.url)
    const added = { storeId, key: given.url, metadata: metadataOf(given) }
    const validated = this.#validated(image, given)
    return {
      ...image,
      ...validated,
      sizeBytes: sizes === undefined ? image.sizeBytes : sizeOfAll(image, given.url, sizes),
      status: 'active',
      locations: locations.toSpliced(position, 0, added),
    }
  }

  #replace(image: Image, given: readonly GivenLocation[], sizes: SizesByUrl | undefined): Image {
    if (given.length === 0) {
      throw new ForbiddenError(
        `Cannot take all locations from image ${image.id}: delete the image instead`,
      )
    }
    if (image.locations.length === 0) {
      return given.reduce((grown, one) => this.#add(grown, one, undefined, sizes), image)
    }
    const byUrl = new Map(given.map((one) => [one.url, one]))
    const isSame =
      given.length === image.locations.length &&
      image.locations.every((location) => byUrl.has(this.#urlOf(location)))
    if (!isSame) {
      throw new InvalidError(
        `Cannot replace the locations of image ${image.id}: the URLs should be those that it has, since only their metadata can be replaced; add and remove locations instead`,
      )
    }
    const locations = image.locations.map((location) => {
      const one = byUrl.get(this.#urlOf(location))
      return one === undefined ? location : { ...location, metadata: metadataOf(one) }
    })
    let validated = image
    for (const one of given) validated = { ...validated, ...this.#validated(validated, one) }
    return { ...validated, locations }
  }

  #remove(image: Image, index: number): Image {
    if (image.status !== 'active') {
      throw new ConflictError(
        `Cannot remove a location from image ${image.id}: its status is ${quote(image.status)}, and should be "active"`,
      )
    }
    if (image.locations.length === 1) {
      throw new ForbiddenError(
        `Cannot remove the only location of image ${image.id}: delete the image instead`,
      )
    }
    if (index >= image.locations.length) throw badIndex(image, index)
    return { ...image, locations: image.locations.toSpliced(index, 1) }
  }

  /** @returns the hashes that the image takes over from the client. */
  #validated(image: Image, { validation }: GivenLocation): Partial<Image> {
    if (validation === undefined) return {}
    const { algorithm } = validation.multihash
    const value = validation.multihash.value.toLowerCase()
    const checksum = validation.checksum?.toLowerCase() ?? null
    if (algorithm !== this.#hashAlgorithm) {
      throw new ConflictError(
        `Cannot keep the hash of a location: its algorithm is ${quote(algorithm)}, and should be ${quote(this.#hashAlgorithm)}`,
      )
    }
    requireHash(algorithm, value)
    if (checksum !== null) requireHash('md5', checksum)
    requireSame(image, 'os_hash_value', image.multihash?.value ?? null, value)
    requireSame(image, 'checksum', image.checksum, checksum)
    return {
      multihash: { algorithm, value },
      checksum: checksum ?? image.checksum,
    }
  }

  async #sizeAt(url: string): Promise<number> {
    const leaving = new AbortController()
    const { imageSizeBytes } = this.#limits
    const largestBytes = imageSizeBytes < 0 ? undefined : imageSizeBytes
    try {
      const { sizeBytes } = await this.#web.open(url, { signal: leaving.signal, largestBytes })
      if (sizeBytes !== undefined) return sizeBytes
      throw new InvalidError('Cannot add a location: its server does not say how long the data is')
    } catch (error) {
      // Only what is too large is refused for what it is; of all else nobody can tell the size.
      const isUntold = error instanceof UnavailableError || error instanceof WrongContentError
      if (!isUntold) throw error
      throw new InvalidError(`Cannot add a location: ${error.message}`, { cause: error })
    } finally {
      leaving.abort()
    }
  }

  #storeFor(url: string): Store {
    const { web } = this.#stores
    if (/^https?:\/\//i.test(url) && web !== undefined) return web
    throw noStoreReads(url)
  }

  #urlOf({ storeId, key }: Location): string {
    return this.#stores.find(storeId)?.urlOf(key) ?? key
  }
}

function givenBy(edit: LocationEdit): readonly GivenLocation[] {
  if (edit.kind === 'add-location') return [edit.location]
  return edit.kind === 'replace-locations' ? edit.locations : []
}

/** The store of a location is shown as metadata, and not for clients to say. */
function metadataOf({ metadata: { store: _, ...metadata } }: GivenLocation): Location['metadata'] {
  return metadata
}

/** @throws {InvalidError} when what lies there cannot be the image's data. */
function sizeOfAll(image: Image, url: string, sizes: SizesByUrl): number {
  const sizeBytes = sizes.get(url)
  if (sizeBytes === undefined) {
    throw new ConflictError(
      `Cannot add location ${quote(url)}: image ${image.id} was changed at the same time`,
    )
  }
  if (image.sizeBytes === null || image.sizeBytes === sizeBytes) return sizeBytes
  throw new InvalidError(
    `Cannot add location ${quote(url)}: there are ${sizeBytes} bytes, and image ${image.id} has ${image.sizeBytes}`,
  )
}

function requireHash(algorithm: string, value: string): void {
  if (isHash(algorithm, value)) return
  throw new ConflictError(
    `Cannot keep the hash of a location: ${quote(value)} should be ${hashForm(algorithm)}`,
  )
}

function requireSame(image: Image, name: string, kept: string | null, given: string | null): void {
  if (given === null || kept === given) return
  if (kept !== null) {
    throw new ConflictError(
      `Cannot change ${name} of image ${image.id}: it is ${quote(kept)}, and the location says ${quote(given)}`,
    )
  }
  if (image.status !== 'queued') {
    throw new ConflictError(
      `Cannot set ${name} of image ${image.id}: it is ${quote(image.status)}, and should be "queued"`,
    )
  }
}

function badIndex(image: Image, index: number): InvalidError {
  return new InvalidError(
    `Cannot find location ${index} of image ${image.id}: it has ${image.locations.length}, and the first is 0`,
  )
}

function noStoreReads(url: string): InvalidError {
  return new InvalidError(
    `Cannot add location ${quote(url)}: no store reads it; it should be an http or https URL, and the operator must have set up a store of kind "http"`,
  )
}
