/** What an image is. What it may become is in `image-status.ts`; who may do what is in `access.ts`. */

/** Who may see an image: everyone; whoever knows its id; its members; its owner. */
export const visibilities = ['public', 'community', 'shared', 'private'] as const
export type Visibility = (typeof visibilities)[number]

export const imageStatuses = [
  'queued',
  'saving',
  'uploading',
  'importing',
  'active',
  'deactivated',
  'killed',
  'pending_delete',
  'deleted',
] as const
export type ImageStatus = (typeof imageStatuses)[number]

/** A secure hash of an image's data, beside the old md5 `checksum`. */
export type Multihash = {
  /** Name in the style of Python's hashlib, such as `sha512`. */
  readonly algorithm: string
  /** Lower-case hex. */
  readonly value: string
}

/** Where a store keeps an object. */
export type ObjectAddress = { readonly storeId: string; readonly key: string }

/** One copy of an image's data. */
export type Location = ObjectAddress & { readonly metadata: Readonly<Record<string, unknown>> }

/** What an import has still to do, or failed to do. */
export type ImportState = {
  /** The task that holds the image; null once it has ended. */
  readonly taskId: string | null
  /** Ids of the stores that the data has still to reach. */
  readonly remainingStores: readonly string[]
  /** Ids of the stores that it failed to reach. */
  readonly failedStores: readonly string[]
}

export type Image = {
  /** A UUID in the letter case in which it was given; compared as it is. */
  readonly id: string
  readonly name: string | null
  /** Project id of the producer; null only for an image that an admin made ownerless. */
  readonly owner: string | null
  readonly visibility: Visibility
  readonly status: ImageStatus
  /** Blocks deletion, for the owner and for admins. */
  readonly protected: boolean
  /** Left out of lists unless they ask for hidden images. */
  readonly hidden: boolean
  readonly diskFormat: string | null
  readonly containerFormat: string | null
  /** Least size of the boot disk, in GiB. */
  readonly minDiskGib: number
  /** Least memory to boot, in MiB. */
  readonly minRamMib: number
  /** Length of the stored data; null until there is data. */
  readonly sizeBytes: number | null
  /** Length of the disk that a guest sees; null when unknown. */
  readonly virtualSizeBytes: number | null
  /** md5 of the data in lower-case hex; null until there is data. */
  readonly checksum: string | null
  readonly multihash: Multihash | null
  /** A set: each tag once, in no promised order. */
  readonly tags: readonly string[]
  /** The image's custom properties. Only `kernel_id` and `ramdisk_id` may be null. */
  readonly properties: ReadonlyMap<string, string | null>
  /** Copies of the data. They can be read once the image is active. */
  readonly locations: readonly Location[]
  /** Data that is being written, while `saving`, or is staged, while `uploading`. */
  readonly incoming: ObjectAddress | null
  /** What the last import did; null when there was none. */
  readonly importState: ImportState | null
  readonly createdAt: Date
  /** Changes with every save of the image, and with no change of its members. */
  readonly updatedAt: Date
}
