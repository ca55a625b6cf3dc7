/** Where an answer redirects to. The new address is as little trusted as the first. */
import type { IncomingMessage } from 'node:http'
import { InvalidError } from '@vitrine/core'
import { hostOf } from './web-uri.ts'

const redirects = new Set([301, 302, 303, 307, 308])

export function isRedirect(answer: IncomingMessage): boolean {
  return redirects.has(answer.statusCode ?? 0)
}

/**
 * The URI as the server wrote it, completed by what it left out: still text, so that the same rules
 * read it that read what users write.
 *
 * @throws {InvalidError} when there is none.
 */
export function redirectTarget(from: URL, answer: IncomingMessage): string {
  // Node reads headers as Latin-1; a server that writes other letters means UTF-8.
  const location = Buffer.from(answer.headers.location ?? '', 'latin1').toString()
  if (location === '') {
    throw new InvalidError(
      `Cannot fetch from "${hostOf(from)}": it answered with a redirect to nowhere`,
    )
  }
  if (/^[a-z][a-z\d+.-]*:/i.test(location)) return location
  if (location.startsWith('//')) return `${from.protocol}${location}`
  return URL.parse(location, from)?.href ?? location
}

/** @throws {InvalidError} when what was encrypted so far would not be any more. */
export function requireNoDowngrade(from: URL, to: URL): void {
  if (from.protocol === 'https:' && to.protocol !== 'https:') {
    throw new InvalidError(
      `Cannot fetch from "${hostOf(from)}": it redirects from https to http, and should stay encrypted`,
    )
  }
}
