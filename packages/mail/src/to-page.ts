/** What a letter says, in the words of a language. */
import type { AnswerLink, Language, Letter, Notice } from '@vitrine/core'
import { factsOf, identityOf, nameOf, oneLine } from './image-facts.ts'
import type { Button, Fact, Item, MailPage } from './page.ts'
import { texts } from './texts/catalogue.ts'
import { fill, type LetterTexts, type Texts } from './texts/texts.ts'

type Values = Readonly<Record<string, string>>

/** @param isContact whether the address is a contact of a project. */
export function toPage(
  letter: Letter,
  to: { readonly email: string; readonly isContact: boolean },
  language: Language,
  unsubscribe: string,
): MailPage {
  const words = texts[language]
  const values = { ...valuesOf(letter, words), address: to.email }
  const { subject, heading, paragraphs, noteLabel = '' } = textsOf(letter, words)
  return {
    language,
    subject: oneLine(fill(subject, values)),
    heading,
    paragraphs: paragraphs.map((text) => fill(text, values)),
    note: noteOf(letter),
    noteLabel,
    facts: letterFacts(letter, words, language),
    commands: commandsOf(letter, words),
    button: buttonOf(letter, words, language),
    items: letter.kind === 'digest' ? letter.notices.map((one) => toItem(one, language)) : [],
    moreItems:
      letter.kind === 'digest' && letter.more > 0
        ? fill(words.moreInDigest, { more: letter.more.toLocaleString(language) })
        : '',
    footer: fill(words.footer[whySent(letter, to.isContact)], values),
    unsubscribe: { label: words.unsubscribe[whatEnds(letter, to.isContact)], url: unsubscribe },
  }
}

function toItem(notice: Notice, language: Language): Item {
  const words = texts[language]
  const values = valuesOf(notice, words)
  const { subject, paragraphs } = textsOf(notice, words)
  return {
    heading: oneLine(fill(subject, values)),
    text: fill(paragraphs[0] ?? '', values),
    note: noteOf(notice),
    // Its name stands above.
    facts: letterFacts(notice, words, language).filter(({ label }) => label !== words.facts.name),
    button: buttonOf(notice, words, language),
  }
}

function textsOf(letter: Letter, { letters }: Texts): LetterTexts {
  if (letter.kind === 'change') return letters[letter.change]
  if (letter.kind === 'request' && letter.isByMember) return letters.memberRequest
  if (letter.kind === 'declined' && letter.isGone) return letters.gone
  return letters[letter.kind]
}

function valuesOf(letter: Letter, words: Texts): Values {
  switch (letter.kind) {
    case 'prove':
      return { project: letter.projectId }
    case 'digest':
      return { count: String(letter.notices.length + letter.more) }
    case 'confirm':
    case 'declined':
      return { image: oneLine(letter.title), project: letter.projectId }
    default:
      return { ...imageValues(letter, words) }
  }
}

function imageValues(letter: Extract<Letter, { image: unknown }>, words: Texts): Values {
  const { image } = letter
  const ofImage = { image: nameOf(image, words), producer: producerOf(letter) }
  if (letter.kind === 'answer') {
    const status = words.statuses[letter.status]
    return { ...ofImage, consumer: oneLine(letter.consumerId), status }
  }
  if (letter.kind === 'approved') {
    return { ...ofImage, image: oneLine(letter.title), project: letter.projectId }
  }
  if (letter.kind !== 'request') return ofImage
  return { ...ofImage, consumer: letter.projectId, email: letter.email }
}

/** Never the name alone, which anyone may choose. */
function producerOf(letter: Extract<Letter, { image: unknown }>): string {
  const id = letter.image.owner ?? '–'
  const name = 'publisher' in letter ? oneLine(letter.publisher ?? '') : ''
  return name === '' ? id : `${name} (${id})`
}

function noteOf(letter: Letter): string {
  switch (letter.kind) {
    case 'shared':
    case 'reminder':
    case 'approved':
      return letter.note.trim()
    case 'request':
      return letter.message.trim()
    case 'declined':
      // The letter says by itself that the image is gone, in its own language.
      return letter.isGone ? '' : letter.reason.trim()
    default:
      return ''
  }
}

function letterFacts(letter: Letter, words: Texts, language: Language): readonly Fact[] {
  const { facts } = words
  switch (letter.kind) {
    case 'digest':
      return []
    case 'prove':
      return [{ label: facts.project, value: letter.projectId }]
    case 'confirm':
    case 'declined':
      return [
        { label: facts.name, value: oneLine(letter.title) },
        { label: facts.forProject, value: letter.projectId },
      ]
    case 'answer':
      return [
        ...identityOf(letter.image, words),
        { label: facts.project, value: oneLine(letter.consumerId) },
      ]
    case 'request':
      return [
        ...identityOf(letter.image, words),
        { label: facts.forProject, value: letter.projectId },
        { label: facts.address, value: letter.email },
      ]
    case 'approved':
      return [
        ...factsOf(letter.image, words, language),
        { label: facts.forProject, value: letter.projectId },
      ]
    case 'revoked':
    case 'change':
      return [
        ...identityOf(letter.image, words),
        { label: facts.producer, value: letter.image.owner ?? '–' },
      ]
    default:
      return factsOf(letter.image, words, language)
  }
}

function commandsOf(letter: Letter, { commands }: Texts): MailPage['commands'] {
  if (letter.kind === 'request') {
    const command = `openstack image add project ${letter.image.id} ${letter.projectId}`
    return [{ label: commands.approve, command }]
  }
  if (letter.kind !== 'shared' && letter.kind !== 'reminder' && letter.kind !== 'approved') {
    return []
  }
  const { id } = letter.image
  return [
    { label: commands.boot, command: `openstack server create --image ${id} --flavor FLAVOR NAME` },
    { label: commands.accept, command: `openstack image set --accept ${id}` },
    { label: commands.reject, command: `openstack image set --reject ${id}` },
  ]
}

function buttonOf(letter: Letter, words: Texts, language: Language): Button | undefined {
  const { buttons } = words
  if (letter.kind === 'prove') return { label: buttons.prove, url: letter.link, hint: '' }
  if (letter.kind === 'confirm') return { label: buttons.confirm, url: letter.link, hint: '' }
  return 'answer' in letter && letter.answer !== null
    ? answerButton(letter.answer, words, language)
    : undefined
}

function answerButton({ url, expiresAt }: AnswerLink, { buttons }: Texts, language: Language) {
  const until = new Date(expiresAt).toLocaleString(language === 'en' ? 'en-GB' : language, {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone: 'UTC',
  })
  return { label: buttons.answer, url, hint: fill(buttons.answerHint, { until }) }
}

function whySent({ kind }: Letter, isContact: boolean): keyof Texts['footer'] {
  if (kind === 'confirm' || kind === 'approved' || kind === 'declined') return 'asked'
  return isContact && kind !== 'prove' ? 'contact' : 'named'
}

/** What the link ends that comes with the letter. */
function whatEnds({ kind }: Letter, isContact: boolean): keyof Texts['unsubscribe'] {
  if (!isContact || kind === 'prove') return 'all'
  return kind === 'digest' ? 'digest' : 'kind'
}
