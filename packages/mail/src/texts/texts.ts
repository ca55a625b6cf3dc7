/** Every text of a mail. `{image}` and the like stand for what is filled in. */
import type { ImageChange, Letter, MemberStatus } from '@vitrine/core'

export type LetterTexts = {
  readonly subject: string
  readonly heading: string
  readonly paragraphs: readonly string[]
  /** Above what somebody wrote. */
  readonly noteLabel?: string
}

export type Texts = {
  readonly letters: Readonly<
    Record<Exclude<Letter['kind'], 'change'> | ImageChange | 'memberRequest' | 'gone', LetterTexts>
  >
  readonly unnamed: string
  readonly facts: {
    readonly name: string
    readonly id: string
    readonly producer: string
    readonly size: string
    readonly format: string
    readonly digest: string
    readonly project: string
    readonly forProject: string
    readonly address: string
  }
  readonly commands: {
    readonly boot: string
    readonly accept: string
    readonly reject: string
    readonly approve: string
  }
  readonly statuses: Readonly<Record<MemberStatus, string>>
  readonly buttons: {
    readonly answer: string
    readonly answerHint: string
    readonly prove: string
    readonly confirm: string
  }
  readonly moreInDigest: string
  readonly footer: {
    readonly contact: string
    readonly named: string
    readonly asked: string
  }
  readonly unsubscribe: {
    readonly kind: string
    readonly digest: string
    readonly all: string
  }
}

/** The text with what its braces name; one that is not named stays as it is. */
export function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole)
}
