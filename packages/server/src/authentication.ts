/** Who makes a request: asked once, before anything else of a face that needs to know. */
import { type Actor, type Identity, UnauthorizedError } from '@vitrine/core'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { headerText } from './images-api/call.ts'

export type AuthenticationOptions = {
  readonly identity: Identity
  /** Where callers without a token are sent, such as `https://cloud.example/identity/v3`. */
  readonly identityUrl: (request: FastifyRequest) => string
}

/**
 * Lets only requests with a good token pass.
 *
 * @returns the actor of a request that has passed.
 */
export function requireActors(
  app: FastifyInstance,
  { identity, identityUrl }: AuthenticationOptions,
): (request: FastifyRequest) => Actor {
  const actors = new WeakMap<FastifyRequest, Actor>()
  app.addHook('onRequest', async (request, reply) => {
    const actor = await authenticate(identity, request)
    if (actor === undefined) {
      reply.header('www-authenticate', `Keystone uri="${identityUrl(request)}"`)
      throw new UnauthorizedError(
        'This server could not verify that you are authorized to access the document you requested. Send a valid token in X-Auth-Token.',
      )
    }
    actors.set(request, actor)
    reply.header('x-openstack-request-id', request.id)
  })
  // The hook lets nobody pass without an actor; should it ever, nothing is served.
  return (request) => {
    const actor = actors.get(request)
    if (actor === undefined) throw new UnauthorizedError('Authentication required.')
    return actor
  }
}

/** @returns undefined for a request without a good token. */
export async function authenticate(
  identity: Identity,
  request: FastifyRequest,
): Promise<Actor | undefined> {
  const token = headerText(request, 'x-auth-token')
  if (token === undefined || token === '') return undefined
  return identity.actorOf(token, headerText(request, 'x-service-token'))
}
