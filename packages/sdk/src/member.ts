/**
 * A membership: a project that an image is shared with, and what it has answered.
 *
 * The producer adds and deletes it; the consumer answers it. The answer decides only whether the
 * image is in the consumer's default list: it may show and download the image whatever it answers.
 */
import type { MemberBody } from '@vitrine/wire'
import { segment } from './endpoint.ts'
import { Fields } from './parsing.ts'
import type { CallOptions, Transport } from './transport.ts'

export type MemberStatus = 'pending' | 'accepted' | 'rejected'

export const memberStatuses: readonly MemberStatus[] = ['pending', 'accepted', 'rejected']

export type MemberFields = {
  /** The consumer's project id. */
  readonly memberId: string
  readonly imageId: string
  readonly status: MemberStatus
  readonly createdAt: Date
  readonly updatedAt: Date
}

export class Member implements MemberFields {
  declare readonly memberId: string
  declare readonly imageId: string
  declare readonly status: MemberStatus
  declare readonly createdAt: Date
  declare readonly updatedAt: Date
  readonly #transport: Transport

  constructor(transport: Transport, fields: MemberFields) {
    this.#transport = transport
    Object.assign(this, fields)
  }

  /**
   * Answers the share; for the consumer. Every answer may be given at any time, also again.
   *
   * @returns this member, with its new status.
   * @throws {ForbiddenError} for the producer.
   */
  async updateStatus(status: MemberStatus, { signal }: CallOptions = {}): Promise<this> {
    const path = memberPath(this.imageId, this.memberId)
    const body = await this.#transport.json({
      method: 'PUT',
      path,
      json: { status },
      repeat: 'safe',
      signal,
    })
    return Object.assign(this, parseMember(body))
  }

  /** Ends the share; for the producer. The consumer loses sight of the image at once. */
  async delete(options?: CallOptions): Promise<void> {
    await this.#transport.delete(memberPath(this.imageId, this.memberId), options)
  }
}

export function parseMember(body: unknown): MemberFields {
  const fields = new Fields<keyof MemberBody>('member', body)
  return {
    memberId: fields.text('member_id'),
    imageId: fields.text('image_id'),
    status: fields.oneOf('status', memberStatuses),
    createdAt: fields.date('created_at'),
    updatedAt: fields.date('updated_at'),
  }
}

export function memberPath(imageId: string, projectId: string): string {
  return `v2/images/${segment('image', imageId)}/members/${segment('member', projectId)}`
}
