import type { Image, ObjectAddress } from '../image.ts'
import type { ImageListQuery } from '../image-list.ts'
import type { Member } from '../member.ts'
import type { ContentReader, ContentWriter } from './content-records.ts'
import type { EventOutbox, EventWriter } from './event-outbox.ts'
import type { ListingReader, ListingWriter } from './listing-records.ts'
import type { ProjectFeeds } from './project-feeds.ts'
import type { SharingReader, SharingWriter } from './sharing-records.ts'
import type { TaskQueue, TaskReader, TaskWriter } from './task-records.ts'
import type { WebhookLog, WebhookReader, WebhookWriter } from './webhook-records.ts'

/**
 * Keeps what is known about images and their members: everything but their bytes.
 * An adapter is a plain object of functions, so that the core can put its own around them.
 *
 * The promises below are tests in `@vitrine/conformance`: an adapter that passes may be used.
 * Deleted images and removed members are never returned, unless a method says so.
 */
export interface Records extends RecordsReader, TaskQueue, EventOutbox, ProjectFeeds, WebhookLog {
  /**
   * Runs `work` as one transaction: all of its changes are kept, or none when it throws.
   *
   * Resolves once the changes would outlive a power cut. An image read inside is locked until the
   * end, so what `work` decided about it still holds when its changes are kept; two works on one
   * image run one after the other, in any number of processes. `work` may be run again from its
   * start when the database asks for it, so it must touch nothing but `transaction`.
   */
  write<T>(work: (transaction: RecordsTransaction) => Promise<T>): Promise<T>

  /** By which links are signed: made when it is first asked for, the same in every process. */
  linkKey(): Promise<string>

  /**
   * Removes what was kept for a time that is over: rates, links, what was told in digests, and
   * requests that were made before `unverifiedBefore` and never verified.
   */
  forgetExpired(now: Date, unverifiedBefore: Date): Promise<void>

  /**
   * Objects that no image owns and nobody is writing: doomed ones that are due at `now`, and those
   * whose writer is no longer running. Their bytes are to be deleted.
   *
   * @param after the last of the page before; undefined for the first.
   */
  abandonedObjects(
    now: Date,
    limit: number,
    after?: ObjectAddress,
  ): Promise<readonly AbandonedObject[]>
}

export interface RecordsReader
  extends TaskReader,
    SharingReader,
    ListingReader,
    WebhookReader,
    ContentReader {
  findImage(id: string): Promise<Image | undefined>

  /** The image, with the given project's membership of it if there is one. */
  findImageFor(id: string, projectId: string | undefined): Promise<ImageAndMember | undefined>

  /** What the project keeps at the moment; nothing at all for one that nobody knows. */
  findUsage(projectId: string): Promise<Usage>

  /** The image even if it is deleted: only its sort keys are meant to be used. */
  findListMarker(id: string): Promise<(Image & { readonly deleted: boolean }) | undefined>

  /**
   * One page, in the order of `query.sort`. Costs the same for any number of images, and
   * visits every image once when each page starts after the last image of the one before,
   * also while images are being added.
   */
  listImages(query: ImageListQuery): Promise<readonly Image[]>

  findMember(imageId: string, projectId: string): Promise<Member | undefined>

  /** In the order in which they were first added. */
  listMembers(imageId: string): Promise<readonly Member[]>
}

export interface RecordsTransaction
  extends RecordsReader,
    TaskWriter,
    EventWriter,
    SharingWriter,
    ListingWriter,
    WebhookWriter,
    ContentWriter {
  /** @returns false, changing nothing, when the id is in use or belonged to a deleted image. */
  insertImage(image: Image): Promise<boolean>

  /** Keeps every field of the image, tags and properties included. */
  saveImage(image: Image): Promise<void>

  /** The image, its members and its listing are gone; its id stays taken for ever. */
  deleteImage(id: string, deletedAt: Date): Promise<void>

  /** No other transaction that locks the same project, or its usage, goes on before this one ends. */
  lockProject(projectId: string): Promise<void>

  /**
   * What the project keeps. No other transaction that asks for the same project's usage goes on
   * before this one ends.
   */
  lockUsage(projectId: string): Promise<Usage>

  countMembers(imageId: string): Promise<number>

  /**
   * Adds the member. One that was removed before comes back in its old place in the list with its
   * old `createdAt`; everything else is as given.
   *
   * @returns the member as kept; undefined, changing nothing, when the project is a member already.
   */
  insertMember(member: Member): Promise<Member | undefined>

  /** Keeps status and `updatedAt`. */
  saveMember(member: Member): Promise<void>

  /** @returns false when there is no such member. */
  deleteMember(imageId: string, projectId: string, deletedAt: Date): Promise<boolean>

  /**
   * Writes down that this process is about to write an object, so that its bytes can be found and
   * deleted whatever happens to it.
   */
  insertLooseObject(object: LooseObject): Promise<void>

  /**
   * An image owns the object from now on, which this process has written.
   *
   * @returns false when it is not this process's: whoever meant to own it must not, since another
   *   process may have taken this one for dead, and have deleted the bytes.
   */
  takeLooseObject(address: ObjectAddress): Promise<boolean>

  /**
   * The object is to be deleted, by whichever process comes first; its writer cannot take it any
   * more. Written down anew where it was not, or not any more.
   *
   * @param from no earlier than this.
   */
  doomObject(object: LooseObject, from?: Date): Promise<void>

  /**
   * As `doomObject`, unless it is being written: then it is left to its writer, who may be about to
   * write more of it, and dooms it when there is no image to own it any more.
   *
   * @returns whether it is doomed now.
   */
  doomUnlessWritten(object: LooseObject): Promise<boolean>

  /** As `doomObject`, unless it is not written down: then an image may own it. */
  doomLooseObject(object: LooseObject): Promise<boolean>

  /** Its bytes are deleted. */
  forgetObject(address: ObjectAddress): Promise<void>
}

/** What a project keeps: its images that are not deleted. */
export type Usage = {
  readonly images: number
  /** Every copy counts, wherever it is. */
  readonly bytes: number
  /**
   * Sizes of the images that are `uploading`, still to reach a store, or `importing` without a
   * checksum yet; each once.
   */
  readonly stagedBytes: number
  /** How many images those are, and those that are `saving`. */
  readonly uploading: number
}

export type ImageAndMember = { readonly image: Image; readonly member: Member | undefined }

/** Bytes in a store that no image owns: still being written, or doomed to be deleted. */
export type LooseObject = ObjectAddress & {
  /** The image the bytes are, or were, meant for. */
  readonly imageId: string
  /**
   * The store may still do what it was asked before: it is to be deleted once more after a while.
   * Only of what is doomed.
   */
  readonly isUnsettled?: boolean
}

export type AbandonedObject = LooseObject & {
  /** Else its writer has ended. */
  readonly isDoomed: boolean
}
