/** What has come to a mail server, for whoever waits for it. */
import { expect } from 'vitest'
import type { MailServer, ReceivedMail } from './mail-server.ts'

const often = { interval: 20 }

export function mailsTo(server: MailServer, address: string): readonly ReceivedMail[] {
  return server.received.filter(({ to }) => to.includes(address))
}

/** The first mail to this address that has these words, once it has come. */
export async function mailTo(
  server: MailServer,
  address: string,
  words = '',
): Promise<ReceivedMail> {
  const find = () => mailsTo(server, address).find(({ text }) => text.includes(words))
  await expect.poll(find, often).toBeDefined()
  const mail = find()
  if (mail === undefined) throw new Error(`There is no mail to ${address}`)
  return mail
}

/** The link of a mail that leads to this page of ours, such as `invitation`. */
export function linkTo(page: string, { text }: ReceivedMail): string {
  const link = new RegExp(`https?://\\S+/mail/${page}/\\S+`).exec(text)?.[0]
  if (link === undefined) throw new Error(`The mail has no link to ${page}: ${text}`)
  return link
}

/** As a browser sends the form of a page. */
export function send(link: string, fields: Readonly<Record<string, string>> = {}) {
  return fetch(link, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' })
}
