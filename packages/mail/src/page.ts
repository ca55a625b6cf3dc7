/** What stands in a mail, before a template gives it its form. Plain text throughout: templates escape. */
export type MailPage = {
  readonly language: string
  readonly subject: string
  readonly heading: string
  readonly paragraphs: readonly string[]
  /** What somebody wrote; empty for nothing. */
  readonly note: string
  readonly noteLabel: string
  readonly facts: readonly Fact[]
  /** To be copied into a terminal. */
  readonly commands: readonly { readonly label: string; readonly command: string }[]
  readonly button: Button | undefined
  /** Of a mail about several things, each of them. */
  readonly items: readonly Item[]
  /** Said after them; empty for nothing. */
  readonly moreItems: string
  /** Why this was sent. */
  readonly footer: string
  readonly unsubscribe: { readonly label: string; readonly url: string }
}

export type Fact = { readonly label: string; readonly value: string }

export type Button = {
  readonly label: string
  readonly url: string
  /** What is to be known of the link; empty for nothing. */
  readonly hint: string
}

export type Item = {
  readonly heading: string
  readonly text: string
  readonly note: string
  readonly facts: readonly Fact[]
  readonly button: Button | undefined
}
