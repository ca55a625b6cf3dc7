/** What stands in a mail, before a template gives it its form. Plain text throughout: templates escape. */
export type MailPage = {
  readonly language: string
  readonly subject: string
  readonly heading: string
  readonly paragraphs: readonly string[]
  /** What the producer wrote; empty for nothing. */
  readonly note: string
  readonly noteLabel: string
  readonly facts: readonly { readonly label: string; readonly value: string }[]
  /** To be copied into a terminal. */
  readonly commands: readonly { readonly label: string; readonly command: string }[]
  readonly button: { readonly label: string; readonly url: string } | undefined
  /** Why this was sent. */
  readonly footer: string
  readonly unsubscribe: { readonly label: string; readonly url: string } | undefined
}
