/**
 * Answering a share by the link of a mail.
 *
 *   open ──answered by it──► used: says what was answered
 *     │
 *     ├──answered otherwise──► answered: there is nothing left to do here
 *     ├──its time is over────► expired
 *     └──share taken away────► gone
 *
 * Whoever has the link sees what the mail says, and no more. Only a member of the invited project can
 * answer: who it is, is for the identity service to say, about that project alone.
 */
import type { Actor } from '../actor.ts'
import {
  ConflictError,
  GoneError,
  NotFoundError,
  TooManyError,
  UnauthorizedError,
} from '../errors.ts'
import type { Image } from '../image.ts'
import type { Member, MemberStatus } from '../member.ts'
import { answerShare } from '../members.ts'
import type { Clock } from '../ports/clock.ts'
import type { PasswordLogIn } from '../ports/identity.ts'
import type { RecordsReader } from '../ports/records.ts'
import type { RecordsWithEvents } from '../records-with-events.ts'
import { Rates } from './rates.ts'
import { hasExpired, type SecretLinks } from './secret-links.ts'
import { hourMs, type SharingRules } from './sharing-rules.ts'

export type InvitationView =
  | { readonly state: 'nowhere' | 'expired' | 'gone' }
  | ({ readonly state: 'open' } & Invited)
  | ({ readonly state: 'answered' | 'used' } & Invited)

type Invited = {
  readonly image: Image
  readonly member: Member
  readonly note: string
  readonly expiresAt: Date
}

/** What somebody typed who wants to answer. */
export type LogInAttempt = {
  readonly userName: string
  readonly domainName: string
  readonly password: string
  /** Whence, as far as attempts from there are counted together. */
  readonly network: string
}

export type InvitationAnswersParts = {
  readonly records: RecordsWithEvents
  readonly clock: Clock
  readonly links: SecretLinks
  readonly rules: SharingRules
}

export class InvitationAnswers {
  readonly #parts: InvitationAnswersParts
  readonly #rates: Rates

  constructor(parts: InvitationAnswersParts) {
    this.#parts = parts
    this.#rates = new Rates(parts.links)
  }

  async show(token: string): Promise<InvitationView> {
    return this.#view(this.#parts.records, token)
  }

  /**
   * @param identity who knows people by name and password.
   * @throws {UnauthorizedError} when these are wrong, or give no role on the invited project.
   * @throws {TooManyError} when that was tried too often, by this link or from this network.
   */
  async answer(
    token: string,
    attempt: LogInAttempt,
    status: Exclude<MemberStatus, 'pending'>,
    identity: PasswordLogIn,
  ): Promise<Member> {
    const { projectId } = requireOpen(await this.show(token)).member
    await this.#countAttempt(token, attempt.network)
    const actor = await identity.logIn({ ...attempt, projectId })
    if (actor?.projectId !== projectId) {
      throw new UnauthorizedError(
        'The user name, the password or the domain is wrong, or the user has no role in this project',
      )
    }
    return this.#answerAs(actor, token, status)
  }

  async #answerAs(actor: Actor, token: string, status: MemberStatus): Promise<Member> {
    const { records, clock } = this.#parts
    return records.by(actor).write(async (transaction) => {
      const { member } = requireOpen(await this.#view(transaction, token))
      const now = clock.now()
      const id = this.#parts.links.verify('answer', token)?.id ?? ''
      if (!(await transaction.useInvitationLink(id, status, now))) throw used()
      return answerShare(transaction, { ...member, actor, status, now })
    })
  }

  async #countAttempt(token: string, network: string): Promise<void> {
    const { records, rules, clock, links } = this.#parts
    const now = clock.now()
    const ofLink = { most: rules.logInsPerLinkPerHour, perMs: hourMs }
    const ofNetwork = { most: rules.logInsPerNetworkPerHour, perMs: hourMs }
    const id = links.verify('answer', token)?.id ?? ''
    const until = await records.write(
      async (transaction) =>
        (await this.#rates.take(transaction, ['log-in by link', id], ofLink, now)) ??
        (await this.#rates.take(transaction, ['log-in from', network], ofNetwork, now)),
    )
    if (until === undefined) return
    const retryAfterSeconds = Math.ceil((until.getTime() - now.getTime()) / 1000)
    throw new TooManyError('That was tried too often: please try again in an hour', {
      retryAfterSeconds,
    })
  }

  async #view(records: RecordsReader, token: string): Promise<InvitationView> {
    const signed = this.#parts.links.verify('answer', token)
    if (signed === undefined) return { state: 'nowhere' }
    const link = await records.findInvitationLink(signed.id)
    const isUsed = link !== undefined && link.answer !== null
    if (!isUsed && hasExpired(signed, this.#parts.clock.now())) return { state: 'expired' }
    if (link === undefined) return { state: 'gone' }
    const { imageId, projectId, expiresAt } = link
    const found = await records.findImageFor(imageId, projectId)
    if (found?.member === undefined || found.image.visibility !== 'shared') return { state: 'gone' }
    const { image, member } = found
    const note = (await records.findInvitation(imageId, projectId))?.note ?? ''
    const invited = { image, member, note, expiresAt }
    if (isUsed) return { state: 'used', ...invited }
    return { state: member.status === 'pending' ? 'open' : 'answered', ...invited }
  }
}

function requireOpen(view: InvitationView) {
  if (view.state === 'open') return view
  if (view.state === 'nowhere') throw new NotFoundError('This link leads nowhere')
  if (view.state === 'expired') throw new GoneError('This link has expired')
  if (view.state === 'gone') throw new GoneError('The image is no longer shared with the project')
  throw used()
}

function used(): ConflictError {
  return new ConflictError('The share was answered already')
}
