/** Images, members and tasks as events tell of them: plain JSON, and nothing that opens a store. */
import type { Listing } from './gallery/listing.ts'
import type { Image, ImageStatus, Multihash, Visibility } from './image.ts'
import type { Member, MemberStatus } from './member.ts'
import type { Task, TaskStatus, TaskType } from './task.ts'

/** Times are in ISO 8601. */
export type ImageFacts = {
  readonly id: string
  readonly name: string | null
  readonly owner: string | null
  readonly visibility: Visibility
  readonly status: ImageStatus
  readonly protected: boolean
  readonly hidden: boolean
  readonly diskFormat: string | null
  readonly containerFormat: string | null
  readonly minDiskGib: number
  readonly minRamMib: number
  readonly sizeBytes: number | null
  readonly virtualSizeBytes: number | null
  readonly checksum: string | null
  readonly multihash: Multihash | null
  readonly tags: readonly string[]
  readonly properties: Readonly<Record<string, string | null>>
  /** Ids of the stores that an import has still to reach, and of those that it failed to reach. */
  readonly remainingStores: readonly string[]
  readonly failedStores: readonly string[]
  readonly createdAt: string
  readonly updatedAt: string
}

export type MemberFacts = {
  readonly imageId: string
  readonly projectId: string
  readonly status: MemberStatus
  readonly createdAt: string
  readonly updatedAt: string
}

export type ListingFacts = Omit<Listing, 'publishedAt' | 'updatedAt'> & {
  readonly publishedAt: string
  readonly updatedAt: string
}

/** Without input and result, which may hold addresses with passwords. */
export type TaskFacts = {
  readonly id: string
  readonly type: TaskType
  readonly status: TaskStatus
  readonly owner: string | null
  readonly userId: string
  readonly imageId: string | null
  readonly message: string
  readonly expiresAt: string | null
  readonly createdAt: string
  readonly updatedAt: string
}

export function imageFacts(image: Image): ImageFacts {
  return {
    id: image.id,
    name: image.name,
    owner: image.owner,
    visibility: image.visibility,
    status: image.status,
    protected: image.protected,
    hidden: image.hidden,
    diskFormat: image.diskFormat,
    containerFormat: image.containerFormat,
    minDiskGib: image.minDiskGib,
    minRamMib: image.minRamMib,
    sizeBytes: image.sizeBytes,
    virtualSizeBytes: image.virtualSizeBytes,
    checksum: image.checksum,
    multihash: image.multihash,
    tags: image.tags,
    properties: Object.fromEntries(image.properties),
    remainingStores: image.importState?.remainingStores ?? [],
    failedStores: image.importState?.failedStores ?? [],
    createdAt: image.createdAt.toISOString(),
    updatedAt: image.updatedAt.toISOString(),
  }
}

export function memberFacts(member: Member): MemberFacts {
  return {
    imageId: member.imageId,
    projectId: member.projectId,
    status: member.status,
    createdAt: member.createdAt.toISOString(),
    updatedAt: member.updatedAt.toISOString(),
  }
}

export function listingFacts(listing: Listing): ListingFacts {
  return {
    ...listing,
    publishedAt: listing.publishedAt.toISOString(),
    updatedAt: listing.updatedAt.toISOString(),
  }
}

export function taskFacts(task: Task): TaskFacts {
  return {
    id: task.id,
    type: task.type,
    status: task.status,
    owner: task.owner,
    userId: task.userId,
    imageId: task.imageId,
    message: task.message,
    expiresAt: task.expiresAt?.toISOString() ?? null,
    createdAt: task.createdAt.toISOString(),
    updatedAt: task.updatedAt.toISOString(),
  }
}

/** What was different before, of all facts that are one plain value. */
export function changedFacts(before: ImageFacts, after: ImageFacts): Partial<ImageFacts> {
  const now = new Map<string, unknown>(Object.entries(after))
  return Object.fromEntries(
    Object.entries(before).filter(
      ([name, value]) =>
        (typeof value !== 'object' || value === null) &&
        name !== 'updatedAt' &&
        value !== now.get(name),
    ),
  )
}
