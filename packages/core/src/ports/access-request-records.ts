import type { AccessRequest, AccessRequestStatus } from '../sharing/access-request.ts'
import type { ApprovalRule } from '../sharing/approval-rule.ts'

/** Reads access requests, and the rules that approve them. Part of the port `Records`. */
export interface AccessRequestReader {
  findRequest(id: string): Promise<AccessRequest | undefined>

  /**
   * All of a project for one image that are verified, the oldest first. At most one of them is `open`.
   */
  listRequestsFor(imageId: string, projectId: string): Promise<readonly AccessRequest[]>

  /** All for the image that are verified and not approved or declined, the oldest first. */
  listUndecided(imageId: string): Promise<readonly AccessRequest[]>

  /**
   * One page, newest first: of those whom a producer is asked, or that are for a project.
   *
   * A producer sees what is verified, and one for all that are joined. A project sees of what is not
   * verified only what was asked by its own users.
   */
  listRequests(query: AccessRequestQuery): Promise<readonly PlacedAccessRequest[]>

  findApprovalRule(imageId: string): Promise<ApprovalRule | undefined>
}

/** Changes them in a transaction. Part of the port `RecordsTransaction`. */
export interface AccessRequestWriter {
  insertRequest(request: AccessRequest): Promise<void>

  /** Keeps status, reason, `producerId` and `updatedAt`. */
  saveRequest(request: AccessRequest): Promise<void>

  /** From now on another is asked for the image in all that is verified and not approved or declined. */
  handOverRequests(imageId: string, producerId: string | null): Promise<void>

  /** New, or in place of the image's. */
  saveApprovalRule(rule: ApprovalRule): Promise<void>

  /** @returns false when there is none. */
  deleteApprovalRule(imageId: string): Promise<boolean>
}

export type AccessRequestPlace = number

export type AccessRequestQuery = {
  readonly producerId?: string | undefined
  readonly projectId?: string | undefined
  /** Only these; all if left out. */
  readonly statuses?: readonly AccessRequestStatus[] | undefined
  readonly after?: AccessRequestPlace | undefined
  readonly limit: number
}

export type PlacedAccessRequest = {
  readonly place: AccessRequestPlace
  readonly request: AccessRequest
}
