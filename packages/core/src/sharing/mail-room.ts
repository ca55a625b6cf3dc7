/**
 * Turns events into mail, and sees to it that the mail goes out.
 *
 * Writing and sending are apart: a mail that is written waits in the records, through any restart,
 * until a mail server takes it. Without a mail server it waits there for an admin to read.
 * Of all processes one sends; another goes on when that one dies.
 *
 * Nobody can be flooded by way of us: an address that nobody has proven gets so many mails a day, a
 * project has so many sent to such addresses, and what would be too much for a contact goes into its
 * digest.
 */
import { tellable } from '../errors.ts'
import type { Event } from '../events.ts'
import type { Clock } from '../ports/clock.ts'
import { type LetterWriter, type MailCarrier, MailRefusedError } from '../ports/mail.ts'
import type { RecordsWithEvents, TransactionWithEvents } from '../records-with-events.ts'
import type { AddressedLetter, LetterParts } from './addressed-letter.ts'
import { withContactsOnce } from './addressees.ts'
import { lettersFor } from './letters.ts'
import { type Addressee, digestId, isNotice, type Letter, type Mail, mailId } from './mail.ts'
import { Rates } from './rates.ts'
import { dayMs, type SharingRules } from './sharing-rules.ts'

export type MailRoomParts = Omit<LetterParts, 'records' | 'rules'> & {
  readonly records: RecordsWithEvents
  readonly clock: Clock
  readonly writer: LetterWriter
  /** Undefined where there is no mail server. */
  readonly carrier: MailCarrier | undefined
  readonly rules: SharingRules
  /** The hour of the day at which digests are written, from 0 to 23, in UTC. */
  readonly digestHour: number
  readonly onError: (error: unknown, mail: Mail) => void
}

/** Under these names one process of all sends, and one writes digests. */
const sender = 'mail-sender'
const digester = 'mail-digester'
const mostAtOnce = 50
/** What stands in one digest; of more it says how many there are. */
const mostInDigest = 50
const minute = 60_000
/** How long after each failed try the next one comes; then, it is given up. */
const pausesMs = [1, 5, 15, 60, 120, 240, 480, 720, 1440].map((minutes) => minutes * minute)

export class MailRoom {
  readonly #parts: MailRoomParts
  readonly #rates: Rates

  constructor(parts: MailRoomParts) {
    this.#parts = parts
    this.#rates = new Rates(parts.links)
  }

  /**
   * Writes the mails of these events down. What was written before is not written again.
   *
   * @returns whether there was anything to write.
   */
  async write(events: readonly Event[]): Promise<boolean> {
    const { records } = this.#parts
    let isAny = false
    const parts = { ...this.#parts, records: withContactsOnce(records) }
    for (const event of events) {
      const letters = await lettersFor(event, parts)
      isAny ||= letters.length > 0
      // In pieces, since an image may have thousands of members, and others want to write as well.
      for (let start = 0; start < letters.length; start += mostAtOnce) {
        await records.write(async (transaction) => {
          for (const letter of letters.slice(start, start + mostAtOnce)) {
            await this.#writeOne(transaction, event, letter)
          }
        })
      }
    }
    return isAny
  }

  /** Writes the digests of the day that are not written yet, if this process is the one that does. */
  async writeDigests(): Promise<void> {
    const { records, clock, digestHour } = this.#parts
    if (!(await records.claimConsumer(digester))) return
    const end = lastHour(digestHour, clock.now())
    for (;;) {
      const contactIds = await records.contactsWithDigest(end, mostAtOnce)
      for (const contactId of contactIds) await this.#writeDigest(contactId, end)
      if (contactIds.length < mostAtOnce) return
    }
  }

  /** Sends what is due, if this process is the one that sends. */
  async send(signal: AbortSignal): Promise<void> {
    const { records, carrier, clock } = this.#parts
    if (carrier === undefined || !(await records.claimConsumer(sender))) return
    for (;;) {
      const due = await records.dueMails(clock.now(), mostAtOnce)
      for (const mail of due) {
        if (signal.aborted) return
        const after = await this.#sendOne(mail, carrier)
        await records.write((transaction) => transaction.saveMail(after))
      }
      if (due.length < mostAtOnce) return
    }
  }

  /** Lets another process send, and write digests. */
  async release(): Promise<void> {
    await this.#parts.records.releaseConsumer(sender)
    await this.#parts.records.releaseConsumer(digester)
  }

  async #sendOne(mail: Mail, carrier: MailCarrier): Promise<Mail> {
    const { clock, onError } = this.#parts
    const attempts = mail.attempts + 1
    try {
      await carrier.send(mail)
      return { ...mail, attempts, status: 'sent', failure: '', dueAt: clock.now() }
    } catch (error) {
      onError(error, mail)
      const isRefused = error instanceof MailRefusedError
      const pauseMs = isRefused ? undefined : pausesMs[attempts - 1]
      const failure = isRefused
        ? error.message
        : `The mail server could not take it: ${tellable(error)}`
      const now = clock.now()
      if (pauseMs === undefined) return { ...mail, attempts, failure, status: 'failed', dueAt: now }
      return { ...mail, attempts, failure, dueAt: new Date(now.getTime() + pauseMs) }
    }
  }

  async #writeOne(
    transaction: TransactionWithEvents,
    event: Event,
    { to, letter, isDaily, invites }: AddressedLetter,
  ): Promise<void> {
    const id = mailId(event, to.email)
    if ((await transaction.findMail(id)) !== undefined) return
    if (invites !== undefined) {
      await transaction.insertInvitationLink({ id, ...invites, answer: null, answeredAt: null })
    }
    const isTooMany = !isDaily && (await this.#isOneTooMany(transaction, event, to, letter))
    if (to.contactId !== null && isNotice(letter) && (isDaily || isTooMany)) {
      const { contactId } = to
      const createdAt = this.#parts.clock.now()
      return transaction.insertDigestEntry({ id, contactId, notice: letter, createdAt })
    }
    const mail = this.#compose(id, to, letter)
    if (!isTooMany) return transaction.insertMail(mail)
    const failure =
      'Not sent: the address has had, or the project has sent, as many mails today as the operator allows'
    await transaction.insertMail({ ...mail, status: 'failed', failure })
  }

  async #isOneTooMany(
    transaction: TransactionWithEvents,
    { actor }: Event,
    to: Addressee,
    letter: Letter,
  ): Promise<boolean> {
    const { clock, rules } = this.#parts
    const now = clock.now()
    const take = async (what: string, whom: string, most: number) =>
      (await this.#rates.take(transaction, [what, whom], { most, perMs: dayMs }, now)) !== undefined
    if (to.contactId !== null && isNotice(letter)) {
      return take('mail to', `contact ${to.contactId}`, rules.mailsPerContactPerDay)
    }
    const mailbox = mailboxOf(to.email)
    // Counted apart: what others send there must not keep from anyone what it has asked for.
    if (isAnswer(letter)) return take('answer to', mailbox, rules.mailsPerAddressPerDay)
    if (
      letter.kind === 'confirm' &&
      (await take('request by', mailbox, rules.requestsPerAddressPerDay))
    ) {
      return true
    }
    if (await take('mail to', mailbox, rules.mailsPerAddressPerDay)) return true
    const projectId = actor?.projectId ?? null
    return (
      projectId !== null &&
      (await take('mail by', projectId, rules.strangersMailedPerProjectPerDay))
    )
  }

  async #writeDigest(contactId: string, end: Date): Promise<void> {
    await this.#parts.records.write(async (transaction) => {
      const contact = await transaction.findContact(contactId)
      const { entries, count } = await transaction.findDigest(contactId, end, mostInDigest)
      const [first] = entries
      await transaction.endDigest(contactId, end)
      if (first === undefined || !contact?.proven) return
      const notices = entries
        .map(({ notice }) => notice)
        .filter(({ kind }) => contact.wants[kind] !== 'never')
      if (notices.length === 0) return
      const { email, language } = contact
      const letter = { kind: 'digest', notices, more: count - entries.length } as const
      const to = { email, language, contactId }
      await transaction.insertMail(this.#compose(digestId(first.id), to, letter))
    })
  }

  #compose(id: string, to: Addressee, letter: Letter): Mail {
    const { writer, links, clock, publicUrl } = this.#parts
    const unsubscribe = `${publicUrl()}/mail/unsubscribe/${links.sign('unsubscribe', id)}`
    const now = clock.now()
    return {
      ...writer.write(letter, to, unsubscribe),
      id,
      to: to.email,
      kind: letter.kind,
      contactId: to.contactId,
      unsubscribe,
      status: 'waiting',
      attempts: 0,
      failure: '',
      createdAt: now,
      dueAt: now,
    }
  }
}

/** To an address that has asked, and was proven by that. */
function isAnswer({ kind }: Letter): boolean {
  return kind === 'approved' || kind === 'declined'
}

/** One for all the addresses that lead to it by what most providers let people add: `name+anything`. */
function mailboxOf(email: string): string {
  return email.toLowerCase().replace(/(?<=.)\+.*(?=@)/, '')
}

/** The last time that it was this hour. */
function lastHour(hour: number, now: Date): Date {
  const today = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate(), hour)
  return new Date(today > now.getTime() ? today - dayMs : today)
}
