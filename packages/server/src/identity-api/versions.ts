/** The version documents, by which clients find their way. They need no token. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Context } from './context.ts'

export function versionRoutes(app: FastifyInstance, context: Context): void {
  const version = (request: FastifyRequest) => ({
    id: 'v3.14',
    status: 'stable',
    updated: '2020-04-07T00:00:00Z',
    links: [{ rel: 'self', href: `${context.identityUrl(request)}/v3/` }],
    'media-types': [
      { base: 'application/json', type: 'application/vnd.openstack.identity-v3+json' },
    ],
  })

  for (const url of ['', '/']) {
    app.get(url, { prefixTrailingSlash: 'slash' }, (request, reply) =>
      reply.code(300).send({ versions: { values: [version(request)] } }),
    )
    app.get(`/v3${url}`, (request) => ({ version: version(request) }))
  }
}
