/** JSON bodies, whatever type the request says they have, and none at all. */
import { InvalidError } from '@vitrine/core'
import type { FastifyInstance } from 'fastify'

/** As long as Keystone lets a body be. */
const mostBytes = 112 * 1024

export function parseJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    '*',
    { parseAs: 'string', bodyLimit: mostBytes },
    async (_request: unknown, body: string) => parse(body),
  )
}

function parse(body: string): unknown {
  if (body === '') return undefined
  try {
    return JSON.parse(body)
  } catch (error) {
    // The parser's own message quotes the body, in which there may be a password.
    throw new InvalidError('Cannot read the request body: it is not JSON', { cause: error })
  }
}
