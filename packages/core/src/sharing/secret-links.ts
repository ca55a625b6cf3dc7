/**
 * Links that only those can follow to whom they were sent: an id, and a code that nobody can make
 * who does not have the service's key. A link is good for one purpose alone, and may end at a time.
 *
 *   <id>.<code>            for ever
 *   <id>.<end>.<code>      until then, in seconds since 1970, in base 36
 */
import { createHmac, timingSafeEqual } from 'node:crypto'

export type LinkPurpose = 'prove' | 'unsubscribe' | 'answer' | 'request'

export type Link = { readonly id: string; readonly expiresAt: Date | undefined }

export class SecretLinks {
  readonly #key: string

  /** @param key 32 random bytes or more, in any writing; the same in every process. */
  constructor(key: string) {
    this.#key = key
  }

  /** @param id letters, digits and `-`. */
  sign(purpose: LinkPurpose, id: string, expiresAt?: Date): string {
    const signed = expiresAt === undefined ? id : `${id}.${toSeconds(expiresAt)}`
    return `${signed}.${this.#codeOf(`${purpose} ${signed}`)}`
  }

  /** @returns undefined for a token that was not signed for this purpose. */
  verify(purpose: LinkPurpose, token: string): Link | undefined {
    const [, signed = '', id = '', end, code = ''] =
      /^(([\w-]{1,100})(?:\.([0-9a-z]{1,9}))?)\.([\w-]{43})$/.exec(token) ?? []
    const right = Buffer.from(this.#codeOf(`${purpose} ${signed}`))
    const given = Buffer.from(code)
    if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined
    return {
      id,
      expiresAt: end === undefined ? undefined : new Date(Number.parseInt(end, 36) * 1000),
    }
  }

  /** What stands for a text where that itself must not be kept: the same for the same text. */
  fingerprint(text: string): string {
    return this.#codeOf(`fingerprint ${text}`)
  }

  #codeOf(text: string): string {
    return createHmac('sha256', this.#key).update(text).digest('base64url')
  }
}

export function hasExpired({ expiresAt }: Link, now: Date): boolean {
  return expiresAt !== undefined && expiresAt <= now
}

function toSeconds(time: Date): string {
  return Math.floor(time.getTime() / 1000).toString(36)
}
