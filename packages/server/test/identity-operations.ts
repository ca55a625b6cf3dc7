/** The Identity API in the words of OpenAPI, for requests to be made from; `/docs` does not show it. */
import type { JsonSchema } from './openapi-bodies.ts'
import type { ApiOperation } from './openapi-requests.ts'

const text = { type: 'string' }
const flag = { type: 'boolean' }
const textOrNull = { type: ['string', 'null'] }

const object = (properties: Record<string, JsonSchema>, ...required: string[]): JsonSchema => ({
  type: 'object',
  properties,
  required,
})

const named = object({ id: text, name: text, domain: object({ id: text, name: text }) })
const project = object({ name: text, description: text, enabled: flag, domain_id: text }, 'name')
const user = object(
  { name: text, password: text, email: textOrNull, enabled: flag, default_project_id: textOrNull },
  'name',
)
const logIn = object(
  {
    identity: object(
      {
        methods: { type: 'array', items: { type: 'string', enum: ['password', 'token', 'x'] } },
        password: object({ user: object({ name: text, password: text, domain: named }) }),
        token: object({ id: text }),
      },
      'methods',
    ),
    scope: object({ project: named, domain: named, system: object({ all: flag }) }),
  },
  'identity',
)

function operation(
  method: string,
  path: string,
  more: { body?: JsonSchema; query?: readonly string[]; headers?: readonly string[] } = {},
): ApiOperation {
  const { body, query = [], headers = [] } = more
  const parameters = (place: string, names: readonly string[]) =>
    names.map((name) => ({ in: place, name, schema: text }))
  return {
    method,
    path: `/identity/v3${path}`,
    tags: ['Identity'],
    summary: '',
    parameters: [
      ...parameters(
        'path',
        [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name),
      ),
      ...parameters('query', query),
      ...parameters('header', headers),
    ],
    ...(body !== undefined && {
      requestBody: { content: { 'application/json': { schema: body } } },
    }),
    responses: {},
  }
}

const grant = '/projects/{project}/users/{user}/roles'
const subject = ['x-subject-token']

export const identityOperations: readonly ApiOperation[] = [
  operation('GET', ''),
  operation('POST', '/auth/tokens', { body: object({ auth: logIn }, 'auth') }),
  operation('GET', '/auth/tokens', { headers: subject }),
  operation('DELETE', '/auth/tokens', { headers: subject }),
  operation('GET', '/auth/projects'),
  operation('GET', '/auth/catalog'),
  operation('GET', '/projects', { query: ['name', 'enabled', 'domain_id'] }),
  operation('POST', '/projects', { body: object({ project }, 'project') }),
  operation('GET', '/projects/{project}'),
  operation('PATCH', '/projects/{project}', { body: object({ project }, 'project') }),
  operation('DELETE', '/projects/{project}'),
  operation('GET', '/users', { query: ['name', 'enabled', 'domain_id'] }),
  operation('POST', '/users', { body: object({ user }, 'user') }),
  operation('GET', '/users/{user}'),
  operation('PATCH', '/users/{user}', { body: object({ user }, 'user') }),
  operation('POST', '/users/{user}/password', {
    body: object({ user: object({ original_password: text, password: text }) }, 'user'),
  }),
  operation('DELETE', '/users/{user}'),
  operation('GET', '/users/{user}/projects'),
  operation('GET', '/users/{user}/groups'),
  operation('GET', '/roles', { query: ['name'] }),
  operation('GET', '/roles/{role}'),
  operation('GET', grant),
  operation('GET', `${grant}/{role}`),
  operation('PUT', `${grant}/{role}`),
  operation('DELETE', `${grant}/{role}`),
  operation('GET', '/role_assignments', {
    query: ['user.id', 'scope.project.id', 'role.id', 'effective', 'include_names'],
  }),
  operation('GET', '/domains', { query: ['name', 'enabled'] }),
  operation('GET', '/domains/{domain}'),
  operation('GET', '/groups'),
  operation('GET', '/groups/{group}'),
]
