/** A real mail server in this process, and what has come to it for whom. */
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { SMTPServer } from 'smtp-server'
import { ExpectationError } from './expectation.ts'

export type Mail = { readonly subject: string; readonly text: string }

const patienceMs = 20_000

export class PostOffice implements AsyncDisposable {
  readonly #server = new SMTPServer({
    // It is for this process alone, which has nobody to prove anything to.
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData: async (stream, { envelope }, done) => {
      const mail = readMail(await text(stream))
      for (const { address } of envelope.rcptTo) this.#take(address, mail)
      done()
    },
  })
  readonly #mails = new Map<string, Mail[]>()
  #arrived = Promise.withResolvers<void>()
  #port = 0
  /** Told of every mail from now on, instead of it being kept. */
  onMail: ((address: string, mail: Mail) => void) | undefined

  static async open(): Promise<PostOffice> {
    const office = new PostOffice()
    const listener = office.#server.listen(0, '127.0.0.1')
    await once(listener, 'listening')
    const bound = listener.address()
    if (bound !== null && typeof bound !== 'string') office.#port = bound.port
    return office
  }

  get url(): string {
    return `smtp://127.0.0.1:${this.#port}`
  }

  /**
   * Waits for the next mail to this address, in the order in which they come.
   *
   * @throws {ExpectationError} when none comes.
   */
  async next(address: string): Promise<Mail> {
    const tooLate = AbortSignal.timeout(patienceMs)
    const late = once(tooLate, 'abort')
    while (!tooLate.aborted) {
      const mail = this.#mails.get(address)?.shift()
      if (mail !== undefined) return mail
      await Promise.race([this.#arrived.promise, late])
    }
    throw new ExpectationError(`a mail to ${address}`, `none in ${patienceMs / 1000} seconds`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
  }

  #take(address: string, mail: Mail): void {
    this.onMail?.(address, mail)
    if (this.onMail !== undefined) return
    this.#mails.set(address, [...(this.#mails.get(address) ?? []), mail])
    this.#arrived.resolve()
    this.#arrived = Promise.withResolvers()
  }
}

/** The address that a mail leads to, on one of the service's pages, such as `invitation`. */
export function linkTo(page: string, mail: Mail): string {
  const link = new RegExp(`https?://\\S+/mail/${page}/\\S+`).exec(mail.text)?.[0]
  if (link !== undefined) return link
  throw new ExpectationError(`a link to a page "${page}"`, JSON.stringify(mail.text))
}

/** Its subject and its first part of plain text, decoded. */
function readMail(raw: string): Mail {
  const subject = /^subject: (.*(?:\r\n[ \t].*)*)/im.exec(raw)?.[1] ?? ''
  const boundary = /boundary="([^"]+)"/.exec(raw)?.[1] ?? ''
  const parts = raw.split(`--${boundary}`)
  const plain = parts.find((part) => /^content-type: text\/plain/im.test(part)) ?? ''
  const [head = '', ...body] = plain.split('\r\n\r\n')
  return { subject: decodeWords(subject), text: decodeBody(head, body.join('\r\n\r\n')) }
}

function decodeBody(head: string, body: string): string {
  if (/base64/i.test(head)) return Buffer.from(body, 'base64').toString()
  return /quoted-printable/i.test(head) ? decodeQuoted(body.replaceAll(/=\r\n/g, '')) : body
}

/** Of a header: `=?UTF-8?Q?…?=`, one after the other. Source: RFC 2047. */
function decodeWords(header: string): string {
  return header
    .replaceAll(/\r\n[ \t]+/g, ' ')
    .replaceAll(/\?= =\?/g, '?==?')
    .replaceAll(/=\?utf-8\?([qb])\?([^?]*)\?=/gi, (_, encoding: string, word: string) =>
      encoding.toLowerCase() === 'b'
        ? Buffer.from(word, 'base64').toString()
        : decodeQuoted(word.replaceAll('_', ' ')),
    )
}

function decodeQuoted(text: string): string {
  const bytes = text.replaceAll(/=([\dA-F]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
  return Buffer.from(bytes, 'latin1').toString()
}
