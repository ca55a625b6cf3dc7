/**
 * POST /v2/images: creates an image that waits for its data.
 *
 * Spec: Images API v2, "Create image".
 */
import {
  ForbiddenError,
  type ImageDraft,
  type Images,
  type ImportMethod,
  type Stores,
} from '@vitrine/core'
import { type Handler, sendJsonText } from './call.ts'
import { type ImageInput, readOnlyAttribute, requireNotReserved } from './image-input.ts'
import type { ImageView } from './image-view.ts'
import { readJsonObject } from './request-body.ts'

export function createImage(
  images: Images,
  input: ImageInput,
  view: ImageView,
  { stores, methods }: Offers,
): Handler {
  return async ({ actor, request, reply }) => {
    const draft = readDraft(await readJsonObject(request.raw), input)
    const image = await images.create(actor, draft)
    if (methods.length > 0) reply.header('openstack-image-import-methods', methods.join(','))
    if (stores.named) {
      reply.header('openstack-image-store-ids', stores.all.map((store) => store.id).join(','))
    }
    return sendJsonText(
      reply.header('location', `${request.protocol}://${request.host}/v2/images/${image.id}`),
      201,
      view(image, actor).text,
    )
  }
}

/** What a client may do next with the image, told in headers. */
export type Offers = { readonly stores: Stores; readonly methods: readonly ImportMethod[] }

/** Names that only ever stand in answers. */
const computed = ['direct_url', 'self', 'file', 'schema', 'stores']
/** Not the multihash, which is taken and dropped: clients that copy an image send it along. */
const readOnly = [
  'status',
  'size',
  'virtual_size',
  'checksum',
  'created_at',
  'updated_at',
  'locations',
]

/** @throws {ForbiddenError | InvalidError} when the body says what it may not, or says it wrongly. */
export function readDraft(body: Record<string, unknown>, input: ImageInput): ImageDraft {
  for (const name of computed) {
    if (Object.hasOwn(body, name)) {
      throw new ForbiddenError(`Attribute '${name}' cannot be set: the service computes it.`)
    }
  }
  const fields = input.fields(body)
  const custom = Object.entries(body).filter(([name]) => !input.isField(name))
  const properties = new Map(custom.map(([name, value]) => [name, input.property(name, value)]))
  for (const name of properties.keys()) requireNotReserved(name)
  for (const name of readOnly) {
    if (Object.hasOwn(body, name)) throw readOnlyAttribute(name)
  }
  return { ...fields, properties }
}
