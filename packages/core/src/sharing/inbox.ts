/**
 * The inbox of a project: what is shared with it and waits for its answer, and whom it has blocked.
 *
 * A producer that is blocked is neither shown here nor mailed; its shares stay as the API says. Nobody
 * but the project itself learns of the block.
 */
import { type Actor, hasRole } from '../actor.ts'
import { ForbiddenError, InvalidError, NotFoundError, quote } from '../errors.ts'
import type { Member } from '../member.ts'
import type { Members } from '../members.ts'
import type { Clock } from '../ports/clock.ts'
import type { Block, InboxEntry, InboxPlace } from '../ports/sharing-records.ts'
import type { RecordsWithEvents } from '../records-with-events.ts'

export type InboxRequest = {
  readonly name?: string | undefined
  readonly after?: InboxPlace | undefined
  readonly limit: number
}

/** How many shares are accepted in one transaction. */
const acceptedAtOnce = 100

export class Inbox {
  readonly #records: RecordsWithEvents
  readonly #members: Members
  readonly #clock: Clock

  constructor(parts: { records: RecordsWithEvents; members: Members; clock: Clock }) {
    this.#records = parts.records
    this.#members = parts.members
    this.#clock = parts.clock
  }

  async list(actor: Actor, request: InboxRequest): Promise<readonly InboxEntry[]> {
    const projectId = projectOf(actor, 'reader')
    const { name, after, limit } = request
    return this.#records.listInbox({ projectId, name, after, limit })
  }

  /** @param status `accepted`, `rejected`, or `pending` to leave it for later. */
  async answer(actor: Actor, imageId: string, status: unknown): Promise<Member> {
    return this.#members.answer(actor, imageId, projectOf(actor, 'member'), status)
  }

  /** @returns how many there were. Those that come meanwhile are accepted too. */
  async acceptAll(actor: Actor): Promise<number> {
    const projectId = projectOf(actor, 'member')
    const query = { projectId, name: undefined, after: undefined, limit: acceptedAtOnce }
    let accepted = 0
    for (;;) {
      const count = await this.#records.by(actor).write(async (transaction) => {
        const entries = await transaction.listInbox(query)
        const updatedAt = this.#clock.now()
        for (const { member } of entries) {
          await transaction.saveMember({ ...member, status: 'accepted', updatedAt })
        }
        return entries.length
      })
      accepted += count
      if (count < acceptedAtOnce) return accepted
    }
  }

  async blocks(actor: Actor): Promise<readonly Block[]> {
    return this.#records.listBlocks(projectOf(actor, 'reader'))
  }

  async block(actor: Actor, producerId: string): Promise<void> {
    const projectId = projectOf(actor, 'member')
    if (producerId === projectId) {
      throw new InvalidError('Cannot block: a project cannot block itself')
    }
    const block = { projectId, producerId, createdAt: this.#clock.now() }
    await this.#records.by(actor).write((transaction) => transaction.insertBlock(block))
  }

  async unblock(actor: Actor, producerId: string): Promise<void> {
    const projectId = projectOf(actor, 'member')
    const deleted = await this.#records
      .by(actor)
      .write((transaction) => transaction.deleteBlock(projectId, producerId))
    if (deleted) return
    throw new NotFoundError(`Cannot unblock ${quote(producerId)}: it is not blocked`)
  }
}

function projectOf(actor: Actor, role: 'reader' | 'member'): string {
  if (actor.projectId !== undefined && hasRole(actor, role)) return actor.projectId
  throw new ForbiddenError(
    `An inbox belongs to a project: this takes a token of one, with the role "${role}"`,
  )
}
