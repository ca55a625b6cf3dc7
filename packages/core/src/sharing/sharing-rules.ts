/** What the operator allows producers, consumers and strangers to do to each other. */
export type SharingRules = {
  /** How long the link of an invitation works. */
  readonly invitationDays: number
  /** How long a link works that proves an address. */
  readonly proofDays: number
  /** Mails to an address that nobody has proven. */
  readonly mailsPerAddressPerDay: number
  /** Mails to such addresses that one project has sent. */
  readonly strangersMailedPerProjectPerDay: number
  /** Mails to a contact at once; what is more goes into its digest. */
  readonly mailsPerContactPerDay: number
  /** How often it may be tried to log in on the page of one link. */
  readonly logInsPerLinkPerHour: number
  readonly logInsPerNetworkPerHour: number
  readonly requestsPerAddressPerDay: number
  readonly requestsPerNetworkPerDay: number
  readonly requestsPerImagePerDay: number
}

export const hourMs = 3_600_000
export const dayMs = 24 * hourMs
