/** The operations on metadata definitions. */
import { metadefSchemas } from '../metadef-schema.ts'
import { json, type Operation, oneOf, paging, type QueryParameter, text } from './operation.ts'

const root = '/v2/metadefs/namespaces'
const namespace = `${root}/{namespace}`
const tag = 'Metadata definitions'

function bodyOf({ name: _, ...document }: { readonly name: string }) {
  return { type: 'object', ...document }
}

function operation(
  method: Operation['method'],
  path: string,
  summary: string,
  { body, query }: { body?: object; query?: readonly QueryParameter[] } = {},
): Operation {
  const created = method === 'POST'
  const success =
    method === 'DELETE'
      ? { status: 204, description: 'Gone' }
      : {
          status: created ? 201 : 200,
          description: created ? 'As it was created' : 'As it is',
          ...json({ type: 'object' }),
        }
  return {
    method,
    path,
    tag,
    summary: method === 'GET' ? summary : `${summary}: for admins`,
    success,
    ...(body !== undefined && { body: json(body) }),
    ...(query !== undefined && { query }),
    ...(method !== 'GET' && { refusals: [409] }),
  }
}

const sorting: readonly QueryParameter[] = [
  { name: 'sort_key', description: '', schema: text },
  { name: 'sort_dir', description: '', schema: oneOf('asc', 'desc') },
]
const byType: readonly QueryParameter[] = [
  {
    name: 'resource_type',
    description: 'Gives properties the names that they have on such a resource',
    schema: text,
  },
]

function items(plural: string, word: string, body: object): readonly Operation[] {
  return [
    operation('GET', `${namespace}/${plural}`, `List the ${plural} of a namespace`),
    operation('POST', `${namespace}/${plural}`, `Add ${word}`, { body }),
    operation('DELETE', `${namespace}/${plural}`, `Delete all ${plural}`),
    operation('GET', `${namespace}/${plural}/{name}`, `Show ${word}`, { query: byType }),
    operation('PUT', `${namespace}/${plural}/{name}`, `Replace ${word}`, { body }),
    operation('DELETE', `${namespace}/${plural}/{name}`, `Delete ${word}`),
  ]
}

const tags = {
  type: 'object',
  properties: { tags: { type: 'array', items: bodyOf(metadefSchemas.tag) } },
  required: ['tags'],
}

const names = { type: 'array', items: text }

export const metadefOperations: readonly Operation[] = [
  operation('GET', root, 'List namespaces', {
    query: [
      ...paging,
      ...sorting,
      { name: 'visibility', description: '', schema: oneOf('public', 'private') },
      { name: 'resource_types', description: 'Between commas', schema: text },
    ],
  }),
  operation('POST', root, 'Create a namespace, with all that stands in it', {
    body: bodyOf(metadefSchemas.namespace),
  }),
  operation('GET', namespace, 'Show a namespace', { query: byType }),
  operation('PUT', namespace, 'Replace what is said of a namespace', {
    body: bodyOf(metadefSchemas.namespace),
  }),
  operation('DELETE', namespace, 'Delete a namespace, with all that stands in it'),
  ...items('objects', 'an object', bodyOf(metadefSchemas.object)),
  ...items('properties', 'a property', bodyOf(metadefSchemas.property)),
  ...items('tags', 'tags', tags),
  operation('POST', `${namespace}/tags/{name}`, 'Add a tag'),
  operation('GET', `${namespace}/resource_types`, 'List what a namespace is about'),
  operation('POST', `${namespace}/resource_types`, 'Say what a namespace is about', {
    body: bodyOf(metadefSchemas.resource_type),
  }),
  operation('DELETE', `${namespace}/resource_types/{name}`, 'Say so no more'),
  {
    method: 'POST',
    path: '/v2/metadefs/catalogue',
    tag,
    summary: 'Load the definitions that come with the service, where they are missing: for admins',
    success: {
      status: 200,
      description: 'Which namespaces were created, and which were there and stay unchanged',
      ...json({
        type: 'object',
        properties: { created: names, unchanged: names },
        required: ['created', 'unchanged'],
      }),
    },
  },
  operation('GET', '/v2/metadefs/resource_types', 'List what namespaces can be about'),
]
