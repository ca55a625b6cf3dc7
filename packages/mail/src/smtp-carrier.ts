/**
 * Mail by SMTP, encrypted where the server can: `smtps://` from the start, `smtp://` by STARTTLS.
 *
 * The id of a message follows from that of the mail, so one that was sent twice is seen as one.
 */
import type { Mail, MailCarrier } from '@vitrine/core'
import { createTransport, type Transporter } from 'nodemailer'
import { whyNotTaken } from './smtp-failure.ts'

export type SmtpOptions = {
  /** `smtp://user:password@host:port`, or `smtps`. */
  readonly url: string
  /** Who writes: `Images <images@cloud.example>`. */
  readonly from: string
}

const patienceMs = 30_000

export class SmtpCarrier implements MailCarrier, AsyncDisposable {
  readonly #transport: Transporter
  /** Host and port, without the user and the password. */
  readonly #server: string
  readonly #from: string
  readonly #domain: string

  constructor({ url, from }: SmtpOptions) {
    this.#transport = createTransport({
      url,
      // Most of the time that a mail takes is that of its connection.
      pool: true,
      maxConnections: 1,
      connectionTimeout: patienceMs,
      greetingTimeout: patienceMs,
      socketTimeout: patienceMs,
    })
    this.#server = serverOf(url)
    this.#from = from
    this.#domain = /@([\w.-]+)/.exec(from)?.[1] ?? 'vitrine.invalid'
  }

  async send(mail: Mail): Promise<void> {
    try {
      await this.#transport.sendMail({
        messageId: `<${mail.id}@${this.#domain}>`,
        from: this.#from,
        // As an address and nothing else: as a text it could be read as several.
        to: { name: '', address: mail.to },
        subject: mail.subject,
        text: mail.text,
        html: mail.html,
        date: mail.createdAt,
        headers: { 'Auto-Submitted': 'auto-generated', ...unsubscribeHeaders(mail) },
        disableFileAccess: true,
        disableUrlAccess: true,
      })
    } catch (error) {
      throw whyNotTaken(error, this.#server)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#transport.close()
  }
}

function serverOf(url: string): string {
  const { protocol, hostname, port } = new URL(url)
  return `${hostname}:${port || (protocol === 'smtps:' ? 465 : 587)}`
}

/** Source: RFC 8058. */
function unsubscribeHeaders({ unsubscribe }: Mail): Record<string, string> {
  return {
    'List-Unsubscribe': `<${unsubscribe}>`,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  }
}
