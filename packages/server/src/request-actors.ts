/** Who made a request, once that is known. */
import type { Actor } from '@vitrine/core'
import type { FastifyRequest } from 'fastify'

const actors = new WeakMap<FastifyRequest, Actor>()

export function rememberActor(request: FastifyRequest, actor: Actor): void {
  actors.set(request, actor)
}

/** @returns undefined for a request that has not passed an authentication. */
export function actorOf(request: FastifyRequest): Actor | undefined {
  return actors.get(request)
}
