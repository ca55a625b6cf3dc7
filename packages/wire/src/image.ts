/**
 * The image as the Images API v2 writes it.
 *
 * Spec: Images API v2, "Images".
 */
import * as Type from 'typebox/type'

/** An image in a response. Every key that is not named here is a custom property. */
export const ImageBody = Type.Object(
  {
    name: Type.Union([Type.Null(), Type.String()]),
    disk_format: Type.Union([Type.Null(), Type.String()]),
    container_format: Type.Union([Type.Null(), Type.String()]),
    visibility: Type.String(),
    size: Type.Union([Type.Null(), Type.Integer()]),
    virtual_size: Type.Union([Type.Null(), Type.Integer()]),
    status: Type.String(),
    checksum: Type.Union([Type.Null(), Type.String()]),
    protected: Type.Boolean(),
    min_ram: Type.Integer(),
    min_disk: Type.Integer(),
    owner: Type.Union([Type.Null(), Type.String()]),
    os_hidden: Type.Boolean(),
    os_hash_algo: Type.Union([Type.Null(), Type.String()]),
    os_hash_value: Type.Union([Type.Null(), Type.String()]),
    id: Type.String(),
    created_at: Type.String(),
    updated_at: Type.String(),
    locations: Type.Optional(
      Type.Array(
        Type.Object({ url: Type.String(), metadata: Type.Unsafe<object>({ type: 'object' }) }),
        { description: 'Where the data is, if the operator shows it' },
      ),
    ),
    direct_url: Type.Optional(
      Type.String({ description: 'Where the data is first, if the operator shows it' }),
    ),
    tags: Type.Array(Type.String()),
    self: Type.String(),
    file: Type.String(),
    schema: Type.String(),
    stores: Type.Optional(
      Type.String({ description: 'Ids of the stores that have the data, where stores have names' }),
    ),
  },
  { additionalProperties: Type.Union([Type.Null(), Type.String()]) },
)
export type ImageBody = Type.Static<typeof ImageBody>

/** A page of images. `next` is there only when more may follow. */
export const ImageListBody = Type.Object({
  images: Type.Array(ImageBody),
  first: Type.String(),
  next: Type.Optional(Type.String()),
  schema: Type.String(),
})
export type ImageListBody = Type.Static<typeof ImageListBody>
