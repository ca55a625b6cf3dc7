/**
 * The documents of metadata definitions that clients fetch, and that bodies are held to.
 *
 * Spec: Images API v2, "Metadata definition schemas".
 */
const types = ['array', 'boolean', 'integer', 'number', 'object', 'string', null]
const longestName = 80

const text = (description: string, maxLength?: number) => ({
  type: 'string',
  description,
  ...(maxLength !== undefined && { maxLength }),
})
const name = (description: string) => text(description, longestName)
const time = (description: string) => ({
  type: 'string',
  description,
  readOnly: true,
  format: 'date-time',
})
const link = { type: 'string', readOnly: true }
const stringArrayRef = { $ref: '#/definitions/stringArray' }

const times = {
  created_at: time('Date and time of creation'),
  updated_at: time('Date and time of the last modification'),
}

/** What a property of an image or another resource may be. */
const propertyFields = {
  name: name('By which it is known'),
  title: text('What people read'),
  description: text('What it is for'),
  operators: { type: 'array', items: { type: 'string' } },
  type: { type: 'string', enum: types },
  required: stringArrayRef,
  minimum: { type: 'number' },
  maximum: { type: 'number' },
  maxLength: { $ref: '#/definitions/positiveInteger' },
  minLength: { $ref: '#/definitions/positiveIntegerDefault0' },
  pattern: { type: 'string', format: 'regex' },
  enum: { type: 'array' },
  readonly: { type: 'boolean' },
  default: {},
  items: {
    type: 'object',
    properties: { type: { type: 'string', enum: types }, enum: { type: 'array' } },
  },
  maxItems: { $ref: '#/definitions/positiveInteger' },
  minItems: { $ref: '#/definitions/positiveIntegerDefault0' },
  uniqueItems: { type: 'boolean', default: false },
  additionalItems: { type: 'boolean' },
}

const numbers = {
  positiveInteger: { minimum: 0, type: 'integer' },
  positiveIntegerDefault0: { allOf: [{ $ref: '#/definitions/positiveInteger' }, { default: 0 }] },
}
const texts = { type: 'array', items: { type: 'string' }, uniqueItems: true }

/** For properties that stand for themselves. */
const definitionsOfProperty = { ...numbers, stringArray: { ...texts, minItems: 1 } }

/** For documents with properties by name. */
const definitions = {
  ...numbers,
  stringArray: texts,
  property: {
    type: 'object',
    additionalProperties: {
      type: 'object',
      properties: propertyFields,
      required: ['title', 'type'],
    },
  },
}
const propertiesRef = { $ref: '#/definitions/property' }

export const metadefNamespaceSchema = {
  name: 'namespace',
  properties: {
    namespace: name('The unique name of the namespace'),
    display_name: name('What people read'),
    description: text('What its definitions are about', 500),
    visibility: { type: 'string', description: 'Who sees it', enum: ['public', 'private'] },
    protected: { type: 'boolean', description: 'If true, nothing of it may be deleted' },
    owner: text('The project that owns it', 255),
    ...times,
    schema: link,
    self: link,
    resource_type_associations: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          name: { type: 'string' },
          prefix: { type: 'string' },
          properties_target: { type: 'string' },
        },
      },
    },
    properties: propertiesRef,
    objects: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          name: { type: 'string' },
          description: { type: 'string' },
          required: stringArrayRef,
          properties: propertiesRef,
        },
      },
    },
    tags: { type: 'array', items: { type: 'object', properties: { name: { type: 'string' } } } },
  },
  additionalProperties: false,
  required: ['namespace'],
  definitions,
}

export const metadefPropertySchema = {
  name: 'property',
  properties: propertyFields,
  additionalProperties: false,
  required: ['type', 'title', 'name'],
  definitions: definitionsOfProperty,
}

export const metadefObjectSchema = {
  name: 'object',
  properties: {
    name: name('By which it is known'),
    description: text('What it is'),
    required: stringArrayRef,
    properties: propertiesRef,
    schema: link,
    self: link,
    ...times,
  },
  additionalProperties: false,
  required: ['name'],
  definitions,
}

export const metadefTagSchema = {
  name: 'tag',
  properties: { name: name('The tag'), ...times },
  additionalProperties: false,
  required: ['name'],
}

export const metadefResourceTypeSchema = {
  name: 'resource_type_association',
  properties: {
    name: name('The type of resource, such as OS::Glance::Image'),
    prefix: name('What its properties begin with on such a resource'),
    properties_target: name('Which of several kinds of properties are meant'),
    ...times,
  },
  additionalProperties: false,
  required: ['name'],
}

type Document = {
  readonly name: string
  readonly definitions?: object
  readonly [key: string]: unknown
}

function collection(plural: string, { definitions: shared, ...single }: Document) {
  return {
    name: plural,
    properties: {
      [plural]: { type: 'array', items: single },
      first: { type: 'string' },
      next: { type: 'string' },
      schema: { type: 'string' },
    },
    links: [
      { rel: 'first', href: '{first}' },
      { rel: 'next', href: '{next}' },
      { rel: 'describedby', href: '{schema}' },
    ],
    ...(shared !== undefined && { definitions: shared }),
  }
}

function collectionOfProperties() {
  const { definitions: _, ...single } = metadefPropertySchema
  const all = collection('properties', metadefPropertySchema)
  const { properties } = all
  const one = { ...single, type: 'object', required: ['type', 'title'] }
  return {
    ...all,
    properties: { ...properties, properties: { type: 'object', additionalProperties: one } },
  }
}

/** By the end of their path under `/v2/schemas/metadefs/`. */
export const metadefSchemas = {
  namespace: metadefNamespaceSchema,
  namespaces: collection('namespaces', metadefNamespaceSchema),
  resource_type: metadefResourceTypeSchema,
  resource_types: collection('resource_type_associations', metadefResourceTypeSchema),
  property: metadefPropertySchema,
  properties: collectionOfProperties(),
  object: metadefObjectSchema,
  objects: collection('objects', metadefObjectSchema),
  tag: metadefTagSchema,
  tags: collection('tags', metadefTagSchema),
} as const
