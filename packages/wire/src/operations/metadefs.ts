/** The operations on metadata definitions. */
import { metadefSchemas } from '../metadef-schema.ts'
import { json, type Operation, oneOf, paging, type QueryParameter, text } from './operation.ts'

const root = '/v2/metadefs/namespaces'
const namespace = `${root}/{namespace}`
const tag = 'Metadata definitions'

type Document = { readonly name: string; readonly definitions?: Readonly<Record<string, object>> }

/** With what it refers to in place of the references: those lead nowhere in a document of many. */
function bodyOf({ name: _, definitions = {}, ...document }: Document) {
  const inline = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(inline)
    if (typeof value !== 'object' || value === null) return value
    const referred = '$ref' in value && String(value.$ref).replace('#/definitions/', '')
    if (referred) return inline(definitions[referred])
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, inline(one)]))
  }
  return { type: 'object', ...Object(inline(document)) }
}

function operation(
  method: Operation['method'],
  path: string,
  summary: string,
  { body, query, headers }: Partial<Pick<Operation, 'query' | 'headers'>> & { body?: object } = {},
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
    ...(headers !== undefined && { headers }),
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

const tags: readonly Operation[] = [
  operation('GET', `${namespace}/tags`, 'List the tags of a namespace', {
    query: [...paging, ...sorting],
  }),
  operation('POST', `${namespace}/tags`, 'Replace the tags of a namespace, or add to them', {
    headers: [
      {
        name: 'X-Openstack-Append',
        description: 'Adds to the tags that are there',
        schema: oneOf('True', 'False'),
      },
    ],
    body: {
      type: 'object',
      properties: { tags: { type: 'array', items: bodyOf(metadefSchemas.tag) } },
      required: ['tags'],
    },
  }),
  operation('DELETE', `${namespace}/tags`, 'Delete all tags'),
  operation('GET', `${namespace}/tags/{name}`, 'Show a tag'),
  operation('POST', `${namespace}/tags/{name}`, 'Add a tag'),
  operation('PUT', `${namespace}/tags/{name}`, 'Rename a tag', {
    body: bodyOf(metadefSchemas.tag),
  }),
  operation('DELETE', `${namespace}/tags/{name}`, 'Delete a tag'),
]

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
  ...tags,
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
