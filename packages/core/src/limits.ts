/** What the operator allows, and the sentence for whoever asks for more. */
import { TooLargeError } from './errors.ts'
import type { Image } from './image.ts'

/** A negative number is no limit. */
export type Limits = {
  readonly imageSizeBytes: number
  readonly propertiesPerImage: number
  /** Of their names and values together: whoever lists an image gets all of them. */
  readonly propertyBytesPerImage: number
  readonly tagsPerImage: number
  readonly membersPerImage: number
  readonly locationsPerImage: number
}

export const defaultLimits: Limits = {
  imageSizeBytes: 2 ** 40,
  propertiesPerImage: 128,
  propertyBytesPerImage: 256 * 1024,
  tagsPerImage: 128,
  membersPerImage: 128,
  locationsPerImage: 10,
}

/**
 * @param what plural noun, as in "128 tags".
 * @throws {TooLargeError} when `count` is over `limit`.
 */
export function requireWithin(limit: number, count: number, what: string): void {
  if (limit >= 0 && count > limit) {
    throw new TooLargeError(
      `Cannot keep ${count} ${what} on one image: the limit is ${limit} ${what}`,
    )
  }
}

/**
 * Holds the custom properties of an image to the limits. One that is over a lowered limit already
 * may still be changed, as long as it does not grow.
 *
 * @throws {TooLargeError}
 */
export function requireFewProperties(
  limits: Limits,
  after: Image['properties'],
  before: Image['properties'] = new Map(),
): void {
  if (after.size > before.size) {
    requireWithin(limits.propertiesPerImage, after.size, 'custom properties')
  }
  const bytes = bytesOf(after)
  if (bytes > bytesOf(before)) {
    requireWithin(limits.propertyBytesPerImage, bytes, 'bytes of custom properties')
  }
}

function bytesOf(properties: Image['properties']): number {
  let bytes = 0
  for (const [name, value] of properties) {
    bytes += Buffer.byteLength(name) + Buffer.byteLength(value ?? '')
  }
  return bytes
}
