/** Where a project is reached by mail, and what it wants to hear there, and how soon. */

/** What one may be told of, by what it means to whoever gets the mail. */
export const noticeKinds = [
  /** An image was shared with the project. */
  'shared',
  /** The producer reminds of a share that waits for an answer. */
  'reminder',
  /** A share was taken away, or its image deleted. */
  'revoked',
  /** An image that the project has accepted cannot be booted for now, or can again, or is deprecated. */
  'change',
  /** A consumer answered a share of the project. */
  'answer',
  /** Someone asks for an image of the project. */
  'request',
] as const
export type NoticeKind = (typeof noticeKinds)[number]

/** `daily` in one mail a day with all else of that day. */
export const deliveries = ['at_once', 'daily', 'never'] as const
export type Delivery = (typeof deliveries)[number]

export type Wants = Readonly<Record<NoticeKind, Delivery>>

/** What a contact wants that has chosen nothing. */
export const wantsAll: Wants = {
  shared: 'at_once',
  reminder: 'at_once',
  revoked: 'at_once',
  change: 'at_once',
  answer: 'at_once',
  request: 'at_once',
}

export const languages = ['en', 'de'] as const
export type Language = (typeof languages)[number]

export type Contact = {
  readonly id: string
  readonly projectId: string
  readonly email: string
  readonly language: Language
  /** Whether the address was proven by a mailed link. Nothing else is sent before. */
  readonly proven: boolean
  readonly wants: Wants
  readonly createdAt: Date
  readonly updatedAt: Date
}
