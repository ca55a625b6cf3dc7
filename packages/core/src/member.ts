/** What a membership is: a project that an image is shared with, and what it has answered. */

/**
 * A consumer's answer. It decides only whether the image appears in the consumer's own list:
 * a member may see, download and boot the image whatever its status.
 */
export const memberStatuses = ['pending', 'accepted', 'rejected'] as const
export type MemberStatus = (typeof memberStatuses)[number]

export type Member = {
  readonly imageId: string
  /** The consumer's project id, as the producer gave it. */
  readonly projectId: string
  readonly status: MemberStatus
  readonly createdAt: Date
  readonly updatedAt: Date
}
