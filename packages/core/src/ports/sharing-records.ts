import type { Image } from '../image.ts'
import type { Member } from '../member.ts'
import type { ActivityEntry } from '../sharing/activity.ts'
import type { Invitation } from '../sharing/invitation.ts'

/** Reads what is known of sharing besides the members themselves. Part of the port `Records`. */
export interface SharingReader {
  findInvitation(imageId: string, projectId: string): Promise<Invitation | undefined>

  findReminders(imageId: string, projectId: string): Promise<Reminders | undefined>

  /**
   * One page of what is shared with a project and `pending`, last changed first. What producers share
   * that the project has blocked is left out, and so are images that are not shared at present.
   */
  listInbox(query: InboxQuery): Promise<readonly InboxEntry[]>

  /** Whom the project has blocked, by id. */
  listBlocks(projectId: string): Promise<readonly Block[]>

  /** One page, newest first. */
  listActivity(query: ActivityQuery): Promise<readonly PlacedActivity[]>
}

/** Changes it in a transaction. Part of the port `RecordsTransaction`. */
export interface SharingWriter {
  /** In place of the one that the project has for this image, if there is one. */
  saveInvitation(invitation: Invitation): Promise<void>

  /** In place of what was kept before. */
  saveReminders(reminders: Reminders): Promise<void>

  /** Quiet when it is there already, which stays as it is. */
  insertBlock(block: Block): Promise<void>

  /** @returns false when there is none. */
  deleteBlock(projectId: string, producerId: string): Promise<boolean>

  insertActivity(entries: readonly ActivityEntry[]): Promise<void>
}

/** How often a project was reminded of an image. */
export type Reminders = {
  readonly imageId: string
  readonly projectId: string
  readonly count: number
  readonly lastAt: Date
}

export type InboxQuery = {
  readonly projectId: string
  /** Only images of exactly this name. */
  readonly name: string | undefined
  /** The place of the last entry of the page before. */
  readonly after: InboxPlace | undefined
  readonly limit: number
}

/** Where an entry stands: entries that changed in one millisecond go by the other number. */
export type InboxPlace = { readonly updatedAt: Date; readonly number: number }

export type InboxEntry = {
  readonly place: InboxPlace
  readonly image: Image
  readonly member: Member
  readonly invitation: Invitation | undefined
}

/** A project that wants to hear nothing of a producer. */
export type Block = {
  readonly projectId: string
  readonly producerId: string
  readonly createdAt: Date
}

export type ActivityQuery = {
  /** Of one image. */
  readonly imageId?: string | undefined
  /** That concerns this consumer. */
  readonly consumerId?: string | undefined
  /** Of the images of this producer. */
  readonly producerId?: string | undefined
  readonly after: number | undefined
  readonly limit: number
}

export type PlacedActivity = { readonly place: number; readonly entry: ActivityEntry }
