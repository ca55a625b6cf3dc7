/** A mailed link by which a share is answered. It works once, for one image and one project. */
import type { MemberStatus } from '../member.ts'

export type InvitationLink = {
  /** Of the mail that brought it. */
  readonly id: string
  readonly imageId: string
  /** The consumer's. */
  readonly projectId: string
  readonly expiresAt: Date
  /** What was answered by it; null for nothing yet. */
  readonly answer: MemberStatus | null
  readonly answeredAt: Date | null
}
