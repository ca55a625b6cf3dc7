/**
 * Images as they were last read, so that none is made anew of a row that has not changed.
 *
 * To read the rows of a page and to make images of them takes twice as long as to find them. A row
 * has another version after every change, so an image that was made of one version of it is that
 * image for as long as the database says that the row is of that version. It is asked every time:
 * who may see what, and in which order, is never remembered.
 *
 * An image is not changed by anyone who has it, so all may have the same; and who writes it as text
 * may keep the text with it.
 */
import type { Image } from '@vitrine/core'
import type { Selectable } from 'kysely'
import { LRUCache } from 'lru-cache'
import { toImage } from './image-rows.ts'
import type { ImageRow } from './tables.ts'

export type ImageVersion = Pick<Selectable<ImageRow>, 'id' | 'version'>

/** Some two thousand images of the ordinary kind. */
const mostBytes = 6 * 1024 * 1024
/** What an image takes besides its texts, and as text and as bytes once it was shown. */
const ordinaryBytes = 3072

export class RecentImages {
  readonly #kept = new LRUCache<string, { readonly version: number; readonly image: Image }>({
    maxSize: mostBytes,
  })

  /** @returns undefined where it was not read at this version, or too long ago. */
  find({ id, version }: ImageVersion): Image | undefined {
    const kept = this.#kept.get(id)
    return kept?.version === version ? kept.image : undefined
  }

  /** @returns the image of this row, the same one as before while the row is the same. */
  imageOf(row: Selectable<ImageRow>): Image {
    const known = this.find(row)
    if (known !== undefined) return known
    const image = toImage(row)
    this.#kept.set(row.id, { version: row.version, image }, { size: weightOf(row) })
    return image
  }
}

function weightOf({ tags, properties, locations, name }: Selectable<ImageRow>): number {
  const texts = tags.length + properties.length + locations.length + (name?.length ?? 0)
  return ordinaryBytes + 4 * texts
}
