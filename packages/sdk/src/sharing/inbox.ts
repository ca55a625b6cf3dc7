/** What is shared with the caller's project and waits for its answer. */
import type { AcceptedBody, AnsweredBody, InboxBody } from '@vitrine/wire'
import { type ImageHash, parseHash } from '../image-fields.ts'
import { type MemberStatus, memberStatuses } from '../member.ts'
import { listAll } from '../pages.ts'
import { Fields } from '../parsing.ts'
import type { CallOptions, Transport } from '../transport.ts'
import { type PageOptions, pageQuery, sharingPath } from './sharing-path.ts'

export type InboxOptions = CallOptions &
  PageOptions & {
    /** Only images of exactly this name. */
    readonly name?: string | undefined
  }

/** As much of an image as helps to decide. */
export type OfferedImage = {
  readonly id: string
  readonly name: string | null
  /** Project id of the producer. */
  readonly owner: string | null
  /** As the Images API has it. */
  readonly status: string
  readonly size: number | null
  readonly checksum: string | null
  readonly hash: ImageHash | null
  readonly diskFormat: string | null
  readonly containerFormat: string | null
  readonly createdAt: Date
}

export type Answered = {
  readonly imageId: string
  readonly status: MemberStatus
  readonly answeredAt: Date
}

/** A share that waits for an answer. It gives access already: the answer decides what lists show. */
export class Offer {
  readonly image: OfferedImage
  /** What the producer wrote with it; may be empty. */
  readonly note: string
  readonly sharedAt: Date
  readonly #inbox: Inbox

  constructor(inbox: Inbox, fields: Pick<Offer, 'image' | 'note' | 'sharedAt'>) {
    this.#inbox = inbox
    this.image = fields.image
    this.note = fields.note
    this.sharedAt = fields.sharedAt
  }

  /** The image is in the project's own list from now on. */
  accept(options?: CallOptions): Promise<Answered> {
    return this.#inbox.answer(this.image.id, 'accepted', options)
  }

  /** The project is not reminded of it any more. */
  reject(options?: CallOptions): Promise<Answered> {
    return this.#inbox.answer(this.image.id, 'rejected', options)
  }
}

export class Inbox {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** What waits, last changed first. Lazy: pages are fetched as they are needed. */
  list({ name, signal, ...paging }: InboxOptions = {}): AsyncIterable<Offer> {
    return listAll(this.#transport, {
      path: sharingPath('inbox'),
      query: pageQuery(paging, { name }),
      key: 'shares',
      parse: (item) => new Offer(this, parseOffer(item)),
      maxItems: paging.maxItems,
      signal,
    })
  }

  /** @throws {NotFoundError} when the image is not shared with the project. */
  async answer(
    imageId: string,
    status: MemberStatus,
    { signal }: CallOptions = {},
  ): Promise<Answered> {
    const path = sharingPath('inbox', imageId)
    const call = { method: 'PUT', path, json: { status }, repeat: 'safe', signal } as const
    const fields = new Fields<keyof AnsweredBody>('answer', await this.#transport.json(call))
    return {
      imageId: fields.text('image_id'),
      status: fields.oneOf('status', memberStatuses),
      answeredAt: fields.date('answered_at'),
    }
  }

  /** @returns how many there were. */
  async acceptAll({ signal }: CallOptions = {}): Promise<number> {
    const path = sharingPath('inbox', 'accept')
    const body = await this.#transport.json({ method: 'POST', path, repeat: 'safe', signal })
    return new Fields<keyof AcceptedBody>('answer', body).number('accepted')
  }
}

type Entry = InboxBody['shares'][number]

function parseOffer(body: unknown): Pick<Offer, 'image' | 'note' | 'sharedAt'> {
  const fields = new Fields<keyof Entry>('share', body)
  const image = new Fields<keyof Entry['image']>('image', fields.get('image'))
  return {
    image: {
      id: image.text('id'),
      name: image.textOrNull('name'),
      owner: image.textOrNull('owner'),
      status: image.text('status'),
      size: image.numberOrNull('size'),
      checksum: image.textOrNull('checksum'),
      hash: parseHash(image),
      diskFormat: image.textOrNull('disk_format'),
      containerFormat: image.textOrNull('container_format'),
      createdAt: image.date('created_at'),
    },
    note: fields.text('note'),
    sharedAt: fields.date('shared_at'),
  }
}
