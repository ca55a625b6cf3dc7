/**
 * Where the pages of the gallery are.
 *
 * The address of an image's page has the image's id, which stays, and its title, which people read:
 * with another title it still leads there.
 */
import { slugOf } from '@vitrine/core'

export const galleryRoot = '/gallery'

export function imagePath({ imageId, title }: { imageId: string; title: string }): string {
  const slug = slugOf(title)
  const path = `${galleryRoot}/images/${encodeURIComponent(imageId)}`
  return slug === '' ? path : `${path}/${slug}`
}

export function publisherPath(slug: string): string {
  return `${galleryRoot}/publishers/${encodeURIComponent(slug)}`
}
