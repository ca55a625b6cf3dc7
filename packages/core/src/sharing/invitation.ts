/** What a producer tells a consumer with a share. It gives no access: that the share itself gives. */
export type Invitation = {
  readonly imageId: string
  /** The consumer's. */
  readonly projectId: string
  /** Where it is told besides where the project wants to be told; null for nowhere else. */
  readonly email: string | null
  readonly note: string
  readonly createdAt: Date
}
