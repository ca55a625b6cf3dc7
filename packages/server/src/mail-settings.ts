/** How the service writes mail, and where it sends it. */
import { type Language, languages } from '@vitrine/core'
import { type Choices, choice, integer, optionalText, type Setting, text } from './settings.ts'

export type MailSettings = {
  /** Undefined where there is no mail server: mails wait then, for an admin to read. */
  readonly url: string | undefined
  readonly from: string
  /** Of mails to addresses that chose none. */
  readonly language: Language
  /** Where templates of the operator's own are. */
  readonly templates: string | undefined
  /** At which digests are written, in UTC. */
  readonly digestHour: number
}

export function takeMail(choices: Choices): MailSettings {
  return {
    url: choices.take('mail.url', serverUrl()),
    from: choices.take('mail.from', text('Vitrine <vitrine@localhost>', 'who writes')),
    language: choices.take('mail.language', choice<Language>('en', languages)),
    templates: choices.take('mail.templates', optionalText('a path')),
    digestHour: choices.take('mail.digest_hour', integer(6, 0, 23, 'an hour of the day')),
  }
}

function serverUrl(): Setting<string | undefined> {
  return {
    expected: 'the address of a mail server, "smtp://<user>:<password>@<host>:<port>", or "smtps"',
    fallback: undefined,
    // It holds a password.
    secret: true,
    read: (value) =>
      typeof value === 'string' && /^smtps?:\/\/./.test(value) && URL.canParse(value)
        ? value
        : undefined,
  }
}
