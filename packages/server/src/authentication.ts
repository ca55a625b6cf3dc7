/** Who makes a request: asked once, before anything else of a face that needs to know. */
import { type Actor, type Identity, type RequestRate, UnauthorizedError } from '@vitrine/core'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { headerText } from './images-api/call.ts'
import { actorOf, rememberActor } from './request-actors.ts'

export type AuthenticationOptions = {
  readonly identity: Identity
  /** Where callers without a token are sent, such as `https://cloud.example/identity/v3`. */
  readonly identityUrl: (request: FastifyRequest) => string
  /** Undefined where projects may ask as fast as they like. */
  readonly requestRate: RequestRate | undefined
}

/**
 * Lets only requests with a good token pass.
 *
 * @returns the actor of a request that has passed.
 */
export function requireActors(
  app: FastifyInstance,
  { identity, identityUrl, requestRate }: AuthenticationOptions,
): (request: FastifyRequest) => Actor {
  app.addHook('onRequest', async (request, reply) => {
    const actor = await authenticate(identity, request)
    if (actor === undefined) {
      reply.header('www-authenticate', `Keystone uri="${identityUrl(request)}"`)
      throw new UnauthorizedError(
        'This server could not verify that you are authorized to access the document you requested. Send a valid token in X-Auth-Token.',
      )
    }
    rememberActor(request, actor)
    reply.header('x-openstack-request-id', request.id)
    requestRate?.take(actor)
  })
  // The hook lets nobody pass without an actor; should it ever, nothing is served.
  return (request) => {
    const actor = actorOf(request)
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
