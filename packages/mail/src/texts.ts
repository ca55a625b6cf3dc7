/** Every text of a mail, in each language. `{image}` and the like stand for what is filled in. */
import type { Language, Letter } from '@vitrine/core'

export type Texts = {
  readonly [Kind in Letter['kind']]: {
    readonly subject: string
    readonly heading: string
    readonly paragraphs: readonly string[]
  }
} & {
  readonly unnamed: string
  readonly noteLabel: string
  readonly facts: {
    readonly name: string
    readonly id: string
    readonly producer: string
    readonly size: string
    readonly format: string
    readonly digest: string
    readonly consumer: string
    readonly project: string
  }
  readonly commands: { readonly boot: string; readonly accept: string; readonly reject: string }
  readonly statuses: {
    readonly accepted: string
    readonly rejected: string
    readonly pending: string
  }
  readonly proveButton: string
  readonly footer: string
  readonly proveFooter: string
  readonly unsubscribe: string
}

const english: Texts = {
  shared: {
    subject: 'Image "{image}" is shared with your project',
    heading: 'An image is shared with you',
    paragraphs: [
      'The project {producer} shares the image "{image}" with your project.',
      'You can boot from it at once, by its id. If you accept it, it also appears in your project’s list of images; if you reject it, you will hear no more of it.',
    ],
  },
  reminder: {
    subject: 'Reminder: image "{image}" waits for your answer',
    heading: 'An image waits for your answer',
    paragraphs: [
      'The project {producer} reminds you of the image "{image}", which it shares with your project.',
      'You can boot from it at once, by its id. If you accept it, it also appears in your project’s list of images; if you reject it, you will not be reminded again.',
    ],
  },
  revoked: {
    subject: 'Image "{image}" is no longer shared with your project',
    heading: 'An image is no longer shared with you',
    paragraphs: [
      'The project {producer} has taken the image "{image}" back, or has deleted it. Your project can no longer see it or boot from it. Machines that run already are not touched.',
    ],
  },
  answer: {
    subject: 'Image "{image}": {status} by {consumer}',
    heading: 'Your image was answered about',
    paragraphs: ['The project {consumer} has {status} the image "{image}" that you share with it.'],
  },
  prove: {
    subject: 'Is this your address?',
    heading: 'Is this your address?',
    paragraphs: [
      'Someone has named this address as a contact of the project {project}. If that is right, please confirm it; nothing else is sent before.',
      'If you know nothing of it, do nothing: you will hear no more.',
    ],
  },
  unnamed: 'unnamed',
  noteLabel: 'A note from the producer',
  facts: {
    name: 'Name',
    id: 'Image id',
    producer: 'Shared by project',
    size: 'Size',
    format: 'Format',
    digest: 'Digest ({algorithm})',
    consumer: 'Project',
    project: 'Project',
  },
  commands: { boot: 'Boot from it', accept: 'Accept it', reject: 'Reject it' },
  statuses: { accepted: 'accepted', rejected: 'rejected', pending: 'set back' },
  proveButton: 'Confirm this address',
  footer: 'You get this because the address {address} is told of images for your project.',
  proveFooter: 'You get this because someone named the address {address}.',
  unsubscribe: 'No more mail of this kind',
}

const german: Texts = {
  shared: {
    subject: 'Das Image „{image}“ wird mit Ihrem Projekt geteilt',
    heading: 'Ein Image wird mit Ihnen geteilt',
    paragraphs: [
      'Das Projekt {producer} teilt das Image „{image}“ mit Ihrem Projekt.',
      'Sie können es sofort anhand seiner ID starten. Wenn Sie es annehmen, erscheint es auch in der Image-Liste Ihres Projekts; wenn Sie es ablehnen, hören Sie nichts mehr davon.',
    ],
  },
  reminder: {
    subject: 'Erinnerung: Das Image „{image}“ wartet auf Ihre Antwort',
    heading: 'Ein Image wartet auf Ihre Antwort',
    paragraphs: [
      'Das Projekt {producer} erinnert Sie an das Image „{image}“, das es mit Ihrem Projekt teilt.',
      'Sie können es sofort anhand seiner ID starten. Wenn Sie es annehmen, erscheint es auch in der Image-Liste Ihres Projekts; wenn Sie es ablehnen, werden Sie nicht mehr erinnert.',
    ],
  },
  revoked: {
    subject: 'Das Image „{image}“ wird nicht mehr mit Ihrem Projekt geteilt',
    heading: 'Ein Image wird nicht mehr mit Ihnen geteilt',
    paragraphs: [
      'Das Projekt {producer} hat das Image „{image}“ zurückgezogen oder gelöscht. Ihr Projekt kann es nicht mehr sehen und nicht mehr davon starten. Laufende Maschinen bleiben unberührt.',
    ],
  },
  answer: {
    subject: 'Image „{image}“: {status} von {consumer}',
    heading: 'Antwort auf Ihr Image',
    paragraphs: [
      'Das Projekt {consumer} hat das Image „{image}“ {status}, das Sie mit ihm teilen.',
    ],
  },
  prove: {
    subject: 'Ist das Ihre Adresse?',
    heading: 'Ist das Ihre Adresse?',
    paragraphs: [
      'Jemand hat diese Adresse als Kontakt des Projekts {project} genannt. Wenn das stimmt, bestätigen Sie sie bitte; vorher wird nichts anderes gesendet.',
      'Wenn Sie nichts davon wissen, tun Sie nichts: Sie hören nichts mehr.',
    ],
  },
  unnamed: 'ohne Namen',
  noteLabel: 'Eine Nachricht des Anbieters',
  facts: {
    name: 'Name',
    id: 'Image-ID',
    producer: 'Geteilt vom Projekt',
    size: 'Größe',
    format: 'Format',
    digest: 'Prüfsumme ({algorithm})',
    consumer: 'Projekt',
    project: 'Projekt',
  },
  commands: { boot: 'Starten', accept: 'Annehmen', reject: 'Ablehnen' },
  statuses: { accepted: 'angenommen', rejected: 'abgelehnt', pending: 'zurückgestellt' },
  proveButton: 'Adresse bestätigen',
  footer:
    'Sie erhalten dies, weil die Adresse {address} von Images für Ihr Projekt benachrichtigt wird.',
  proveFooter: 'Sie erhalten dies, weil jemand die Adresse {address} genannt hat.',
  unsubscribe: 'Keine solchen E-Mails mehr',
}

export const texts: Readonly<Record<Language, Texts>> = { en: english, de: german }

/** The text with what its braces name; one that is not named stays as it is. */
export function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole)
}
