/** Asking for images that are published, and deciding about what others ask for. */
import type { ApprovalRuleBody, RequestBody } from '@vitrine/wire'
import { listAll } from '../pages.ts'
import { Fields } from '../parsing.ts'
import type { CallOptions, Transport } from '../transport.ts'
import type { Language } from './contacts.ts'
import { type PageOptions, pageQuery, sharingPath } from './sharing-path.ts'

const statuses = ['unverified', 'open', 'approved', 'declined', 'ignored'] as const
/** `unverified` until the link of a mail has confirmed the address. Whoever asks never sees `ignored`. */
export type RequestStatus = (typeof statuses)[number]

export type NewRequest = {
  readonly imageId: string
  /** Where the answer is mailed to. A link there confirms it first. */
  readonly email: string
  /** To the producer, in your words. */
  readonly message?: string | undefined
  /** Of the mails. Default: the operator's. */
  readonly language?: Language | undefined
}

export type RequestListOptions = CallOptions &
  PageOptions & {
    /** Those for the project's images, or those that it made. Default: producer. */
    readonly as?: 'producer' | 'consumer' | undefined
    readonly status?: RequestStatus | undefined
  }

export type AccessRequestFields = {
  readonly id: string
  readonly imageId: string
  /** Of the listing, when it was asked for. */
  readonly title: string
  /** For which the image is asked. */
  readonly projectId: string
  readonly email: string
  readonly message: string
  readonly status: RequestStatus
  /** Why it was declined; may be empty. */
  readonly reason: string
  readonly createdAt: Date
  readonly updatedAt: Date
}

export class AccessRequest implements AccessRequestFields {
  declare readonly id: string
  declare readonly imageId: string
  declare readonly title: string
  declare readonly projectId: string
  declare readonly email: string
  declare readonly message: string
  declare readonly status: RequestStatus
  declare readonly reason: string
  declare readonly createdAt: Date
  declare readonly updatedAt: Date
  readonly #transport: Transport

  constructor(transport: Transport, fields: AccessRequestFields) {
    this.#transport = transport
    Object.assign(this, fields)
  }

  /** Shares the image with the project that asks for it, and tells it so. Sharing it does as well. */
  approve({ note, signal }: CallOptions & { readonly note?: string } = {}): Promise<this> {
    return this.#decide('approve', { note }, signal)
  }

  /** @throws {ConflictError} when it is approved. */
  decline({ reason, signal }: CallOptions & { readonly reason?: string } = {}): Promise<this> {
    return this.#decide('decline', { reason }, signal)
  }

  /** Leaves it without an answer, and all that the project asks for this image later. */
  ignore({ signal }: CallOptions = {}): Promise<this> {
    return this.#decide('ignore', undefined, signal)
  }

  async #decide(decision: string, json: unknown, signal: AbortSignal | undefined): Promise<this> {
    const path = sharingPath('requests', this.id, decision)
    const call = { method: 'POST', path, json, repeat: 'after-401', signal } as const
    return Object.assign(this, parseRequest(await this.#transport.json(call)))
  }
}

/** Whose requests for an image are approved by themselves. What is left out, or null, does not matter. */
export type ApprovalRule = {
  readonly projects?: readonly string[] | null | undefined
  readonly emailDomains?: readonly string[] | null | undefined
  /** How many in all. */
  readonly most?: number | null | undefined
}

export class Requests {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /**
   * Asks for an image, for the caller's project. The producer hears of it once the link is followed
   * that is mailed to the address; at once when it is a contact's that is proven.
   *
   * @throws {NotFoundError} when no such image is published.
   */
  async ask(
    { imageId, email, message, language }: NewRequest,
    { signal }: CallOptions = {},
  ): Promise<AccessRequest> {
    const path = sharingPath('requests')
    const json = { image_id: imageId, email, message, language }
    const call = { method: 'POST', path, json, repeat: 'after-401', signal } as const
    return this.#request(await this.#transport.json(call))
  }

  /** The newest first. Lazy: pages are fetched as they are needed. */
  list({ as, status, signal, ...paging }: RequestListOptions = {}): AsyncIterable<AccessRequest> {
    return listAll(this.#transport, {
      path: sharingPath('requests'),
      query: pageQuery(paging, { as, status }),
      key: 'requests',
      parse: (item) => this.#request(item),
      maxItems: paging.maxItems,
      signal,
    })
  }

  /** @returns the rule, and how many it has approved. */
  async getRule(
    imageId: string,
    { signal }: CallOptions = {},
  ): Promise<ApprovalRule & { readonly approved: number }> {
    const path = rulePath(imageId)
    return parseRule(await this.#transport.json({ method: 'GET', path, repeat: 'safe', signal }))
  }

  async setRule(
    imageId: string,
    { projects, emailDomains, most }: ApprovalRule,
    { signal }: CallOptions = {},
  ): Promise<ApprovalRule & { readonly approved: number }> {
    const path = rulePath(imageId)
    const json = { projects, email_domains: emailDomains, most }
    const call = { method: 'PUT', path, json, repeat: 'safe', signal } as const
    return parseRule(await this.#transport.json(call))
  }

  async deleteRule(imageId: string, options?: CallOptions): Promise<void> {
    await this.#transport.delete(rulePath(imageId), options)
  }

  #request(body: unknown): AccessRequest {
    return new AccessRequest(this.#transport, parseRequest(body))
  }
}

function rulePath(imageId: string): string {
  return sharingPath('images', imageId, 'approval-rule')
}

function parseRequest(body: unknown): AccessRequestFields {
  const fields = new Fields<keyof RequestBody>('request', body)
  return {
    id: fields.text('id'),
    imageId: fields.text('image_id'),
    title: fields.text('title'),
    projectId: fields.text('project_id'),
    email: fields.text('email'),
    message: fields.text('message'),
    status: fields.oneOf('status', statuses),
    reason: fields.text('reason'),
    createdAt: fields.date('created_at'),
    updatedAt: fields.date('updated_at'),
  }
}

function parseRule(body: unknown): ApprovalRule & { readonly approved: number } {
  const fields = new Fields<keyof ApprovalRuleBody>('rule', body)
  const texts = (key: 'projects' | 'email_domains') =>
    fields.get(key) === null ? null : fields.list(key).map(String)
  return {
    projects: texts('projects'),
    emailDomains: texts('email_domains'),
    most: fields.numberOrNull('most'),
    approved: fields.number('approved'),
  }
}
