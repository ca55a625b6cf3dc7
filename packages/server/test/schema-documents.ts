/** The documents under /v2/schemas as clients know them, without the descriptions, whose words are free. */

const uuid =
  '^([0-9a-fA-F]){8}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){12}$'
const text = { type: 'string' }
const atMost = (maxLength: number) => ({ type: 'string', maxLength })
const flag = { type: 'boolean' }
const list = { type: 'array' }
const readOnly = { type: 'string', readOnly: true }
const time = { type: 'string', readOnly: true, format: 'date-time' }
const nullOr = (type: string) => ({ type: ['null', type] })
const link = (rel: string) => ({ rel, href: `{${rel}}` })
const describedby = { rel: 'describedby', href: '{schema}' }

const image = {
  name: 'image',
  properties: {
    id: { ...text, pattern: uuid },
    name: { ...nullOr('string'), maxLength: 255 },
    status: {
      ...readOnly,
      enum: [
        'queued',
        'saving',
        'active',
        'killed',
        'deleted',
        'uploading',
        'importing',
        'pending_delete',
        'deactivated',
      ],
    },
    visibility: { ...text, enum: ['community', 'public', 'private', 'shared'] },
    protected: flag,
    os_hidden: flag,
    checksum: { ...nullOr('string'), readOnly: true, maxLength: 32 },
    os_hash_algo: { ...nullOr('string'), readOnly: true, maxLength: 64 },
    os_hash_value: { ...nullOr('string'), readOnly: true, maxLength: 128 },
    owner: { ...nullOr('string'), maxLength: 255 },
    size: { ...nullOr('integer'), readOnly: true },
    virtual_size: { ...nullOr('integer'), readOnly: true },
    container_format: {
      ...nullOr('string'),
      enum: [null, 'ami', 'ari', 'aki', 'bare', 'ovf', 'ova', 'docker', 'compressed'],
    },
    disk_format: {
      ...nullOr('string'),
      enum: [
        null,
        'ami',
        'ari',
        'aki',
        'vhd',
        'vhdx',
        'vmdk',
        'raw',
        'qcow2',
        'vdi',
        'iso',
        'ploop',
      ],
    },
    created_at: readOnly,
    updated_at: readOnly,
    tags: { type: 'array', items: atMost(255) },
    direct_url: readOnly,
    self: readOnly,
    file: readOnly,
    stores: readOnly,
    schema: readOnly,
    min_ram: { type: 'integer' },
    min_disk: { type: 'integer' },
    locations: {
      type: 'array',
      items: {
        type: 'object',
        required: ['url', 'metadata'],
        properties: {
          url: atMost(255),
          metadata: { type: 'object' },
          validation_data: {
            type: 'object',
            writeOnly: true,
            additionalProperties: false,
            required: ['os_hash_algo', 'os_hash_value'],
            properties: {
              checksum: { type: 'string', minLength: 32, maxLength: 32 },
              os_hash_algo: atMost(64),
              os_hash_value: atMost(128),
            },
          },
        },
      },
    },
    kernel_id: { ...nullOr('string'), pattern: uuid, is_base: false },
    ramdisk_id: { ...nullOr('string'), pattern: uuid, is_base: false },
    instance_uuid: { ...text, is_base: false },
    architecture: { ...text, is_base: false },
    os_distro: { ...text, is_base: false },
    os_version: { ...text, is_base: false },
    description: { ...text, is_base: false },
    cinder_encryption_key_id: { ...text, is_base: false },
    cinder_encryption_key_deletion_policy: {
      ...text,
      enum: ['on_image_deletion', 'do_not_delete'],
      is_base: false,
    },
  },
  additionalProperties: text,
  links: [link('self'), { rel: 'enclosure', href: '{file}' }, describedby],
}

const member = {
  name: 'member',
  properties: {
    created_at: text,
    image_id: { ...text, pattern: uuid },
    member_id: text,
    schema: readOnly,
    status: { ...text, enum: ['pending', 'accepted', 'rejected'] },
    updated_at: text,
  },
}

const taskStub = {
  id: { ...text, pattern: uuid },
  type: { ...text, enum: ['import', 'api_image_import', 'location_import'] },
  status: { ...text, enum: ['pending', 'processing', 'success', 'failure'] },
  owner: text,
  expires_at: nullOr('string'),
  created_at: text,
  updated_at: text,
  image_id: text,
  request_id: text,
  user_id: text,
  self: readOnly,
  schema: readOnly,
}
const task = {
  name: 'task',
  properties: { ...taskStub, input: nullOr('object'), result: nullOr('object'), message: text },
}

const ref = (name: string) => ({ $ref: `#/definitions/${name}` })
const typeOfProperty = {
  ...text,
  enum: ['array', 'boolean', 'integer', 'number', 'object', 'string', null],
}
const propertyFields = {
  name: atMost(80),
  title: text,
  description: text,
  operators: { type: 'array', items: text },
  type: typeOfProperty,
  required: ref('stringArray'),
  minimum: { type: 'number' },
  maximum: { type: 'number' },
  maxLength: ref('positiveInteger'),
  minLength: ref('positiveIntegerDefault0'),
  pattern: { ...text, format: 'regex' },
  enum: list,
  readonly: flag,
  default: {},
  items: { type: 'object', properties: { type: typeOfProperty, enum: list } },
  maxItems: ref('positiveInteger'),
  minItems: ref('positiveIntegerDefault0'),
  uniqueItems: { ...flag, default: false },
  additionalItems: flag,
}
const numbers = {
  positiveInteger: { minimum: 0, type: 'integer' },
  positiveIntegerDefault0: { allOf: [ref('positiveInteger'), { default: 0 }] },
}
const texts = { type: 'array', items: text, uniqueItems: true }
const ofProperty = { ...numbers, stringArray: { ...texts, minItems: 1 } }
const ofProperties = {
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
const times = { created_at: time, updated_at: time }
const closed = (...required: string[]) => ({ additionalProperties: false, required })

const namespace = {
  name: 'namespace',
  properties: {
    namespace: atMost(80),
    display_name: atMost(80),
    description: atMost(500),
    visibility: { ...text, enum: ['public', 'private'] },
    protected: flag,
    owner: atMost(255),
    ...times,
    schema: readOnly,
    self: readOnly,
    resource_type_associations: {
      type: 'array',
      items: { type: 'object', properties: { name: text, prefix: text, properties_target: text } },
    },
    properties: ref('property'),
    objects: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          name: text,
          description: text,
          required: ref('stringArray'),
          properties: ref('property'),
        },
      },
    },
    tags: { type: 'array', items: { type: 'object', properties: { name: text } } },
  },
  ...closed('namespace'),
}
const object = {
  name: 'object',
  properties: {
    name: atMost(80),
    description: text,
    required: ref('stringArray'),
    properties: ref('property'),
    schema: readOnly,
    self: readOnly,
    ...times,
  },
  ...closed('name'),
}
const property = {
  name: 'property',
  properties: propertyFields,
  ...closed('type', 'title', 'name'),
}
const tag = { name: 'tag', properties: { name: atMost(80), ...times }, ...closed('name') }
const resourceType = {
  name: 'resource_type_association',
  properties: {
    name: atMost(80),
    prefix: atMost(80),
    properties_target: atMost(80),
    ...times,
  },
  ...closed('name'),
}

const paged = (name: string, values: object) => ({
  name,
  properties: { [name]: values, first: text, next: text, schema: text },
  links: [link('first'), link('next'), describedby],
})
const pagesOf = (name: string, items: object) => paged(name, { type: 'array', items })
const all = (name: string, items: object) => ({
  name,
  properties: { [name]: { type: 'array', items }, schema: text },
  links: [describedby],
})

/** By their path under /v2/schemas. */
export const expectedSchemas: Readonly<Record<string, object>> = {
  image,
  images: pagesOf('images', image),
  member,
  members: all('members', member),
  task,
  tasks: all('tasks', { name: 'task', properties: taskStub }),
  'metadefs/namespace': { ...namespace, definitions: ofProperties },
  'metadefs/namespaces': { ...pagesOf('namespaces', namespace), definitions: ofProperties },
  'metadefs/resource_type': resourceType,
  'metadefs/resource_types': pagesOf('resource_type_associations', resourceType),
  'metadefs/property': { ...property, definitions: ofProperty },
  'metadefs/properties': {
    ...paged('properties', {
      type: 'object',
      additionalProperties: {
        ...property,
        type: 'object',
        required: ['type', 'title'],
      },
    }),
    definitions: ofProperty,
  },
  'metadefs/object': { ...object, definitions: ofProperties },
  'metadefs/objects': { ...pagesOf('objects', object), definitions: ofProperties },
  'metadefs/tag': tag,
  'metadefs/tags': pagesOf('tags', tag),
}

/** The value without each `description` that is a text: elsewhere the word is the name of a property. */
export function withoutDescriptions(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDescriptions)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, one]) => key !== 'description' || typeof one !== 'string')
      .map(([key, one]) => [key, withoutDescriptions(one)]),
  )
}
