import type { Image } from '../image.ts'
import type { Member, MemberStatus } from '../member.ts'
import type { ActivityEntry } from '../sharing/activity.ts'
import type { Contact } from '../sharing/contact.ts'
import type { Invitation } from '../sharing/invitation.ts'
import type { InvitationLink } from '../sharing/invitation-link.ts'
import type { DigestEntry, Mail, MailStatus } from '../sharing/mail.ts'
import type { AccessRequestReader, AccessRequestWriter } from './access-request-records.ts'

/** Reads what is known of sharing besides the members themselves. Part of the port `Records`. */
export interface SharingReader extends AccessRequestReader {
  findInvitation(imageId: string, projectId: string): Promise<Invitation | undefined>

  /** One page of the members of an image, by project id, with what goes with each. */
  listShares(query: ShareQuery): Promise<readonly SharedWith[]>

  findReminders(imageId: string, projectId: string): Promise<Reminders | undefined>

  /**
   * One page of what is shared with a project and `pending`, last changed first. What producers share
   * that the project has blocked is left out, and so are images that are not shared at present.
   */
  listInbox(query: InboxQuery): Promise<readonly InboxEntry[]>

  /** Whom the project has blocked, by id. */
  listBlocks(projectId: string): Promise<readonly Block[]>

  /** The oldest first. */
  listContacts(projectId: string): Promise<readonly Contact[]>

  findContact(id: string): Promise<Contact | undefined>

  /** Whether mail to this address, which belongs to no project, is to end. In lower case. */
  isMuted(email: string): Promise<boolean>

  findInvitationLink(id: string): Promise<InvitationLink | undefined>

  findMail(id: string): Promise<Mail | undefined>

  /** Contacts, by id, for which something waits that was written before `before`. */
  contactsWithDigest(before: Date, limit: number): Promise<readonly string[]>

  /** What waits for the contact and was written before `before`, the oldest first, and how much. */
  findDigest(
    contactId: string,
    before: Date,
    limit: number,
  ): Promise<{ readonly entries: readonly DigestEntry[]; readonly count: number }>

  /** What waits and may be sent by now, the oldest first. */
  dueMails(now: Date, limit: number): Promise<readonly Mail[]>

  /** One page, newest first. */
  listMails(query: MailQuery): Promise<readonly PlacedMail[]>

  /** One page, newest first. */
  listActivity(query: ActivityQuery): Promise<readonly PlacedActivity[]>
}

/** Changes it in a transaction. Part of the port `RecordsTransaction`. */
export interface SharingWriter extends AccessRequestWriter {
  /** In place of the one that the project has for this image, if there is one. */
  saveInvitation(invitation: Invitation): Promise<void>

  /** In place of what was kept before. */
  saveReminders(reminders: Reminders): Promise<void>

  /** Quiet when it is there already, which stays as it is. */
  insertBlock(block: Block): Promise<void>

  /** @returns false when there is none. */
  deleteBlock(projectId: string, producerId: string): Promise<boolean>

  /** New, or in place of the one that has its id. */
  saveContact(contact: Contact): Promise<void>

  deleteContact(id: string): Promise<void>

  /** Quiet when it is there already. */
  insertMute(email: string): Promise<void>

  /** @returns false when it was not there. */
  deleteMute(email: string): Promise<boolean>

  /** Quiet when there is one of this id, which stays as it is. */
  insertInvitationLink(link: InvitationLink): Promise<void>

  /** @returns false, changing nothing, when it was used before, or is gone. */
  useInvitationLink(id: string, answer: MemberStatus, at: Date): Promise<boolean>

  /** Quiet when there is one of this id, which stays as it is. */
  insertMail(mail: Mail): Promise<void>

  /** Quiet when there is one of this id, also when it went into a digest already. */
  insertDigestEntry(entry: DigestEntry): Promise<void>

  /** What was written for the contact before `before` waits no more. */
  endDigest(contactId: string, before: Date): Promise<void>

  /**
   * Counts one more under this key, from 1 where the time of the last count is over.
   *
   * @param endsAt when the time is over that begins now, if one does.
   */
  takeRate(
    key: string,
    now: Date,
    endsAt: Date,
  ): Promise<{ readonly count: number; readonly endsAt: Date }>

  /** Keeps how far it has come. */
  saveMail(mail: Pick<Mail, 'id' | 'status' | 'attempts' | 'failure' | 'dueAt'>): Promise<void>

  insertActivity(entries: readonly ActivityEntry[]): Promise<void>
}

export type ShareQuery = {
  readonly imageId: string
  readonly status?: MemberStatus | undefined
  /** The project of the last share of the page before. */
  readonly after: string | undefined
  readonly limit: number
}

export type SharedWith = {
  readonly member: Member
  readonly invitation: Invitation | undefined
  readonly reminders: Reminders | undefined
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

export type MailQuery = {
  readonly status?: MailStatus | undefined
  readonly after: number | undefined
  readonly limit: number
}

export type PlacedMail = { readonly place: number; readonly mail: Mail }

export type PlacedActivity = { readonly place: number; readonly entry: ActivityEntry }
