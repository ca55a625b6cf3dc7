/** Every route of metadata definitions. Spec: Images API v2; docs/api.md says where we differ. */
import type { MetadefItems, MetadefNamespaces, PropertyDefinitions } from '@vitrine/core'
import type { PageSizes } from '../images-api/list-query.ts'
import type { Route } from '../images-api/route.ts'
import {
  createAssociation,
  createObject,
  createProperty,
  deleteItem,
  deleteItems,
  listAssociations,
  listObjects,
  listProperties,
  replaceObject,
  replaceProperty,
  showObject,
  showProperty,
} from './items.ts'
import {
  createNamespace,
  deleteNamespace,
  listNamespaces,
  listResourceTypes,
  replaceNamespace,
  showNamespace,
} from './namespaces.ts'
import { loadCatalogue } from './shipped-definitions.ts'
import { createTag, createTags, listTags, replaceTag, showTag } from './tags.ts'

export type MetadefParts = {
  readonly namespaces: MetadefNamespaces
  readonly items: MetadefItems
  readonly definitions: PropertyDefinitions
}

const root = '/metadefs/namespaces'
const namespace = `${root}/:namespace`

export function metadefRoutes({ namespaces, items }: MetadefParts, sizes: PageSizes): Route[] {
  const routes: Route[] = [
    {
      path: root,
      methods: { GET: listNamespaces(namespaces, sizes), POST: createNamespace(namespaces) },
      takesBody: ['GET', 'POST'],
    },
    {
      path: namespace,
      methods: {
        GET: showNamespace(namespaces),
        PUT: replaceNamespace(namespaces),
        DELETE: deleteNamespace(namespaces),
      },
      takesBody: ['PUT'],
    },
    {
      path: `${namespace}/objects`,
      methods: {
        GET: listObjects(items),
        POST: createObject(items),
        DELETE: deleteItems(items, 'object'),
      },
      takesBody: ['GET', 'POST'],
    },
    {
      path: `${namespace}/objects/:name`,
      methods: {
        GET: showObject(items),
        PUT: replaceObject(items),
        DELETE: deleteItem(items, 'object'),
      },
      takesBody: ['PUT'],
    },
    {
      path: `${namespace}/properties`,
      methods: {
        GET: listProperties(items),
        POST: createProperty(items),
        DELETE: deleteItems(items, 'property'),
      },
      takesBody: ['GET', 'POST'],
    },
    {
      path: `${namespace}/properties/:name`,
      methods: {
        GET: showProperty(items),
        PUT: replaceProperty(items),
        DELETE: deleteItem(items, 'property'),
      },
      takesBody: ['PUT'],
    },
    {
      path: `${namespace}/tags`,
      methods: {
        GET: listTags(items),
        POST: createTags(items),
        DELETE: deleteItems(items, 'tag'),
      },
      takesBody: ['GET', 'POST'],
    },
    {
      path: `${namespace}/tags/:name`,
      methods: {
        GET: showTag(items),
        POST: createTag(items),
        PUT: replaceTag(items),
        DELETE: deleteItem(items, 'tag'),
      },
      takesBody: ['PUT'],
    },
    {
      path: `${namespace}/resource_types`,
      methods: { GET: listAssociations(items), POST: createAssociation(items) },
      takesBody: ['GET', 'POST'],
    },
    {
      path: `${namespace}/resource_types/:name`,
      methods: { DELETE: deleteItem(items, 'association') },
    },
    { path: '/metadefs/catalogue', methods: { POST: loadCatalogue(namespaces) } },
    {
      path: '/metadefs/resource_types',
      methods: { GET: listResourceTypes(namespaces) },
      takesBody: ['GET'],
    },
  ]
  return routes.map((route) => ({ ...route, namesMayHaveSlashes: true }))
}
