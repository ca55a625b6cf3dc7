/**
 * What clients send as JSON besides images. The server checks bodies by these, and the document at
 * `/docs` shows them. Keys that mean nothing are let pass, as clients of this API expect.
 */
import * as Type from 'typebox/type'

/** `POST /v2/images/{image_id}/members` */
export const CreateMemberBody = Type.Object({
  member: Type.String({
    description: 'Id of the project to share the image with',
    minLength: 1,
    maxLength: 255,
    pattern: '^[^/]+$',
    // A word of ours beside JSON Schema's, for the message when it is something else.
    expected: 'the id of a project: a string of 1 to 255 characters without "/"',
  }),
})
export type CreateMemberBody = Type.Static<typeof CreateMemberBody>

/** `PUT /v2/images/{image_id}/members/{member_id}` */
export const UpdateMemberBody = Type.Object({
  status: Type.Unsafe<'pending' | 'accepted' | 'rejected'>({
    type: 'string',
    description: 'The consumer’s answer',
    enum: ['pending', 'accepted', 'rejected'],
  }),
})

const ExpectedHash = Type.Object(
  {
    os_hash_algo: Type.Unsafe<'sha1' | 'sha256' | 'sha512' | 'md5'>({
      type: 'string',
      enum: ['sha1', 'sha256', 'sha512', 'md5'],
    }),
    os_hash_value: Type.String({ description: 'In hexadecimal digits' }),
  },
  { additionalProperties: false, description: 'What the data must hash to' },
)

/** `POST /v2/images/{image_id}/import` */
export const ImportBody = Type.Object({
  method: Type.Object({
    name: Type.String({
      description: 'glance-direct, web-download, glance-download or copy-image',
    }),
    uri: Type.Optional(Type.String({ description: 'For web-download: where the data is' })),
    validation_data: Type.Optional(ExpectedHash),
    glance_region: Type.Optional(Type.String({ description: 'For glance-download' })),
    glance_image_id: Type.Optional(Type.String({ description: 'For glance-download' })),
    glance_service_interface: Type.Optional(Type.String({ description: 'For glance-download' })),
  }),
  stores: Type.Optional(
    Type.Array(Type.String(), { description: 'Ids of stores; the default one if left out' }),
  ),
  all_stores: Type.Optional(Type.Boolean()),
  all_stores_must_succeed: Type.Optional(Type.Boolean()),
})

/** `POST /v2/images/{image_id}/locations` */
export const AddLocationBody = Type.Object({
  url: Type.String({ description: 'Where the data is' }),
  validation_data: Type.Optional(ExpectedHash),
})
export type AddLocationBody = Type.Static<typeof AddLocationBody>

/** `POST /v2/tasks` */
export const CreateTaskBody = Type.Object(
  {
    type: Type.Unsafe<'import'>({ type: 'string', enum: ['import'] }),
    input: Type.Object({
      import_from: Type.String({ description: 'Where the data is' }),
      import_from_format: Type.String(),
      image_properties: Type.Unsafe<Record<string, unknown>>({
        type: 'object',
        description: 'As for creating an image',
      }),
    }),
  },
  { additionalProperties: false },
)
export type CreateTaskBody = Type.Static<typeof CreateTaskBody>

/** `PATCH /v2/images/{image_id}` in its newer dialect */
export const ImagePatch = Type.Array(
  Type.Object({
    op: Type.Unsafe<string>({ type: 'string', enum: ['add', 'replace', 'remove'] }),
    path: Type.String({ description: 'A JSON pointer, such as "/name"' }),
    value: Type.Optional(Type.Unknown()),
  }),
)
