/**
 * /v2/metadefs/namespaces/{namespace}/tags: words that resources may be marked with.
 *
 * Spec: Images API v2, "Metadata definition tags".
 */
import { type MetadefItem, type MetadefItems, NotFoundError, quote } from '@vitrine/core'
import {
  type Handler,
  headerText,
  pathPart,
  queryParameters,
  sendJson,
} from '../images-api/call.ts'
import { oneOf, parseLimit } from '../images-api/list-query.ts'
import { readJsonObject } from '../images-api/request-body.ts'
import { longestNamespaceBytes, readTag, readTags, requireName } from './metadef-input.ts'
import { viewTag } from './metadef-view.ts'

const sortKeys = ['name', 'created_at', 'updated_at', 'id'] as const
/** They come in the order in which they were made, and stay so where they are alike. */
const orders: Record<
  (typeof sortKeys)[number],
  (tags: readonly MetadefItem[]) => readonly MetadefItem[]
> = {
  name: (tags) => tags.toSorted(byName),
  created_at: (tags) => tags,
  updated_at: (tags) => tags.toSorted((a, b) => a.updatedAt.getTime() - b.updatedAt.getTime()),
  id: (tags) => tags,
}
/** A list has no links to further pages, so all of it is one, unless a client asks for less. */
const noLimit = { default: Number.POSITIVE_INFINITY, largest: Number.POSITIVE_INFINITY }

/** Newest first. */
export function listTags(items: MetadefItems): Handler {
  return async (call) => {
    const parameters = new Map(queryParameters(call.request.url))
    const limit = parseLimit(parameters.get('limit'), noLimit)
    const key = oneOf(parameters, 'sort_key', sortKeys) ?? 'created_at'
    const direction = oneOf(parameters, 'sort_dir', ['asc', 'desc'] as const) ?? 'desc'
    const all = await items.list(call.actor, pathPart(call, 'namespace'), 'tag')
    const ascending = orders[key](all)
    const sorted = direction === 'asc' ? ascending : ascending.toReversed()
    const rest = sorted.slice(startAfter(sorted, parameters.get('marker')))
    return sendJson(call.reply, 200, { tags: rest.slice(0, limit).map(({ name }) => ({ name })) })
  }
}

function byName(a: MetadefItem, b: MetadefItem): number {
  return Buffer.compare(Buffer.from(a.name), Buffer.from(b.name))
}

function startAfter(sorted: readonly MetadefItem[], marker: string | undefined): number {
  if (marker === undefined) return 0
  const index = sorted.findIndex(({ name }) => name === marker)
  if (index !== -1) return index + 1
  throw new NotFoundError(`Cannot list tags after marker ${quote(marker)}: there is no such tag`)
}

/** They take the place of those that are there, unless a header says otherwise or there are none. */
export function createTags(items: MetadefItems): Handler {
  return async (call) => {
    const tags = readTags(await readJsonObject(call.request.raw, longestNamespaceBytes))
    const append = headerText(call.request, 'x-openstack-append')?.toLowerCase() === 'true'
    const added = await items.add(call.actor, pathPart(call, 'namespace'), tags, {
      kind: 'tag',
      instead: !append && tags.length > 0,
    })
    return sendJson(call.reply, 201, { tags: added.map(({ name }) => ({ name })) })
  }
}

export function createTag(items: MetadefItems): Handler {
  return async (call) => {
    const tag = { kind: 'tag', name: requireName('tag', pathPart(call, 'name')), body: {} } as const
    const added = await items.add(call.actor, pathPart(call, 'namespace'), [tag], tag)
    return sendJson(call.reply, 201, added.map(viewTag)[0])
  }
}

export function showTag(items: MetadefItems): Handler {
  return async (call) => {
    const [namespace, name] = [pathPart(call, 'namespace'), pathPart(call, 'name')]
    return sendJson(call.reply, 200, viewTag(await items.show(call.actor, namespace, 'tag', name)))
  }
}

export function replaceTag(items: MetadefItems): Handler {
  return async (call) => {
    const tag = readTag(await readJsonObject(call.request.raw))
    const [namespace, name] = [pathPart(call, 'namespace'), pathPart(call, 'name')]
    return sendJson(call.reply, 200, viewTag(await items.replace(call.actor, namespace, name, tag)))
  }
}
