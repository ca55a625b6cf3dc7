/** Answers 405 with `Allow`, instead of 404, where the path is known and the method is not. */
import { quote } from '@vitrine/core'
import type { FastifyInstance } from 'fastify'
import { answer } from './error-answers.ts'

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']

/** Watches the routes that are registered from now on; the result, called last, adds the rest. */
export function refuseOtherMethods(app: FastifyInstance): () => void {
  const known = new Map<string, Set<string>>()
  app.addHook('onRoute', ({ url, method }) => {
    const allowed = known.get(url) ?? new Set()
    for (const each of [method].flat()) allowed.add(each)
    known.set(url, allowed)
  })

  return () => {
    for (const [url, allowed] of [...known]) {
      const allow = [...allowed].join(', ')
      app.route({
        url: url.slice(app.prefix.length),
        method: methods.filter((method) => !allowed.has(method)),
        prefixTrailingSlash: 'slash',
        handler: (request, reply) =>
          answer(
            reply.header('allow', allow),
            405,
            `Cannot ${request.method} ${quote(request.url)}: only ${allow} can be done there`,
          ),
      })
    }
  }
}
