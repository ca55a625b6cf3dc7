/** Addresses at which the caller's project is written to. Each is proven by a mailed link first. */
import type { ContactBody, ContactsBody } from '@vitrine/wire'
import { Fields } from '../parsing.ts'
import type { CallOptions, Transport } from '../transport.ts'
import { sharingPath } from './sharing-path.ts'

/** What one may be written of. A newer service may know of more. */
export type NoticeKind = 'shared' | 'reminder' | 'revoked' | 'change' | 'answer' | 'request'

const frequencies = ['at_once', 'daily', 'never'] as const
/** `daily` in one mail a day. */
export type NoticeFrequency = (typeof frequencies)[number]

const languages = ['en', 'de'] as const
export type Language = (typeof languages)[number]

export type Wants = Readonly<Partial<Record<NoticeKind, NoticeFrequency>>>

export type NewContact = {
  readonly email: string
  /** Default: the operator's. */
  readonly language?: Language | undefined
  /** What is left out is mailed at once, or stays as it is. */
  readonly wants?: Wants | undefined
}

export type ContactFields = {
  readonly id: string
  readonly email: string
  readonly language: Language
  /** Whether the mailed link was followed. Nothing else is sent before. */
  readonly proven: boolean
  readonly wants: Wants
  readonly createdAt: Date
}

export class Contact implements ContactFields {
  declare readonly id: string
  declare readonly email: string
  declare readonly language: Language
  declare readonly proven: boolean
  declare readonly wants: Wants
  declare readonly createdAt: Date
  readonly #transport: Transport

  constructor(transport: Transport, fields: ContactFields) {
    this.#transport = transport
    Object.assign(this, fields)
  }

  async update(changes: Omit<NewContact, 'email'>, { signal }: CallOptions = {}): Promise<this> {
    const path = sharingPath('contacts', this.id)
    const { language, wants } = changes
    const call = {
      method: 'PATCH',
      path,
      json: { language, wants },
      repeat: 'safe',
      signal,
    } as const
    return Object.assign(this, parseContact(await this.#transport.json(call)))
  }

  /**
   * Mails the link by which the address is proven once more.
   *
   * @throws {ConflictError} when it is proven.
   * @throws {RateLimitedError} when it was mailed within the hour.
   */
  async proveAgain({ signal }: CallOptions = {}): Promise<void> {
    const path = sharingPath('contacts', this.id, 'proof')
    await this.#transport.done({ method: 'POST', path, repeat: 'after-401', signal })
  }

  async delete(options?: CallOptions): Promise<void> {
    await this.#transport.delete(sharingPath('contacts', this.id), options)
  }
}

export class Contacts {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** The oldest first. */
  async list({ signal }: CallOptions = {}): Promise<readonly Contact[]> {
    const path = sharingPath('contacts')
    const body = await this.#transport.json({ method: 'GET', path, repeat: 'safe', signal })
    const fields = new Fields<keyof ContactsBody>('contacts', body)
    return fields.list('contacts').map((item) => new Contact(this.#transport, parseContact(item)))
  }

  /**
   * Names an address, and has the link mailed there by which it is proven.
   *
   * @throws {ConflictError} when the project has it already, or has as many as it may.
   */
  async add(
    { email, language, wants }: NewContact,
    { signal }: CallOptions = {},
  ): Promise<Contact> {
    const path = sharingPath('contacts')
    const json = { email, language, wants }
    const call = { method: 'POST', path, json, repeat: 'after-401', signal } as const
    return new Contact(this.#transport, parseContact(await this.#transport.json(call)))
  }
}

function parseContact(body: unknown): ContactFields {
  const fields = new Fields<keyof ContactBody>('contact', body)
  return {
    id: fields.text('id'),
    email: fields.text('email'),
    language: fields.oneOf('language', languages),
    proven: fields.boolean('proven'),
    wants: parseWants(fields.get('wants')),
    createdAt: fields.date('created_at'),
  }
}

function parseWants(body: unknown): Wants {
  const fields = new Fields<string>('contact.wants', body)
  return Object.fromEntries(
    fields.entries().map(([kind]) => [kind, fields.oneOf(kind, frequencies)]),
  )
}
