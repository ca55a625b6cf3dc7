/** Where a project is reached by mail, and what it wants to hear there. */

/** What one may be told of, by what it means to whoever gets the mail. */
export const noticeKinds = [
  /** An image was shared with the project. */
  'shared',
  /** The producer reminds of a share that waits for an answer. */
  'reminder',
  /** A share was taken away, or its image deleted. */
  'revoked',
  /** A consumer answered a share of the project. */
  'answer',
] as const
export type NoticeKind = (typeof noticeKinds)[number]

export const languages = ['en', 'de'] as const
export type Language = (typeof languages)[number]

export type Contact = {
  readonly id: string
  readonly projectId: string
  readonly email: string
  readonly language: Language
  /** Whether the address was proven by a mailed link. Nothing else is sent before. */
  readonly proven: boolean
  readonly wants: readonly NoticeKind[]
  readonly createdAt: Date
  readonly updatedAt: Date
}
