/**
 * URLs that are not UTF-8, percent-encoded. They are routed like any other, so that who asks is
 * found out first, and then refused by the face of the service that they were meant for, in its form.
 */
import { InvalidError } from '@vitrine/core'
import type { FastifyRequest } from 'fastify'

/** Stands for what cannot be read: U+FFFD, the replacement character. */
const unreadable = '%EF%BF%BD'

/** The path, with every part that cannot be decoded replaced by one that can. */
export function routablePath(path: string): string {
  if (isReadable(path)) return path
  return path
    .split('/')
    .map((part) => (isReadable(part) ? part : unreadable))
    .join('/')
}

/** @throws {InvalidError} when the path of the request, as it was sent, cannot be decoded. */
export function requireReadablePath({ originalUrl }: FastifyRequest): void {
  if (isReadable(originalUrl.split('?', 1)[0] ?? '')) return
  throw new InvalidError('Cannot read the path: it is not valid UTF-8, percent-encoded')
}

function isReadable(encoded: string): boolean {
  if (!encoded.includes('%')) return true
  try {
    decodeURIComponent(encoded)
    return true
  } catch {
    return false
  }
}
