/**
 * Every route of the Images API, and who handles it.
 *
 * What is not in this table is not served. The order of a row's methods is that of its `Allow`
 * header. A route refuses a body unless it says what it does with one.
 *
 * Spec: Images API v2; docs/api.md says where we differ.
 */
import type {
  ImageCache,
  ImageDownloads,
  ImageImports,
  ImageLocations,
  Images,
  ImageUploads,
  ImportMethod,
  Members,
  ProjectUsage,
  PropertyProtections,
  Stores,
  Tasks,
} from '@vitrine/core'
import type { Formats } from '@vitrine/wire'
import { explained } from '../metadefs-api/explain-refusals.ts'
import { type MetadefParts, metadefRoutes } from '../metadefs-api/metadef-routes.ts'
import { cacheRoutes } from './cache.ts'
import { createImage } from './create-image.ts'
import { deleteFromStore } from './delete-from-store.ts'
import { deleteImage } from './delete-image.ts'
import { describeImageData, downloadImageData } from './download-image-data.ts'
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
import { imageView } from './image-view.ts'
import { importImage } from './import-image.ts'
import { listStores, listStoresInDetail, showImportMethods, showUsage } from './info.ts'
import { listImages } from './list-images.ts'
import type { PageSizes } from './list-query.ts'
import { addLocation, listLocations } from './locations.ts'
import type { Route } from './route.ts'
import { schemaDocuments } from './schema-documents.ts'
import { showImage } from './show-image.ts'
import { stageImageData } from './stage-image-data.ts'
import { createTask, listImageTasks, listTasks, refuseToDeleteTask, showTask } from './tasks.ts'
import { updateImage } from './update-image.ts'
import { uploadImageData } from './upload-image-data.ts'

export type ImagesApiParts = {
  readonly images: Images
  readonly uploads: ImageUploads
  readonly downloads: ImageDownloads
  /** Undefined where there is none. */
  readonly cache: ImageCache | undefined
  readonly imports: ImageImports
  readonly members: Members
  readonly usage: ProjectUsage
  readonly locations: ImageLocations
  readonly protections: PropertyProtections
  readonly tasks: Tasks
  readonly metadefs: MetadefParts
  readonly stores: Stores
  /** The import methods that the operator allows. */
  readonly methods: readonly ImportMethod[]
  readonly formats: Formats
  readonly pageSizes: PageSizes
  readonly showDirectUrl: boolean
  readonly showLocations: boolean
}

export function routes(parts: ImagesApiParts): Route[] {
  return [
    ...imageRoutes(parts),
    ...dataRoutes(parts),
    ...memberRoutes(parts),
    ...taskRoutes(parts),
    ...storeRoutes(parts),
    ...cacheRoutes(parts.cache),
    ...metadefRoutes(parts.metadefs, parts.pageSizes),
    ...[...schemaDocuments(parts.formats)].map(([name, GET]) => ({
      path: `/schemas/${name}`,
      methods: { GET },
    })),
  ]
}

function imageRoutes(parts: ImagesApiParts): Route[] {
  const { images, formats, pageSizes, metadefs } = parts
  const input = new ImageInput(formats)
  const view = imageView(parts)
  return [
    {
      path: '/images',
      methods: {
        GET: listImages(images, view, pageSizes),
        POST: explained(metadefs.definitions, createImage(images, input, view, parts)),
      },
      takesBody: ['GET', 'POST'],
    },
    {
      path: '/images/:imageId',
      methods: {
        GET: showImage(images, view),
        PATCH: explained(
          metadefs.definitions,
          updateImage(images, input, view, parts.showLocations),
        ),
        DELETE: deleteImage(images),
      },
      takesBody: ['PATCH'],
    },
    { path: '/images/:imageId/actions/deactivate', methods: { POST: deactivateImage(images) } },
    { path: '/images/:imageId/actions/reactivate', methods: { POST: reactivateImage(images) } },
    {
      path: '/images/:imageId/tags/:tag',
      methods: { PUT: addTag(images), DELETE: deleteTag(images) },
    },
  ]
}

function dataRoutes({ uploads, downloads, imports, methods }: ImagesApiParts): Route[] {
  const staging: Route = {
    path: '/images/:imageId/stage',
    methods: { PUT: stageImageData(uploads) },
    takesBody: ['PUT'],
  }
  return [
    {
      path: '/images/:imageId/file',
      methods: {
        GET: downloadImageData(downloads),
        HEAD: describeImageData(downloads),
        PUT: uploadImageData(uploads),
      },
      takesBody: ['PUT'],
    },
    // Staged data is of no use without the method that imports it.
    ...(methods.includes('glance-direct') ? [staging] : []),
    {
      path: '/images/:imageId/import',
      methods: { POST: importImage(imports) },
      takesBody: ['POST'],
    },
  ]
}

function memberRoutes({ members }: ImagesApiParts): Route[] {
  return [
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
  ]
}

function taskRoutes({ tasks, formats, pageSizes, metadefs }: ImagesApiParts): Route[] {
  return [
    {
      path: '/tasks',
      methods: {
        GET: listTasks(tasks, pageSizes),
        POST: explained(metadefs.definitions, createTask(tasks, new ImageInput(formats))),
      },
      takesBody: ['POST'],
    },
    {
      path: '/tasks/:taskId',
      methods: { GET: showTask(tasks), DELETE: refuseToDeleteTask(tasks) },
    },
    { path: '/images/:imageId/tasks', methods: { GET: listImageTasks(tasks) } },
  ]
}

function storeRoutes({ images, locations, stores, methods, usage }: ImagesApiParts): Route[] {
  return [
    {
      path: '/images/:imageId/locations',
      methods: { GET: listLocations(locations, stores), POST: addLocation(locations) },
      takesBody: ['POST'],
    },
    { path: '/info/import', methods: { GET: showImportMethods(methods) } },
    { path: '/info/stores', methods: { GET: listStores(stores) } },
    { path: '/info/stores/detail', methods: { GET: listStoresInDetail(stores) } },
    { path: '/info/usage', methods: { GET: showUsage(usage) }, takesBody: ['GET'] },
    { path: '/stores/:storeId/:imageId', methods: { DELETE: deleteFromStore(images, stores) } },
  ]
}
