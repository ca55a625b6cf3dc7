/** An image and a member as the Images API writes them. */
import {
  type Actor,
  type Image,
  isAdmin,
  type Location,
  type Member,
  type PropertyProtections,
  type Stores,
} from '@vitrine/core'
import type { ImageBody, MemberBody } from '@vitrine/wire'

export type ImageViewOptions = {
  readonly stores: Stores
  readonly protections: PropertyProtections
  /** Whether images say the address of their data, and all of its addresses. */
  readonly showDirectUrl: boolean
  readonly showLocations: boolean
}

export type ImageView = (image: Image, actor: Actor) => ImageJson

export class ImageJson {
  readonly text: string
  #bytes: Uint8Array | undefined

  constructor(text: string) {
    this.text = text
  }

  /** For lists, which are put together of many. */
  get bytes(): Uint8Array {
    this.#bytes ??= utf8.encode(this.text)
    return this.#bytes
  }
}

const utf8 = new TextEncoder()

/** What all callers may see is kept for as long as somebody has the image. */
export function imageView(options: ImageViewOptions): ImageView {
  const { protections, showDirectUrl, showLocations } = options
  const kept = new WeakMap<Image, ImageJson>()
  const write = (image: Image, actor: Actor) =>
    new ImageJson(JSON.stringify(viewImage(image, actor, options)))
  return (image, actor) => {
    // Another object where something is kept from this caller.
    const readable = protections.readable(actor, image)
    if (showDirectUrl || showLocations) return write(readable, actor)
    const known = kept.get(readable)
    if (known !== undefined) return known
    const json = write(readable, actor)
    kept.set(readable, json)
    return json
  }
}

/** Custom properties come first, as the service that clients know writes them. */
function viewImage(image: Image, actor: Actor, options: ImageViewOptions): ImageBody {
  return {
    ...customProperties(image, options.stores),
    name: image.name,
    disk_format: image.diskFormat,
    container_format: image.containerFormat,
    visibility: image.visibility,
    size: image.sizeBytes,
    virtual_size: image.virtualSizeBytes,
    status: image.status,
    checksum: image.checksum,
    protected: image.protected,
    min_ram: image.minRamMib,
    min_disk: image.minDiskGib,
    owner: image.owner,
    os_hidden: image.hidden,
    os_hash_algo: image.multihash?.algorithm ?? null,
    os_hash_value: image.multihash?.value ?? null,
    id: image.id,
    created_at: viewTime(image.createdAt),
    updated_at: viewTime(image.updatedAt),
    ...addresses(image, actor, options),
    tags: [...image.tags],
    self: `/v2/images/${image.id}`,
    file: `/v2/images/${image.id}/file`,
    schema: '/v2/schemas/image',
    ...stores(image, options),
  }
}

/** The image's own, and what an import says of itself. */
function customProperties(
  { properties, importState }: Image,
  { named }: Stores,
): Record<string, string | null> {
  const custom: Record<string, string | null> = Object.fromEntries(properties)
  if (importState === null) return custom
  const { taskId, remainingStores, failedStores } = importState
  return {
    ...custom,
    ...(taskId !== null && { os_glance_import_task: taskId }),
    os_glance_importing_to_stores: named ? remainingStores.join(',') : '',
    os_glance_failed_import: named ? failedStores.join(',') : '',
  }
}

function addresses(image: Image, actor: Actor, options: ImageViewOptions) {
  const { showDirectUrl, showLocations } = options
  if (!showDirectUrl && !showLocations) return {}
  const withheld = image.status === 'deactivated' && !isAdmin(actor)
  const shown = withheld ? [] : image.locations.map((one) => viewLocation(one, options.stores))
  const [first] = shown
  return {
    ...(showLocations && { locations: shown }),
    ...(showDirectUrl && first !== undefined && { direct_url: first.url }),
  }
}

export function viewLocation({ storeId, key, metadata }: Location, stores: Stores) {
  const url = stores.find(storeId)?.urlOf(key) ?? key
  return { url, metadata: stores.named ? { ...metadata, store: storeId } : metadata }
}

function stores({ locations }: Image, { stores }: ImageViewOptions) {
  if (!stores.named || locations.length === 0) return {}
  return { stores: locations.map((location) => location.storeId).join(',') }
}

export function viewMember(member: Member): MemberBody {
  return {
    member_id: member.projectId,
    image_id: member.imageId,
    status: member.status,
    created_at: viewTime(member.createdAt),
    updated_at: viewTime(member.updatedAt),
    schema: '/v2/schemas/member',
  }
}

/** `2026-01-31T23:59:59Z`: UTC, cut to whole seconds. */
export function viewTime(time: Date): string {
  const second = Math.floor(time.getTime() / 1000)
  const day = Math.floor(second / secondsPerDay)
  // Most times in a list are of few days, and a day is what takes long to write.
  if (day !== lastDay.number) {
    lastDay = { number: day, text: time.toISOString().slice(0, -'23:59:59.999Z'.length) }
  }
  const ofDay = second - day * secondsPerDay
  const hours = twoDigits[Math.floor(ofDay / 3600)]
  const minutes = twoDigits[Math.floor(ofDay / 60) % 60]
  return `${lastDay.text}${hours}:${minutes}:${twoDigits[ofDay % 60]}Z`
}

const secondsPerDay = 24 * 60 * 60
const twoDigits = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'))
let lastDay = { number: Number.NaN, text: '' }
