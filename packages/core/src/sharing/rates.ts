/**
 * How often something may happen, counted in the records, so that all processes count together.
 *
 * What is counted is kept as a fingerprint: neither addresses nor networks can be read from there.
 */
import type { SharingWriter } from '../ports/sharing-records.ts'
import type { SecretLinks } from './secret-links.ts'

export type Rate = { readonly most: number; readonly perMs: number }

export class Rates {
  readonly #links: SecretLinks

  constructor(links: SecretLinks) {
    this.#links = links
  }

  /**
   * Counts one more.
   *
   * @param what such as `mail to`.
   * @param whom such as an address.
   * @returns when it may be again, if this was one too many.
   */
  async take(
    transaction: Pick<SharingWriter, 'takeRate'>,
    [what, whom]: readonly [string, string],
    { most, perMs }: Rate,
    now: Date,
  ): Promise<Date | undefined> {
    const key = this.#links.fingerprint(`${what} ${whom}`)
    const { count, endsAt } = await transaction.takeRate(key, now, new Date(now.getTime() + perMs))
    return count > most ? endsAt : undefined
  }
}
