/**
 * Letters in words: a text and an HTML template, which an operator may replace, filled with the texts
 * of a language. Templates are Eta's; whatever they write with `<%= %>` is escaped in the HTML one.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Addressee, Letter, LetterWriter, Written } from '@vitrine/core'
import { Eta } from 'eta'
import type { MailPage } from './page.ts'
import { toPage } from './to-page.ts'

const ownTemplates = join(import.meta.dirname, '..', 'templates')

export class MailTemplates implements LetterWriter {
  readonly #html: (page: MailPage) => string
  readonly #text: (page: MailPage) => string

  /**
   * @param directory where the operator keeps `mail.html.eta` and `mail.txt.eta`; ours take the place
   *   of what is not there.
   * @throws when a template cannot be read.
   */
  constructor(directory: string | undefined) {
    const html = new Eta({ autoEscape: true })
    const text = new Eta({ autoEscape: false, autoTrim: [false, 'nl'] })
    const htmlSource = readTemplate('mail.html.eta', directory)
    const textSource = readTemplate('mail.txt.eta', directory)
    this.#html = (page) => html.renderString(htmlSource, page)
    this.#text = (page) => text.renderString(textSource, page)
  }

  write(letter: Letter, to: Addressee, unsubscribe: string): Written {
    const { email, language, contactId } = to
    const isContact = contactId !== null
    const page = toPage(letter, { email, isContact }, language, unsubscribe)
    return { subject: page.subject, text: this.#text(page), html: this.#html(page) }
  }
}

function readTemplate(name: string, directory: string | undefined): string {
  const theirs = directory === undefined ? undefined : join(directory, name)
  const path = theirs !== undefined && existsSync(theirs) ? theirs : join(ownTemplates, name)
  return readFileSync(path, 'utf8')
}
