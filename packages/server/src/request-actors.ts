/** Who made a request, once that is known. */
import type { Actor } from '@vitrine/core'
import type { FastifyRequest } from 'fastify'

const actor = Symbol('actor')

declare module 'fastify' {
  interface FastifyRequest {
    [actor]?: Actor
  }
}

export function rememberActor(request: FastifyRequest, known: Actor): void {
  request[actor] = known
}

/** @returns undefined for a request that has not passed an authentication. */
export function actorOf(request: FastifyRequest): Actor | undefined {
  return request[actor]
}
