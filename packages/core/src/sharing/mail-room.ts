/**
 * Turns events into mail, and sees to it that the mail goes out.
 *
 * Writing and sending are apart: a mail that is written waits in the records, through any restart,
 * until a mail server takes it. Without a mail server it waits there for an admin to read.
 * Of all processes one sends; another goes on when that one dies.
 */
import { createHash } from 'node:crypto'
import { tellable } from '../errors.ts'
import type { Event } from '../events.ts'
import type { Clock } from '../ports/clock.ts'
import { type LetterWriter, type MailCarrier, MailRefusedError } from '../ports/mail.ts'
import type { RecordsWithEvents } from '../records-with-events.ts'
import { type AddressedLetter, type LetterParts, lettersFor } from './letters.ts'
import { isNotice, type Mail } from './mail.ts'

export type MailRoomParts = Omit<LetterParts, 'records'> & {
  readonly records: RecordsWithEvents
  readonly clock: Clock
  readonly writer: LetterWriter
  /** Undefined where there is no mail server. */
  readonly carrier: MailCarrier | undefined
  readonly onError: (error: unknown, mail: Mail) => void
}

/** Under this name one process of all sends. */
const sender = 'mail-sender'
const mostAtOnce = 50
const minute = 60_000
/** How long after each failed try the next one comes; then, it is given up. */
const pausesMs = [1, 5, 15, 60, 120, 240, 480, 720, 1440].map((minutes) => minutes * minute)

export class MailRoom {
  readonly #parts: MailRoomParts

  constructor(parts: MailRoomParts) {
    this.#parts = parts
  }

  /** Writes the mails of these events down. What was written before is not written again. */
  async write(events: readonly Event[]): Promise<void> {
    const { records } = this.#parts
    for (const event of events) {
      const letters = await lettersFor(event, this.#parts)
      if (letters.length === 0) continue
      const mails = letters.map((letter) => this.#compose(event, letter))
      await records.write(async (transaction) => {
        for (const mail of mails) await transaction.insertMail(mail)
      })
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

  /** Lets another process send. */
  async release(): Promise<void> {
    await this.#parts.records.releaseConsumer(sender)
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

  #compose(event: Event, { to, letter }: AddressedLetter): Mail {
    const { writer, links, clock, publicUrl } = this.#parts
    const id = idOf(event, to.email)
    const unsubscribe = isNotice(letter.kind)
      ? `${publicUrl()}/mail/unsubscribe/${links.sign('unsubscribe', id)}`
      : null
    const now = clock.now()
    return {
      ...writer.write(letter, to.email, to.language, unsubscribe),
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

function idOf(event: Event, email: string): string {
  return createHash('sha256').update(`${event.id} ${email}`).digest('hex').slice(0, 32)
}
