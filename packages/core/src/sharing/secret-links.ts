/**
 * Links that only those can follow to whom they were sent: an id, and a code that nobody can make
 * who does not have the service's key. A link is good for one purpose alone.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'

export type LinkPurpose = 'prove' | 'unsubscribe'

export class SecretLinks {
  readonly #key: string

  /** @param key 32 random bytes or more, in any writing; the same in every process. */
  constructor(key: string) {
    this.#key = key
  }

  /** @param id letters, digits and `-`. */
  sign(purpose: LinkPurpose, id: string): string {
    return `${id}.${this.#codeOf(purpose, id)}`
  }

  /** @returns the id; undefined for a token that was not signed for this purpose. */
  verify(purpose: LinkPurpose, token: string): string | undefined {
    const [, id = '', code = ''] = /^([\w-]{1,100})\.([\w-]{43})$/.exec(token) ?? []
    const right = Buffer.from(this.#codeOf(purpose, id))
    const given = Buffer.from(code)
    return given.length === right.length && timingSafeEqual(given, right) ? id : undefined
  }

  #codeOf(purpose: LinkPurpose, id: string): string {
    return createHmac('sha256', this.#key).update(`${purpose} ${id}`).digest('base64url')
  }
}
