/**
 * /v2/metadefs/namespaces, and /v2/metadefs/resource_types: what they can be about.
 *
 * Spec: Images API v2, "Metadata definition namespaces".
 */
import {
  InvalidError,
  type MetadefNamespaces,
  type NamespaceSortField,
  type NamespaceView,
  quote,
} from '@vitrine/core'
import {
  type Handler,
  pathPart,
  queryParameters,
  sendJson,
  sendNothing,
} from '../images-api/call.ts'
import { viewTime } from '../images-api/image-view.ts'
import { oneOf, type PageSizes, parseLimit } from '../images-api/list-query.ts'
import { pageLink } from '../images-api/page-link.ts'
import { readJsonObject } from '../images-api/request-body.ts'
import { longestNamespaceBytes, readNamespace } from './metadef-input.ts'
import { viewNamespace } from './metadef-view.ts'

const collection = '/v2/metadefs/namespaces'

export function createNamespace(namespaces: MetadefNamespaces): Handler {
  return async ({ actor, request, reply }) => {
    const { fields, items } = readNamespace(
      await readJsonObject(request.raw, longestNamespaceBytes),
    )
    const created = await namespaces.create(actor, fields, items)
    const path = `${collection}/${encodeURIComponent(created.namespace.name)}`
    reply.header('location', `${request.protocol}://${request.host}${path}`)
    return sendJson(reply, 201, viewNamespace(created))
  }
}

const visibilities = ['public', 'private'] as const

export function listNamespaces(namespaces: MetadefNamespaces, sizes: PageSizes): Handler {
  return async ({ actor, request, reply }) => {
    const parameters = queryParameters(request.url)
    const last = new Map(parameters)
    const limit = parseLimit(last.get('limit'), sizes)
    const page = await namespaces.list(actor, {
      visibility: oneOf(last, 'visibility', visibilities),
      // An empty parameter asks for nothing, as `resource_type` does.
      resourceTypes: parseResourceTypes(last.get('resource_types')),
      sort: {
        field: parseSortKey(last.get('sort_key') ?? 'created_at'),
        direction: oneOf(last, 'sort_dir', ['asc', 'desc'] as const) ?? 'desc',
      },
      marker: last.get('marker'),
      limit,
    })
    const marker = page.at(-1)?.namespace.name
    return sendJson(reply, 200, {
      namespaces: page.map((one) => viewNamespace(one)),
      first: pageLink(collection, parameters),
      ...(marker !== undefined &&
        page.length === limit && { next: pageLink(collection, parameters, marker) }),
      schema: '/v2/schemas/metadefs/namespaces',
    })
  }
}

function parseResourceTypes(value: string | undefined): readonly string[] | undefined {
  return value ? value.split(',') : undefined
}

const sortFields: Readonly<Record<string, NamespaceSortField>> = {
  id: 'id',
  namespace: 'name',
  display_name: 'displayName',
  description: 'description',
  visibility: 'visibility',
  protected: 'protected',
  owner: 'owner',
  created_at: 'createdAt',
  updated_at: 'updatedAt',
}

function parseSortKey(key: string): NamespaceSortField {
  const field = Object.hasOwn(sortFields, key) ? sortFields[key] : undefined
  if (field !== undefined) return field
  throw new InvalidError(
    `Cannot sort namespaces by ${quote(key)}: it should be one of ${Object.keys(sortFields).join(', ')}`,
  )
}

export function showNamespace(namespaces: MetadefNamespaces): Handler {
  return async (call) => {
    const { actor, request, reply } = call
    const parameters = new Map(queryParameters(request.url))
    oneOf(parameters, 'visibility', visibilities)
    const shown = await namespaces.show(actor, pathPart(call, 'namespace'))
    return sendJson(reply, 200, viewNamespace(shown, prefixFor(shown, parameters)))
  }
}

function prefixFor({ items }: NamespaceView, parameters: ReadonlyMap<string, string>): string {
  const type = parameters.get('resource_type')
  const found = items.find(({ kind, name }) => kind === 'association' && name === type)
  return typeof found?.body.prefix === 'string' ? found.body.prefix : ''
}

export function replaceNamespace(namespaces: MetadefNamespaces): Handler {
  return async (call) => {
    const { actor, request, reply } = call
    const { fields } = readNamespace(await readJsonObject(request.raw, longestNamespaceBytes))
    const namespace = await namespaces.replace(actor, pathPart(call, 'namespace'), fields)
    return sendJson(reply, 200, viewNamespace({ namespace, items: [] }))
  }
}

export function deleteNamespace(namespaces: MetadefNamespaces): Handler {
  return async (call) => {
    await namespaces.delete(call.actor, pathPart(call, 'namespace'))
    return sendNothing(call.reply)
  }
}

export function listResourceTypes(namespaces: MetadefNamespaces): Handler {
  return async ({ actor, reply }) => {
    const types = await namespaces.listResourceTypes(actor)
    return sendJson(reply, 200, {
      resource_types: types.map(({ name, createdAt, updatedAt }) => ({
        name,
        created_at: viewTime(createdAt),
        updated_at: viewTime(updatedAt),
      })),
    })
  }
}
