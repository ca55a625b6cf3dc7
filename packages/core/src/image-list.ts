/** A list of images as the core asks the records for it: who may see what, filtered, in order. */
import type { Image } from './image.ts'
import type { ListScope } from './list-scope.ts'

export type ImageListQuery = {
  readonly scope: ListScope
  /** Hidden images are never mixed with others: a list shows the ones or the others. */
  readonly hidden: boolean
  /** All must hold. */
  readonly filters: readonly ImageFilter[]
  /** Complete: ends with fields that tell any two images apart, see `completeSort`. */
  readonly sort: readonly SortKey[]
  /** The page begins after where this image stands, or would stand, in the order of `sort`. */
  readonly after: Image | undefined
  readonly limit: number
}

/** A condition on an image's fields, tags or custom properties. */
export type ImageFilter =
  | { readonly kind: 'text'; readonly field: TextField; readonly oneOf: readonly string[] }
  | {
      readonly kind: 'number'
      readonly field: NumberField
      readonly is: NumberRelation
      readonly value: number
    }
  | {
      readonly kind: 'time'
      readonly field: TimeField
      readonly is: TimeRelation
      readonly value: Date
    }
  | { readonly kind: 'protected'; readonly value: boolean }
  | { readonly kind: 'tag'; readonly tag: string }
  | { readonly kind: 'property'; readonly name: string; readonly value: string }

export type TextField =
  | 'id'
  | 'name'
  | 'status'
  | 'owner'
  | 'containerFormat'
  | 'diskFormat'
  | 'checksum'
  | 'hashAlgorithm'
  | 'hashValue'

export type NumberField = 'sizeBytes' | 'virtualSizeBytes' | 'minDiskGib' | 'minRamMib'
export type NumberRelation = 'equal' | 'at-least' | 'at-most'

export type TimeField = 'createdAt' | 'updatedAt'
/** Compared with the time that clients are shown, which is cut to whole seconds. */
export type TimeRelation = 'gt' | 'gte' | 'lt' | 'lte' | 'eq' | 'neq'

export const sortFields = [
  'name',
  'status',
  'containerFormat',
  'diskFormat',
  'sizeBytes',
  'id',
  'createdAt',
  'updatedAt',
] as const
export type SortField = (typeof sortFields)[number]
export type SortDirection = 'asc' | 'desc'
/** A missing value sorts like the empty text; a missing size is less than none. */
export type SortKey = { readonly field: SortField; readonly direction: SortDirection }

/**
 * Adds `createdAt` and `id` where they are missing, so that every two images have an order.
 * They follow the direction that was given, or descend when none or several were given.
 */
export function completeSort(keys: readonly SortKey[]): readonly SortKey[] {
  const [only, ...more] = keys
  const direction = only !== undefined && more.length === 0 ? only.direction : 'desc'
  const missing = (['createdAt', 'id'] as const).filter(
    (field) => !keys.some((key) => key.field === field),
  )
  return [...keys, ...missing.map((field) => ({ field, direction }))]
}
