/** What a letter says, in the words of a language. */
import type { ImageFacts, Language, Letter } from '@vitrine/core'
import type { MailPage } from './page.ts'
import { fill, type Texts, texts } from './texts.ts'

export function toPage(
  letter: Letter,
  to: string,
  language: Language,
  unsubscribe: string | null,
): MailPage {
  const words = texts[language]
  const values = { ...valuesOf(letter, words), address: to }
  const { subject, heading, paragraphs } = words[letter.kind]
  return {
    language,
    subject: oneLine(fill(subject, values)),
    heading,
    paragraphs: paragraphs.map((text) => fill(text, values)),
    note: 'note' in letter ? letter.note.trim() : '',
    noteLabel: words.noteLabel,
    facts: factsOf(letter, words, language),
    commands: commandsOf(letter, words),
    button: letter.kind === 'prove' ? { label: words.proveButton, url: letter.link } : undefined,
    footer: fill(letter.kind === 'prove' ? words.proveFooter : words.footer, values),
    unsubscribe: unsubscribe === null ? undefined : { label: words.unsubscribe, url: unsubscribe },
  }
}

function valuesOf(letter: Letter, words: Texts): Record<string, string> {
  if (letter.kind === 'prove') return { project: letter.projectId }
  const { image } = letter
  return {
    image: oneLine(image.name ?? '') || words.unnamed,
    producer: image.owner ?? '–',
    ...(letter.kind === 'answer' && {
      consumer: letter.consumerId,
      status: words.statuses[letter.status],
    }),
  }
}

function factsOf(letter: Letter, { facts, unnamed }: Texts, language: Language) {
  if (letter.kind === 'prove') return [{ label: facts.project, value: letter.projectId }]
  const { image } = letter
  const named = [
    { label: facts.name, value: oneLine(image.name ?? '') || unnamed },
    { label: facts.id, value: image.id },
  ]
  if (letter.kind === 'answer')
    return [...named, { label: facts.consumer, value: letter.consumerId }]
  const producer = { label: facts.producer, value: image.owner ?? '–' }
  if (letter.kind === 'revoked') return [...named, producer]
  return [...named, producer, ...dataOf(image, facts, language)]
}

function dataOf(image: ImageFacts, facts: Texts['facts'], language: Language) {
  const { sizeBytes, diskFormat, containerFormat, multihash } = image
  const format = [diskFormat, containerFormat].filter((one) => one !== null).join(', ')
  return [
    ...(sizeBytes === null ? [] : [{ label: facts.size, value: toSize(sizeBytes, language) }]),
    ...(format === '' ? [] : [{ label: facts.format, value: format }]),
    ...(multihash === null
      ? []
      : [
          {
            label: fill(facts.digest, { algorithm: multihash.algorithm }),
            value: multihash.value,
          },
        ]),
  ]
}

function commandsOf(letter: Letter, { commands }: Texts): MailPage['commands'] {
  if (letter.kind !== 'shared' && letter.kind !== 'reminder') return []
  const { id } = letter.image
  return [
    { label: commands.boot, command: `openstack server create --image ${id} --flavor FLAVOR NAME` },
    { label: commands.accept, command: `openstack image set --accept ${id}` },
    { label: commands.reject, command: `openstack image set --reject ${id}` },
  ]
}

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const

/** `1.5 GiB (1,610,612,736 B)`. */
function toSize(bytes: number, language: Language): string {
  const exponent = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), units.length - 1)
  const exact = `${bytes.toLocaleString(language)} B`
  if (exponent === 0) return exact
  const rounded = (bytes / 1024 ** exponent).toLocaleString(language, { maximumFractionDigits: 1 })
  return `${rounded} ${units[exponent]} (${exact})`
}

/** So that no text of a stranger ends a header, or hides what follows. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ').trim()
}
