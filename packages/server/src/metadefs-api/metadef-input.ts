/** Bodies of metadata definitions, held to the documents that clients can fetch, in the words of the core. */
import { ForbiddenError, InvalidError, type NewMetadefItem, quote } from '@vitrine/core'
import {
  type MetadefAssociationBody,
  type MetadefNamespaceBody,
  type MetadefObjectBody,
  type MetadefProperties,
  type MetadefPropertyBody,
  metadefSchemas,
} from '@vitrine/wire'
import { documentCheck } from '../images-api/body-check.ts'

const longestName = 80
/** A namespace may be sent with everything in it, and its tags all at once: tens of thousands. */
export const longestNamespaceBytes = 4 * 1024 * 1024

type Body = Readonly<Record<string, unknown>>

const checkNamespace = documentCheck<MetadefNamespaceBody>(
  bodyOf(metadefSchemas.namespace),
  'save a namespace',
)
const checkProperty = documentCheck<MetadefPropertyBody>(
  bodyOf(metadefSchemas.property),
  'save a property',
)
const checkObject = documentCheck<MetadefObjectBody>(
  bodyOf(metadefSchemas.object),
  'save an object',
)
const checkAssociation = documentCheck<MetadefAssociationBody>(
  bodyOf(metadefSchemas.resource_type),
  'associate a type of resource',
)
const checkTag = documentCheck<{ readonly name: string }>(bodyOf(metadefSchemas.tag), 'save a tag')

type Document = { readonly name: string; readonly definitions?: object }

/**
 * The document's `name` is its own, and means something else in a schema. Properties by name may say
 * no more than others, though the document does not tell.
 */
function bodyOf({ name: _, definitions, ...document }: Document): object {
  return {
    type: 'object',
    ...document,
    definitions: {
      ...definitions,
      property: {
        type: 'object',
        additionalProperties: {
          type: 'object',
          properties: metadefSchemas.property.properties,
          required: ['title', 'type'],
          additionalProperties: false,
        },
      },
    },
  }
}

export function readNamespace(body: Body) {
  requireNotReadOnly(body, ['self', 'schema', 'created_at', 'updated_at'])
  const read = checkNamespace(body)
  return {
    fields: {
      name: requireName('namespace', read.namespace),
      displayName: read.display_name ?? null,
      description: read.description ?? null,
      visibility: read.visibility ?? 'private',
      protected: read.protected ?? false,
      owner: read.owner,
    },
    items: [
      ...(read.resource_type_associations ?? []).map(toAssociation),
      ...toProperties(read.properties),
      ...(read.objects ?? []).map(toObject),
      ...(read.tags ?? []).map(toTag),
    ],
  }
}

export function readProperty(body: Body): NewMetadefItem {
  const { name, ...rest } = checkProperty(body)
  return { kind: 'property', name: requireName('property', name), body: rest }
}

export function readObject(body: Body): NewMetadefItem {
  requireNotReadOnly(body, ['self', 'schema', 'created_at', 'updated_at'])
  return toObject(checkObject(body))
}

export function readAssociation(body: Body): NewMetadefItem {
  requireNotReadOnly(body, ['created_at', 'updated_at'])
  return toAssociation(checkAssociation(body))
}

export function readTag(body: Body): NewMetadefItem {
  requireNotReadOnly(body, ['created_at', 'updated_at'])
  return toTag(checkTag(body))
}

const checkTags = documentCheck<{ readonly tags: readonly { readonly name: string }[] }>(
  {
    type: 'object',
    properties: {
      tags: {
        type: 'array',
        expected: 'a list of tags, such as [{"name": "one"}]',
        items: {
          type: 'object',
          properties: { name: { type: 'string', maxLength: longestName } },
          required: ['name'],
          additionalProperties: false,
        },
      },
    },
    required: ['tags'],
    additionalProperties: false,
  },
  'save tags',
)

export function readTags(body: Body): readonly NewMetadefItem[] {
  return checkTags(body).tags.map(toTag)
}

/** @throws {InvalidError} when it can be no name. */
export function requireName(what: string, name: string | undefined): string {
  if (name === undefined || name === '') {
    throw new InvalidError(
      `Cannot save the ${what} ${quote(name ?? '')}: a name has at least one character`,
    )
  }
  const { length } = [...name]
  if (length <= longestName) return name
  throw new InvalidError(
    `Cannot save the ${what} ${quote(name)}: its name has ${length} characters, and the limit is ${longestName}`,
  )
}

function requireNotReadOnly(body: Body, names: readonly string[]): void {
  const found = names.find((name) => Object.hasOwn(body, name))
  if (found !== undefined) throw new ForbiddenError(`Attribute '${found}' is read-only.`)
}

function toAssociation({
  name,
  prefix,
  properties_target,
}: MetadefAssociationBody): NewMetadefItem {
  return {
    kind: 'association',
    name: requireName('type of resource', name),
    body: {
      ...(prefix !== undefined && { prefix }),
      ...(properties_target !== undefined && { properties_target }),
    },
  }
}

function toProperties(properties: MetadefProperties = {}): readonly NewMetadefItem[] {
  return Object.entries(properties).map(([name, { ...rest }]) => {
    // A property says its name twice where a client sends back what it has read.
    const { name: _, ...body }: Record<string, unknown> = rest
    return { kind: 'property', name: requireName('property', name), body }
  })
}

function toObject({ name, description, required, properties }: MetadefObjectBody): NewMetadefItem {
  return {
    kind: 'object',
    name: requireName('object', name),
    body: {
      ...(required !== undefined && { required }),
      ...(description !== undefined && { description }),
      ...(properties !== undefined && { properties }),
    },
  }
}

function toTag({ name }: { readonly name: string }): NewMetadefItem {
  return { kind: 'tag', name: requireName('tag', name), body: {} }
}
