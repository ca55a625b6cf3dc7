/**
 * What may stand in an image, as JSON Schema: the document that clients fetch, and by the same
 * words the check of what they send.
 *
 * Spec: Images API v2, "Image schemas". A type is written `["null", "string"]` and an enumeration
 * begins with null, since clients read their choices out of it. `is_base: false` marks a custom
 * property; glanceclient tells the two apart by it.
 */
import * as Type from 'typebox/type'

export const uuidPattern =
  '^([0-9a-fA-F]){8}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){12}$'

/** The formats that the operator allows. */
export type Formats = {
  readonly diskFormats: readonly string[]
  readonly containerFormats: readonly string[]
}

const textOrNull = (maxLength: number, description: string, more: object = {}) =>
  Type.Unsafe<string | null>({ type: ['null', 'string'], description, maxLength, ...more })

const choiceOrNull = (choices: readonly string[], description: string) =>
  Type.Unsafe<string | null>({ type: ['null', 'string'], description, enum: [null, ...choices] })

const wholeNumberOrNull = (description: string) =>
  Type.Unsafe<number | null>({ type: ['null', 'integer'], description, readOnly: true })

const uuidOrNull = (description: string) =>
  Type.Unsafe<string | null>({
    type: ['null', 'string'],
    description,
    pattern: uuidPattern,
    is_base: false,
  })

const custom = (description: string) => Type.String({ description, is_base: false })
const readOnly = (description: string) => Type.String({ description, readOnly: true })

/** The fields that a client may set, by their names on the wire. */
export function settableImageFields({ diskFormats, containerFormats }: Formats) {
  return {
    id: Type.String({ description: 'An identifier for the image', pattern: uuidPattern }),
    name: textOrNull(255, 'Descriptive name for the image'),
    visibility: Type.Unsafe<'community' | 'public' | 'private' | 'shared'>({
      type: 'string',
      description: 'Scope of image accessibility',
      enum: ['community', 'public', 'private', 'shared'],
    }),
    protected: Type.Boolean({ description: 'If true, image will not be deletable' }),
    os_hidden: Type.Boolean({
      description: 'If true, image will not appear in default image list response',
    }),
    owner: textOrNull(255, 'Owner of the image'),
    container_format: choiceOrNull(containerFormats, 'Format of the container'),
    disk_format: choiceOrNull(diskFormats, 'Format of the disk'),
    tags: Type.Array(Type.String({ maxLength: 255 }), {
      description: 'List of strings related to the image',
    }),
    min_ram: Type.Integer({ description: 'Amount of ram (in MB) required to boot image' }),
    min_disk: Type.Integer({
      description: 'Amount of disk space (in GB) required to boot image',
    }),
  }
}

/** Fields that only the service sets. Their types are checked even where they are then refused. */
const readOnlyImageFields = {
  status: Type.Unsafe<string>({
    type: 'string',
    description: 'Status of the image',
    readOnly: true,
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
  }),
  checksum: textOrNull(32, 'md5 hash of image contents', { readOnly: true }),
  os_hash_algo: textOrNull(64, 'Algorithm to calculate the os_hash_value', { readOnly: true }),
  os_hash_value: textOrNull(
    128,
    'Hexdigest of the image contents using the algorithm specified by the os_hash_algo',
    { readOnly: true },
  ),
  size: wholeNumberOrNull('Size of image file in bytes'),
  virtual_size: wholeNumberOrNull('Virtual size of image in bytes'),
  created_at: readOnly('Date and time of image registration'),
  updated_at: readOnly('Date and time of the last image modification'),
  direct_url: readOnly('URL to access the image file kept in external store'),
  self: readOnly('An image self url'),
  file: readOnly('An image file url'),
  stores: readOnly('Store in which image data resides'),
  schema: readOnly('An image schema url'),
}

/** `value` of a change to locations is one of these, or for `replace` a list of them. */
export const ImageLocation = Type.Object({
  url: Type.String({ maxLength: 255 }),
  metadata: Type.Unsafe<object>({ type: 'object' }),
  validation_data: Type.Optional(
    Type.Object(
      {
        checksum: Type.Optional(Type.String({ minLength: 32, maxLength: 32 })),
        os_hash_algo: Type.String({ maxLength: 64 }),
        os_hash_value: Type.String({ maxLength: 128 }),
      },
      {
        description: 'Values to be used to populate the corresponding image properties',
        additionalProperties: false,
        writeOnly: true,
      },
    ),
  ),
})

const locations = Type.Array(ImageLocation, {
  description: 'A set of URLs to access the image file kept in external store',
})

/** Custom properties that many services know, so that their types are said. */
export const commonImageProperties = {
  kernel_id: uuidOrNull('ID of image stored in Glance that should be used as the kernel'),
  ramdisk_id: uuidOrNull('ID of image stored in Glance that should be used as the ramdisk'),
  instance_uuid: custom('Metadata which can be used to record which instance this image is of'),
  architecture: custom('Operating system architecture'),
  os_distro: custom('Common name of operating system distribution'),
  os_version: custom('Operating system version as specified by the distributor'),
  description: custom('A human-readable string describing this image'),
  cinder_encryption_key_id: custom('Identifier in the key manager for the cinder encryption key'),
  cinder_encryption_key_deletion_policy: Type.Unsafe<string>({
    type: 'string',
    description: 'States the condition under which the cinder encryption key is deleted',
    enum: ['on_image_deletion', 'do_not_delete'],
    is_base: false,
  }),
}

export function imageProperties(formats: Formats) {
  return {
    ...settableImageFields(formats),
    ...readOnlyImageFields,
    locations,
    ...commonImageProperties,
  }
}

/** What a client may send to create or change an image, without its custom properties. */
export type SettableImageFields = Partial<{
  [Name in keyof ReturnType<typeof settableImageFields>]: Type.Static<
    ReturnType<typeof settableImageFields>[Name]
  >
}>

/** `GET /v2/schemas/image` */
export function imageSchema(formats: Formats) {
  return {
    name: 'image',
    properties: imageProperties(formats),
    additionalProperties: { type: 'string' },
    links: [
      { rel: 'self', href: '{self}' },
      { rel: 'enclosure', href: '{file}' },
      { rel: 'describedby', href: '{schema}' },
    ],
  }
}

/** `GET /v2/schemas/images` */
export function imagesSchema(formats: Formats) {
  return {
    name: 'images',
    properties: {
      images: { type: 'array', items: imageSchema(formats) },
      first: { type: 'string' },
      next: { type: 'string' },
      schema: { type: 'string' },
    },
    links: [
      { rel: 'first', href: '{first}' },
      { rel: 'next', href: '{next}' },
      { rel: 'describedby', href: '{schema}' },
    ],
  }
}
