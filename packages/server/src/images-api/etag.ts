/**
 * The entity tag of image data, and the request headers that name one.
 *
 * Data never changes once it is there, so its multihash is a strong tag. Data without one, such as
 * lies on the web and was never hashed, has no tag.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3
 */
import type { Image } from '@vitrine/core'

export function etagOf({ multihash }: Image): string | undefined {
  return multihash === null ? undefined : `"${multihash.value}"`
}

/** Whether `If-None-Match` says that the caller has the data already. */
export function hasAlready(header: string | undefined, etag: string | undefined): boolean {
  if (header === undefined) return false
  if (header.trim() === '*') return true
  const named: readonly string[] = header.match(/"[^"]*"/g) ?? []
  return etag !== undefined && named.includes(etag)
}

/**
 * Whether `If-Range`, if there is one, lets a part be sent: the caller has the rest of this very
 * data. A time never does, since we tell none; nor does a weak tag.
 */
export function mayHavePart(header: string | undefined, etag: string | undefined): boolean {
  return header === undefined || header.trim() === etag
}
