/** By which requests for an image are approved without its producer, once their address is proven. */
import type { AccessRequest } from './access-request.ts'

export type ApprovalRule = {
  readonly imageId: string
  /** Projects whose requests are approved; null for no matter which. */
  readonly projects: readonly string[] | null
  /** What stands behind the `@`, in lower case; null for no matter what. */
  readonly emailDomains: readonly string[] | null
  /** How many are approved so in all; null for any number. */
  readonly most: number | null
  /** How many were. */
  readonly approved: number
}

/** Whoever is named by either list is approved; where there is no list, everyone is. */
export function approves(
  { projects, emailDomains, most, approved }: ApprovalRule,
  { projectId, email }: Pick<AccessRequest, 'projectId' | 'email'>,
): boolean {
  if (most !== null && approved >= most) return false
  if (projects === null && emailDomains === null) return true
  const domain = email.slice(email.lastIndexOf('@') + 1).toLowerCase()
  return (projects ?? []).includes(projectId) || (emailDomains ?? []).includes(domain)
}
