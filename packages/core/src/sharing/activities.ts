/** Reading activity: all of an image for its producer, and what concerns itself for a consumer. */
import { isOpen, mayKnowOf, maySeeAllMembers } from '../access.ts'
import { type Actor, hasRole } from '../actor.ts'
import { ForbiddenError } from '../errors.ts'
import { imageOfPartNotFound } from '../find-image.ts'
import type { RecordsReader } from '../ports/records.ts'
import type { ActivityQuery, PlacedActivity } from '../ports/sharing-records.ts'
import { withoutSecrets } from './activity.ts'

export type ActivityRequest = {
  readonly after?: number | undefined
  readonly limit: number
}

export class Activities {
  readonly #records: RecordsReader

  constructor(parts: { records: RecordsReader }) {
    this.#records = parts.records
  }

  /** @throws {NotFoundError} when the caller may not know of the image. */
  async ofImage(
    actor: Actor,
    imageId: string,
    request: ActivityRequest,
  ): Promise<readonly PlacedActivity[]> {
    const found = await this.#records.findImageFor(imageId, actor.projectId)
    if (found === undefined || !hasRole(actor, 'reader') || !mayKnowOf({ actor, ...found })) {
      throw imageOfPartNotFound(imageId)
    }
    const { after, limit } = request
    if (maySeeAllMembers({ actor, ...found })) {
      return this.#records.listActivity({ imageId, after, limit })
    }
    // Who may see an open image has no part in how it is shared, unless it is a member as well.
    if (found.member === undefined && isOpen(found.image.visibility)) return []
    return this.#asConsumer({ imageId, consumerId: actor.projectId, after, limit })
  }

  /** @param side as which the caller's project took part. */
  async ofProject(
    actor: Actor,
    side: 'producer' | 'consumer',
    { after, limit }: ActivityRequest,
  ): Promise<readonly PlacedActivity[]> {
    const { projectId } = actor
    if (projectId === undefined || !hasRole(actor, 'reader')) {
      throw new ForbiddenError('Activity belongs to a project: this takes a token of one')
    }
    return side === 'producer'
      ? this.#records.listActivity({ producerId: projectId, after, limit })
      : this.#asConsumer({ consumerId: projectId, after, limit })
  }

  async #asConsumer(query: ActivityQuery): Promise<readonly PlacedActivity[]> {
    const found = await this.#records.listActivity(query)
    return found.map(({ place, entry }) => ({ place, entry: withoutSecrets(entry) }))
  }
}
