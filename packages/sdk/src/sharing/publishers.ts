/** Who publishes: what a project says of itself in the gallery, and what admins say of it. */
import type { OwnListingsBody, PublisherBody } from '@vitrine/wire'
import { listAll } from '../pages.ts'
import { Fields } from '../parsing.ts'
import type { CallOptions, Transport } from '../transport.ts'
import { type PageOptions, pageQuery, sharingPath } from './sharing-path.ts'

export type PublisherText = {
  readonly name: string
  readonly description?: string | undefined
  /** An e-mail address, or one of the web. */
  readonly contact?: string | null | undefined
  /** Its name in addresses. Default: made of the name. */
  readonly slug?: string | undefined
}

export type Publisher = {
  readonly projectId: string
  readonly slug: string
  readonly name: string
  readonly description: string
  readonly contact: string | null
  readonly verified: boolean
  /** Its page in the gallery, once it has published something. */
  readonly url: string | null
  readonly createdAt: Date
  readonly updatedAt: Date
}

export type OwnListing = {
  readonly imageId: string
  readonly title: string
  readonly publishedAt: Date
  readonly updatedAt: Date
}

export class Publishers {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** All of them, by slug; for admins. */
  list({ signal, ...paging }: PageOptions & CallOptions = {}): AsyncIterable<Publisher> {
    return listAll(this.#transport, {
      path: sharingPath('publishers'),
      query: pageQuery(paging),
      key: 'publishers',
      parse: parsePublisher,
      maxItems: paging.maxItems,
      signal,
    })
  }

  /** @throws {NotFoundError} when the project has none, or is not the caller's. */
  async get(projectId: string, { signal }: CallOptions = {}): Promise<Publisher> {
    const path = sharingPath('publishers', projectId)
    const call = { method: 'GET', path, repeat: 'safe', signal } as const
    return parsePublisher(await this.#transport.json(call))
  }

  /**
   * Names the publisher that the project is, or says something else of it.
   *
   * @throws {ConflictError} when another has this name in addresses.
   */
  async save(
    projectId: string,
    { name, description, contact, slug }: PublisherText,
    { signal }: CallOptions = {},
  ): Promise<Publisher> {
    const path = sharingPath('publishers', projectId)
    const json = { name, description, contact, slug }
    const call = { method: 'PUT', path, json, repeat: 'safe', signal } as const
    return parsePublisher(await this.#transport.json(call))
  }

  /** @throws {ConflictError} while it has listings. */
  async delete(projectId: string, options?: CallOptions): Promise<void> {
    await this.#transport.delete(sharingPath('publishers', projectId), options)
  }

  /** What the project has published, whether it is shown at present or not; the newest first. */
  listings(
    projectId: string,
    { signal, ...paging }: PageOptions & CallOptions = {},
  ): AsyncIterable<OwnListing> {
    return listAll(this.#transport, {
      path: sharingPath('publishers', projectId, 'listings'),
      query: pageQuery(paging),
      key: 'listings',
      parse: parseOwnListing,
      maxItems: paging.maxItems,
      signal,
    })
  }

  /** Vouches for it, or no more; for admins. */
  async setVerified(
    projectId: string,
    verified: boolean,
    { signal }: CallOptions = {},
  ): Promise<Publisher> {
    const path = sharingPath('publishers', projectId, 'verification')
    const method = verified ? 'PUT' : 'DELETE'
    const call = { method, path, repeat: 'safe', signal } as const
    return parsePublisher(await this.#transport.json(call))
  }
}

function parsePublisher(body: unknown): Publisher {
  const fields = new Fields<keyof PublisherBody>('publisher', body)
  return {
    projectId: fields.text('project_id'),
    slug: fields.text('slug'),
    name: fields.text('name'),
    description: fields.text('description'),
    contact: fields.textOrNull('contact'),
    verified: fields.boolean('verified'),
    url: fields.textOrNull('url'),
    createdAt: fields.date('created_at'),
    updatedAt: fields.date('updated_at'),
  }
}

function parseOwnListing(body: unknown): OwnListing {
  const fields = new Fields<keyof OwnListingsBody['listings'][number]>('listing', body)
  return {
    imageId: fields.text('image_id'),
    title: fields.text('title'),
    publishedAt: fields.date('published_at'),
    updatedAt: fields.date('updated_at'),
  }
}
