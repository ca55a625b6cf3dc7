import type { Image, ObjectAddress } from '../image.ts'

/**
 * What the stores keep: each content once per store, and which images carry it.
 *
 *   (store, digest) ──► one object ◄── any number of images
 *
 * A content is locked by whoever changes who carries it, until the end of the transaction. So when
 * its last image goes while another comes, one of them sees what the other did.
 *
 * The promises below are tests in `@vitrine/conformance`, under concurrency.
 */
export type Content = ObjectAddress & {
  /** Algorithm and lower-case hex, such as `sha512:…`; null for data of old that was never hashed. */
  readonly digest: string | null
  /** Null as the digest is. */
  readonly sizeBytes: number | null
}

export type StagedData = ObjectAddress & { readonly imageId: string; readonly sizeBytes: number }

export type ImageWithData = Pick<Image, 'id' | 'locations'>

export interface ContentReader {
  /** The object that further images of these bytes will share, if the store has one. */
  findSharedContent(storeId: string, digest: string): Promise<ObjectAddress | undefined>

  findContent(address: ObjectAddress): Promise<Content | undefined>

  /** By store and key, after the given one. */
  listContents(limit: number, after?: ObjectAddress): Promise<readonly Content[]>

  /** How many there are, and how many bytes they have in all. */
  sumContents(): Promise<{ readonly count: number; readonly bytes: number }>

  /** Data that is staged and waits for an import: by key, after the given one. */
  listStaged(limit: number, after?: string): Promise<readonly StagedData[]>

  /** Images that say they have data: by id, after the given one. */
  listImagesWithData(limit: number, after?: string): Promise<readonly ImageWithData[]>

  /** Those of the keys that an image owns, that are being written, or that are doomed. */
  findKnownKeys(storeId: string, keys: readonly string[]): Promise<ReadonlySet<string>>

  /** Ids of images that carry the content, no more than `limit`. */
  listCarriers(address: ObjectAddress, limit: number): Promise<readonly string[]>
}

export interface ContentWriter {
  /**
   * The image carries these bytes from now on.
   *
   * @param content where they have just been written.
   * @returns where they are kept: as given, or where the store had them before.
   */
  carryContent(content: Content, imageId: string): Promise<ObjectAddress>

  /**
   * The image does not carry the object any more.
   *
   * @returns whether no image does now. So it is for what was never carried.
   */
  dropContent(address: ObjectAddress, imageId: string): Promise<boolean>

  /** No further image shares the object: its bytes are lost, or altered. Quiet when there is none. */
  retireContent(address: ObjectAddress): Promise<void>
}
