import type { Language } from '../sharing/contact.ts'
import type { Letter, Mail } from '../sharing/mail.ts'

/** Puts letters into words. */
export interface LetterWriter {
  /** @param unsubscribe the address that ends such mail; null for none. */
  write(letter: Letter, to: string, language: Language, unsubscribe: string | null): Written
}

export type Written = {
  /** One line. */
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** Brings mail to a mail server. */
export interface MailCarrier {
  /**
   * Resolves when the server has taken it.
   *
   * @throws {MailRefusedError} when it never will.
   * @throws whatever keeps it from being taken just now.
   */
  send(mail: Mail): Promise<void>
}

/** The mail server refuses the mail for good. */
export class MailRefusedError extends Error {
  override readonly name = 'MailRefusedError'
}
