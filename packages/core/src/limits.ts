/** What the operator allows, and the sentence for whoever asks for more. */
import { TooLargeError } from './errors.ts'

/** A negative number is no limit. */
export type Limits = {
  readonly imageSizeBytes: number
  readonly propertiesPerImage: number
  readonly tagsPerImage: number
  readonly membersPerImage: number
  readonly locationsPerImage: number
}

export const defaultLimits: Limits = {
  imageSizeBytes: 2 ** 40,
  propertiesPerImage: 128,
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
