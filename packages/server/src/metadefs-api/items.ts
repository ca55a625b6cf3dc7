/**
 * /v2/metadefs/namespaces/{namespace}/…: properties, objects and associations of a namespace.
 *
 * Spec: Images API v2, "Metadata definition objects", "properties" and "resource types".
 */
import {
  InvalidError,
  type MetadefItems,
  type MetadefKind,
  NotFoundError,
  quote,
} from '@vitrine/core'
import {
  type Call,
  type Handler,
  pathPart,
  queryParameters,
  sendJson,
  sendNothing,
} from '../images-api/call.ts'
import { oneOf } from '../images-api/list-query.ts'
import { readJsonObject } from '../images-api/request-body.ts'
import { readAssociation, readObject, readProperty } from './metadef-input.ts'
import {
  viewAssociation,
  viewNewObject,
  viewObject,
  viewProperties,
  viewProperty,
} from './metadef-view.ts'

const namespaceOf = (call: Call) => pathPart(call, 'namespace')

export function listAssociations(items: MetadefItems): Handler {
  return async (call) => {
    const all = await items.list(call.actor, namespaceOf(call), 'association')
    return sendJson(call.reply, 200, { resource_type_associations: all.map(viewAssociation) })
  }
}

export function createAssociation(items: MetadefItems): Handler {
  return async (call) => {
    const association = readAssociation(await readJsonObject(call.request.raw))
    const added = await items.add(call.actor, namespaceOf(call), [association], association)
    return sendJson(call.reply, 201, added.map(viewAssociation)[0])
  }
}

export function listProperties(items: MetadefItems): Handler {
  return async (call) => {
    const all = await items.list(call.actor, namespaceOf(call), 'property')
    return sendJson(call.reply, 200, { properties: viewProperties(all) })
  }
}

export function createProperty(items: MetadefItems): Handler {
  return async (call) => {
    const property = readProperty(await readJsonObject(call.request.raw))
    const added = await items.add(call.actor, namespaceOf(call), [property], property)
    return sendJson(call.reply, 201, added.map((one) => viewProperty(one))[0])
  }
}

/** `?resource_type=` asks by the name that the property has on such a resource. */
export function showProperty(items: MetadefItems): Handler {
  return async (call) => {
    const asked = pathPart(call, 'name')
    const type = new Map(queryParameters(call.request.url)).get('resource_type')
    const prefix = type ? await prefixOn(items, call, type) : ''
    if (!asked.startsWith(prefix)) {
      throw new NotFoundError(
        `Cannot show property ${quote(asked)}: on ${type} every property of this namespace begins with ${quote(prefix)}`,
      )
    }
    const name = asked.slice(prefix.length)
    const item = await items.show(call.actor, namespaceOf(call), 'property', name)
    return sendJson(call.reply, 200, viewProperty(item, prefix))
  }
}

async function prefixOn(items: MetadefItems, call: Call, type: string): Promise<string> {
  const { body } = await items.show(call.actor, namespaceOf(call), 'association', type)
  return typeof body.prefix === 'string' ? body.prefix : ''
}

export function replaceProperty(items: MetadefItems): Handler {
  return async (call) => {
    const property = readProperty(await readJsonObject(call.request.raw))
    const name = pathPart(call, 'name')
    const item = await items.replace(call.actor, namespaceOf(call), name, property)
    return sendJson(call.reply, 200, viewProperty(item))
  }
}

/** Paging is checked, and then there is one page. */
export function listObjects(items: MetadefItems): Handler {
  return async (call) => {
    const parameters = new Map(queryParameters(call.request.url))
    const limit = parameters.get('limit')
    if (limit !== undefined && !/^0*[1-9]\d*$/.test(limit)) {
      throw new InvalidError(`Cannot list with limit ${quote(limit)}: it should be 1 or more`)
    }
    oneOf(parameters, 'sort_dir', ['asc', 'desc'])
    oneOf(parameters, 'visibility', ['public', 'private'])
    const namespace = namespaceOf(call)
    const all = await items.list(call.actor, namespace, 'object')
    return sendJson(call.reply, 200, {
      objects: all.map((item) => viewObject(namespace, item)),
      // Without a slash at its beginning, as clients know it.
      schema: 'v2/schemas/metadefs/objects',
    })
  }
}

export function createObject(items: MetadefItems): Handler {
  return async (call) => {
    const object = readObject(await readJsonObject(call.request.raw))
    const namespace = namespaceOf(call)
    const added = await items.add(call.actor, namespace, [object], object)
    return sendJson(call.reply, 201, added.map((item) => viewNewObject(namespace, item))[0])
  }
}

export function showObject(items: MetadefItems): Handler {
  return async (call) => {
    const namespace = namespaceOf(call)
    const item = await items.show(call.actor, namespace, 'object', pathPart(call, 'name'))
    return sendJson(call.reply, 200, viewObject(namespace, item))
  }
}

export function replaceObject(items: MetadefItems): Handler {
  return async (call) => {
    const object = readObject(await readJsonObject(call.request.raw))
    const namespace = namespaceOf(call)
    const item = await items.replace(call.actor, namespace, pathPart(call, 'name'), object)
    return sendJson(call.reply, 200, viewObject(namespace, item))
  }
}

export function deleteItem(items: MetadefItems, kind: MetadefKind): Handler {
  return async (call) => {
    await items.delete(call.actor, namespaceOf(call), kind, pathPart(call, 'name'))
    return sendNothing(call.reply)
  }
}

export function deleteItems(items: MetadefItems, kind: MetadefKind): Handler {
  return async (call) => {
    await items.deleteAll(call.actor, namespaceOf(call), kind)
    return sendNothing(call.reply)
  }
}
