/**
 * What can be done with images: create, find, change, delete. Their data is in `image-data.ts`,
 * their members in `members.ts`.
 *
 * Every method asks `access.ts` first. One that changes an image reads it, decides and saves it in
 * one transaction, in which the image is locked: what was decided still holds when it is kept.
 */
import { randomUUID } from 'node:crypto'
import {
  mayCreateFor,
  mayKnowOf,
  mayList,
  maySeeDeleted,
  maySetOwner,
  maySetVisibility,
  type Operation,
} from './access.ts'
import type { Actor } from './actor.ts'
import { ConflictError, ForbiddenError, InvalidError, NotFoundError, quote } from './errors.ts'
import {
  findImageFor,
  imageOfPartNotFound,
  type NotFoundWords,
  notAuthorized,
} from './find-image.ts'
import type { Image, ImageStatus, Location, Visibility } from './image.ts'
import { applyEdits, type ImageEdit, type ImageFields } from './image-edit.ts'
import { completeSort, type ImageFilter, type SortKey } from './image-list.ts'
import { mayBecome } from './image-status.ts'
import { type Limits, requireFewProperties, requireWithin } from './limits.ts'
import { type ListChoice, listScope } from './list-scope.ts'
import {
  isLocationEdit,
  type LocationEdit,
  type LocationEdits,
  type SizesByUrl,
} from './location-edits.ts'
import type { LooseObjects } from './loose-objects.ts'
import type { Clock } from './ports/clock.ts'
import type { RecordsTransaction, Usage } from './ports/records.ts'
import { PropertyProtections } from './property-protections.ts'
import { noQuotas, type Quotas, requireRoom } from './quotas.ts'
import type { RecordsWithEvents, TransactionWithEvents } from './records-with-events.ts'

export type ImageDraft = Partial<ImageFields> & {
  readonly id?: string
  readonly properties: ReadonlyMap<string, string | null>
}

export type ListRequest = ListChoice & {
  readonly hidden: boolean
  readonly filters: readonly ImageFilter[]
  readonly sort: readonly SortKey[]
  /** Id of the last image of the page before. */
  readonly marker?: string
  readonly limit: number
}

export class Images {
  readonly #records: RecordsWithEvents
  readonly #looseObjects: LooseObjects
  readonly #clock: Clock
  readonly #limits: Limits
  readonly #quotas: Quotas
  readonly #protections: PropertyProtections
  readonly #locationEdits: LocationEdits | undefined

  constructor(parts: {
    records: RecordsWithEvents
    looseObjects: LooseObjects
    clock: Clock
    limits: Limits
    quotas?: Quotas
    protections?: PropertyProtections
    /** Undefined where locations may not be changed. */
    locationEdits?: LocationEdits | undefined
  }) {
    this.#records = parts.records
    this.#looseObjects = parts.looseObjects
    this.#clock = parts.clock
    this.#limits = parts.limits
    this.#quotas = parts.quotas ?? noQuotas
    this.#protections = parts.protections ?? new PropertyProtections()
    this.#locationEdits = parts.locationEdits
  }

  /** Creates an image without data, owned by the caller's project unless an admin says otherwise. */
  async create(actor: Actor, draft: ImageDraft): Promise<Image> {
    const image = this.draw(actor, draft)
    await this.#records.by(actor).write((transaction) => this.insert(transaction, image))
    return image
  }

  /** The image that would be created, once it is clear that the caller may have it so. */
  draw(actor: Actor, draft: ImageDraft): Image {
    requireMayCreate(actor, draft)
    this.#protections.requireCreate(actor, draft.properties.keys())
    requireFewProperties(this.#limits, draft.properties)
    requireWithin(this.#limits.tagsPerImage, draft.tags?.length ?? 0, 'tags')
    return newImage(actor, draft, this.#clock.now())
  }

  /** @param more what it adds to its project's usage at once, besides itself. */
  async insert(
    transaction: RecordsTransaction,
    image: Image,
    more: Partial<Usage> = {},
  ): Promise<void> {
    await requireRoom(transaction, this.#quotas, image.owner, { images: 1, ...more })
    if (await transaction.insertImage(image)) return
    throw new ConflictError(
      `Cannot create image: image id ${image.id} already exists, or belonged to an image that was deleted`,
    )
  }

  async show(actor: Actor, id: string): Promise<Image> {
    return findImageFor(this.#records, actor, id, 'get_image')
  }

  async list(actor: Actor, request: ListRequest): Promise<readonly Image[]> {
    if (!mayList(actor)) throw notAuthorized('get_images')
    const after =
      request.marker === undefined ? undefined : await this.#marker(actor, request.marker)
    if (request.limit === 0 || this.#asksForUnreadable(actor, request)) return []
    return this.#records.listImages({
      scope: listScope(actor, request),
      hidden: request.hidden,
      filters: request.filters,
      sort: completeSort(request.sort),
      after,
      limit: request.limit,
    })
  }

  /** Applies the edits, all or none. */
  async update(actor: Actor, id: string, edits: readonly ImageEdit[]): Promise<Image> {
    const sizes = await this.#sizesOf(actor, id, edits.filter(isLocationEdit))
    const { image, released } = await this.#records.by(actor).write(async (transaction) => {
      const image = await findImageFor(transaction, actor, id, 'modify_image')
      requireMayEdit(actor, edits)
      const edited = applyEdits(image, edits, {
        limits: this.#limits,
        protections: this.#protections,
        actor,
        applyLocationEdit: (one, edit) =>
          this.#requireLocationEdits().apply(actor, one, edit, sizes),
      })
      if (edited === image) return { image, released: [] }
      const saved = { ...edited, updatedAt: this.#clock.now() }
      const more = addedBy(saved, image)
      if (more !== undefined) await requireRoom(transaction, this.#quotas, saved.owner, more)
      if (saved.owner !== image.owner) await handOver(transaction, saved)
      await transaction.saveImage(saved)
      const gone = image.locations.filter((one) => !saved.locations.some(isAt(one)))
      return { image: saved, released: await this.#looseObjects.release(transaction, id, gone) }
    })
    this.#looseObjects.discard(released)
    return image
  }

  /** Asked of the web before the change begins, for callers who may make it. */
  async #sizesOf(actor: Actor, id: string, edits: readonly LocationEdit[]): Promise<SizesByUrl> {
    if (edits.length === 0) return new Map()
    const image = await findImageFor(this.#records, actor, id, 'modify_image')
    return this.#requireLocationEdits().sizesOf(actor, image, edits)
  }

  #requireLocationEdits(): LocationEdits {
    if (this.#locationEdits !== undefined) return this.#locationEdits
    throw new ForbiddenError("Attribute 'locations' is read-only: the operator does not show them")
  }

  async addTag(actor: Actor, id: string, tag: string): Promise<void> {
    await this.#changeTags(actor, id, ({ tags }) => {
      if (tags.includes(tag)) return tags
      requireWithin(this.#limits.tagsPerImage, tags.length + 1, 'tags')
      return [...tags, tag]
    })
  }

  async deleteTag(actor: Actor, id: string, tag: string): Promise<void> {
    await this.#changeTags(actor, id, ({ tags }) => {
      if (tags.includes(tag)) return tags.filter((one) => one !== tag)
      throw new NotFoundError(`Cannot delete tag ${quote(tag)}: it was not found on image ${id}`)
    })
  }

  async #changeTags(
    actor: Actor,
    id: string,
    change: (image: Image) => readonly string[],
  ): Promise<void> {
    const changeImage = (image: Image): Image => {
      const tags = change(image)
      return tags === image.tags ? image : { ...image, tags }
    }
    await this.#change(actor, id, 'modify_image', changeImage, imageOfPartNotFound)
  }

  /** Withholds the image's data from everyone but admins, until it is reactivated. */
  async deactivate(actor: Actor, id: string): Promise<void> {
    await this.#moveBetween(actor, id, 'deactivate', 'active', 'deactivated')
  }

  async reactivate(actor: Actor, id: string): Promise<void> {
    await this.#moveBetween(actor, id, 'reactivate', 'deactivated', 'active')
  }

  /** Deletes the image, its members and its data. Its id is never given out again. */
  async delete(actor: Actor, id: string): Promise<void> {
    const doomed = await this.#records.by(actor).write(async (transaction) => {
      const image = await findImageFor(transaction, actor, id, 'delete_image')
      if (image.protected) {
        throw new ForbiddenError(
          `Image ${id} is protected and cannot be deleted: set its "protected" to false first`,
        )
      }
      await transaction.deleteImage(id, this.#clock.now())
      return this.#looseObjects.releaseDataOf(transaction, image)
    })
    this.#looseObjects.discard(doomed)
  }

  /** Deletes one of several copies of the image's data. */
  async deleteFromStore(actor: Actor, storeId: string, id: string): Promise<void> {
    const released = await this.#records.by(actor).write(async (transaction) => {
      const image = await findImageFor(transaction, actor, id, 'delete_image_location')
      const copy = requireSpareCopy(image, storeId)
      const locations = image.locations.filter((location) => location !== copy)
      await transaction.saveImage({ ...image, locations, updatedAt: this.#clock.now() })
      return this.#looseObjects.release(transaction, id, [copy])
    })
    this.#looseObjects.discard(released)
  }

  /** Whoever may not read a property may not find out its value by asking for it either. */
  #asksForUnreadable(actor: Actor, { filters }: ListRequest): boolean {
    return filters.some(
      (filter) =>
        filter.kind === 'property' && !this.#protections.allows(actor, 'read', filter.name),
    )
  }

  async #moveBetween(
    actor: Actor,
    id: string,
    operation: Operation,
    from: ImageStatus,
    to: ImageStatus,
  ): Promise<void> {
    await this.#change(actor, id, operation, (image) => {
      if (image.status === to) return image
      if (image.status === from && mayBecome(from, to)) return { ...image, status: to }
      throw new ForbiddenError(
        `Cannot change the status of image ${id} to ${quote(to)}: it is ${quote(image.status)}, and only ${quote(from)} images can be changed so`,
      )
    })
  }

  /** Saves what `change` makes of the image; nothing is saved when it returns the image itself. */
  async #change(
    actor: Actor,
    id: string,
    operation: Operation,
    change: (image: Image) => Image,
    notFound?: NotFoundWords,
  ): Promise<Image> {
    return this.#records.by(actor).write(async (transaction) => {
      const image = await findImageFor(transaction, actor, id, operation, notFound)
      const changed = change(image)
      if (changed === image) return image
      const saved = { ...changed, updatedAt: this.#clock.now() }
      await transaction.saveImage(saved)
      return saved
    })
  }

  async #marker(actor: Actor, id: string): Promise<Image> {
    const marker = await this.#records.findListMarker(id)
    const member = await this.#records.findMember(id, actor.projectId ?? '')
    // A marker that the caller may not see must look like one that never was.
    const known =
      marker !== undefined &&
      mayKnowOf({ actor, image: marker, member }) &&
      (!marker.deleted || maySeeDeleted(actor))
    if (!known) {
      throw new InvalidError(
        `Cannot list images after marker ${quote(id)}: no image found with that id`,
      )
    }
    return marker
  }
}

/** What the change adds to the usage of the image's project, which may be another one from now on. */
/** What the former owner has said and decided in public, the new one has not; who has asked waits for the new one. */
async function handOver(
  transaction: Pick<
    TransactionWithEvents,
    'deleteListing' | 'deleteApprovalRule' | 'handOverRequests'
  >,
  { id, owner }: Image,
): Promise<void> {
  await transaction.deleteListing(id)
  await transaction.deleteApprovalRule(id)
  await transaction.handOverRequests(id, owner)
}

function addedBy(after: Image, before: Image): Partial<Usage> | undefined {
  if (after.owner !== before.owner) return { images: 1, bytes: copiedBytes(after) }
  const grown = copiedBytes(after) - copiedBytes(before)
  return grown > 0 ? { bytes: grown } : undefined
}

function copiedBytes({ sizeBytes, locations }: Image): number {
  return (sizeBytes ?? 0) * locations.length
}

function isAt(a: Location): (b: Location) => boolean {
  return (b) => a.storeId === b.storeId && a.key === b.key
}

function requireSpareCopy(image: Image, storeId: string): Location {
  if (image.status !== 'active') {
    throw new ConflictError(
      `Cannot delete a copy of image ${image.id}: it is ${quote(image.status)}, and should be "active"`,
    )
  }
  if (image.locations.length === 1) {
    throw new ForbiddenError(
      `Cannot delete the copy of image ${image.id} in store ${quote(storeId)}: it is the only one`,
    )
  }
  const copy = image.locations.find((location) => location.storeId === storeId)
  if (copy !== undefined) return copy
  throw new NotFoundError(`Image ${image.id} is not stored in store ${quote(storeId)}`)
}

function requireMayCreate(actor: Actor, draft: ImageDraft): void {
  if (!mayCreateFor(actor, draft.owner)) throw notAuthorized('add_image')
  if (draft.visibility !== undefined) requireMaySetVisibility(actor, draft.visibility)
}

function requireMayEdit(actor: Actor, edits: readonly ImageEdit[]): void {
  for (const edit of edits) {
    if (edit.kind !== 'set-fields') continue
    const { owner, visibility } = edit.fields
    if (visibility !== undefined) requireMaySetVisibility(actor, visibility)
    if (owner !== undefined && !maySetOwner(actor)) {
      throw new ForbiddenError("Attribute 'owner' is read-only: only an admin gives an image away")
    }
  }
}

function requireMaySetVisibility(actor: Actor, visibility: Visibility): void {
  if (!maySetVisibility(actor, visibility)) throw notAuthorized('publicize_image')
}

function newImage(actor: Actor, draft: ImageDraft, now: Date): Image {
  return {
    id: draft.id ?? randomUUID(),
    name: draft.name ?? null,
    owner: draft.owner === undefined ? (actor.projectId ?? null) : draft.owner,
    visibility: draft.visibility ?? 'shared',
    status: 'queued',
    protected: draft.protected ?? false,
    hidden: draft.hidden ?? false,
    diskFormat: draft.diskFormat ?? null,
    containerFormat: draft.containerFormat ?? null,
    minDiskGib: draft.minDiskGib ?? 0,
    minRamMib: draft.minRamMib ?? 0,
    sizeBytes: null,
    virtualSizeBytes: null,
    checksum: null,
    multihash: null,
    tags: [...new Set(draft.tags)],
    properties: draft.properties,
    locations: [],
    incoming: null,
    importState: null,
    createdAt: now,
    updatedAt: now,
  }
}
