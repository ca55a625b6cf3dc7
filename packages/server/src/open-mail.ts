/** The mail room at work: written from the events, sent where there is a mail server. */
import { setTimeout as sleep } from 'node:timers/promises'
import {
  EventConsumer,
  MailRoom,
  type RecordsWithEvents,
  type SecretLinks,
  type SharingRules,
  systemClock,
} from '@vitrine/core'
import { MailTemplates } from '@vitrine/mail'
import type { SmtpCarrier, SmtpOptions } from '@vitrine/mail/smtp'
import type { FastifyBaseLogger } from 'fastify'
import type { MailSettings } from './mail-settings.ts'

/** The name under which the outbox knows it. */
export const mailConsumer = 'mail'

/** How often mails are looked for that other processes wrote, or that are to be tried again. */
const lookEveryMs = 5000

export type OpenMailParts = {
  readonly records: RecordsWithEvents
  readonly links: SecretLinks
  readonly publicUrl: () => string
  readonly rules: SharingRules
  readonly log: FastifyBaseLogger
}

export async function openMail(
  settings: MailSettings,
  parts: OpenMailParts,
): Promise<AsyncDisposable> {
  const { records, links, publicUrl, rules, log } = parts
  const opened = new AsyncDisposableStack()
  const { url, from } = settings
  const carrier = url === undefined ? undefined : opened.use(await carrierTo({ url, from }))
  const room = new MailRoom({
    records,
    links,
    publicUrl,
    rules,
    digestHour: settings.digestHour,
    clock: systemClock,
    writer: new MailTemplates(settings.templates),
    carrier,
    defaultLanguage: settings.language,
    onError: (error, { id, attempts }) =>
      log.warn({ err: error, mailId: id, attempts }, 'a mail could not be sent'),
  })
  const sender = opened.use(sending(room, log))
  opened.use(
    await EventConsumer.start({
      outbox: records,
      name: mailConsumer,
      deliver: async (events) => {
        if (await room.write(events)) sender.wake()
      },
      onError: (error) => log.error({ err: error }, 'mails could not be written'),
    }),
  )
  return opened
}

/** Loaded where it is needed, since that takes a tenth of a second of the start. */
async function carrierTo(options: SmtpOptions): Promise<SmtpCarrier> {
  const { SmtpCarrier } = await import('@vitrine/mail/smtp')
  return new SmtpCarrier(options)
}

/** Sends when it is woken, and now and then, until it is disposed of; writes digests when it is time. */
function sending(room: MailRoom, log: FastifyBaseLogger): AsyncDisposable & { wake(): void } {
  const stopping = new AbortController()
  let woken = Promise.withResolvers<void>()
  const run = async () => {
    while (!stopping.signal.aborted) {
      woken = Promise.withResolvers<void>()
      await room
        .writeDigests()
        .then(() => room.send(stopping.signal))
        .catch((error) => log.error({ err: error }, 'mails could not be sent'))
      const waiting = new AbortController()
      await Promise.race([woken.promise, pause(lookEveryMs, waiting.signal)])
      waiting.abort()
    }
    await room.release()
  }
  const done = run()
  return {
    wake: () => woken.resolve(),
    async [Symbol.asyncDispose]() {
      stopping.abort()
      woken.resolve()
      await done
    },
  }
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => {})
}
