/**
 * Every route of the Images API, and who handles it.
 *
 * What is not in this table is not served. The order of a row's methods is that of its `Allow`
 * header. A route refuses a body unless it says what it does with one.
 *
 * Spec: Images API v2; docs/api.md says where we differ.
 */
import type { ImageData, Images, Members } from '@vitrine/core'
import type { Formats } from '@vitrine/wire'
import type { Handler } from './call.ts'
import { createImage } from './create-image.ts'
import { deleteImage } from './delete-image.ts'
import { downloadImageData } from './download-image-data.ts'
import { deactivateImage, reactivateImage } from './image-actions.ts'
import { ImageInput } from './image-input.ts'
import {
  createMember,
  deleteMember,
  listMembers,
  showMember,
  updateMember,
} from './image-members.ts'
import { addTag, deleteTag } from './image-tags.ts'
import { listImages } from './list-images.ts'
import type { PageSizes } from './list-query.ts'
import { schemaDocuments } from './schema-documents.ts'
import { showImage } from './show-image.ts'
import { updateImage } from './update-image.ts'
import { uploadImageData } from './upload-image-data.ts'

export const methodsWithHandlers = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
export type Method = (typeof methodsWithHandlers)[number]

export type Route = {
  readonly path: string
  readonly methods: Partial<Record<Method, Handler>>
  /** Methods that read their body, or do not mind one. */
  readonly takesBody?: readonly Method[]
}

export type ImagesApiParts = {
  readonly images: Images
  readonly data: ImageData
  readonly members: Members
  readonly formats: Formats
  readonly pageSizes: PageSizes
}

export function routes({ images, data, members, formats, pageSizes }: ImagesApiParts): Route[] {
  const input = new ImageInput(formats)
  return [
    {
      path: '/images',
      methods: { GET: listImages(images, pageSizes), POST: createImage(images, input) },
      takesBody: ['GET', 'POST'],
    },
    {
      path: '/images/:imageId',
      methods: {
        GET: showImage(images),
        PATCH: updateImage(images, input),
        DELETE: deleteImage(images),
      },
      takesBody: ['PATCH'],
    },
    { path: '/images/:imageId/actions/deactivate', methods: { POST: deactivateImage(images) } },
    { path: '/images/:imageId/actions/reactivate', methods: { POST: reactivateImage(images) } },
    {
      path: '/images/:imageId/members',
      methods: { GET: listMembers(members), POST: createMember(members) },
      takesBody: ['POST'],
    },
    {
      path: '/images/:imageId/members/:projectId',
      methods: {
        GET: showMember(members),
        PUT: updateMember(members),
        DELETE: deleteMember(members),
      },
      takesBody: ['PUT'],
    },
    {
      path: '/images/:imageId/file',
      methods: { GET: downloadImageData(data), PUT: uploadImageData(data) },
      takesBody: ['PUT'],
    },
    {
      path: '/images/:imageId/tags/:tag',
      methods: { PUT: addTag(images), DELETE: deleteTag(images) },
    },
    ...[...schemaDocuments(formats)].map(([name, GET]) => ({
      path: `/schemas/${name}`,
      methods: { GET },
    })),
  ]
}
