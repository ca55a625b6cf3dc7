import type { Addressee, Letter, Mail } from '../sharing/mail.ts'

/** Puts letters into words. */
export interface LetterWriter {
  /** @param unsubscribe the address that ends such mail. */
  write(letter: Letter, to: Addressee, unsubscribe: string): Written
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
