/** The operations on image data: uploads, downloads, imports, stores and locations. */
import { AddLocationBody, ImportBody } from '../requests.ts'
import { bytes, json, type Operation, text, wholeNumber } from './operation.ts'

const image = '/v2/images/{image_id}'

const size = {
  name: 'x-openstack-image-size',
  description: 'How many bytes are coming',
  schema: wholeNumber,
}
const store = {
  name: 'x-image-meta-store',
  description: 'Id of the store, where the operator has named several',
  schema: text,
}

const ifNoneMatch = {
  name: 'If-None-Match',
  description: 'ETags of data that the caller has',
  schema: text,
}
const unchanged = { status: 304, description: 'The caller has the data already' }

export const dataOperations: readonly Operation[] = [
  {
    method: 'PUT',
    path: `${image}/file`,
    tag: 'Data',
    summary: 'Upload the data of a queued image and make it active',
    headers: [size, store],
    body: bytes,
    success: { status: 204, description: 'The image is active' },
    refusals: [409, 410, 413, 415, 503],
  },
  {
    method: 'HEAD',
    path: `${image}/file`,
    tag: 'Data',
    summary: 'Learn the length and the ETag of the data; 204 says there is none yet',
    query: [{ name: 'prefer', description: 'Ids of stores to read from first', schema: text }],
    headers: [ifNoneMatch],
    success: { status: 200, description: 'There is data' },
    otherSuccesses: [{ status: 204, description: 'There is no data yet' }, unchanged],
  },
  {
    method: 'GET',
    path: `${image}/file`,
    tag: 'Data',
    summary: 'Download the data. A Range header asks for a part (206); 204 says there is none yet',
    query: [{ name: 'prefer', description: 'Ids of stores to read from first', schema: text }],
    headers: [
      ifNoneMatch,
      { name: 'Range', description: 'bytes=0-499', schema: text },
      { name: 'If-Range', description: 'The ETag of the data that the part is of', schema: text },
    ],
    success: { status: 200, description: 'The data', ...bytes },
    otherSuccesses: [
      { status: 204, description: 'There is no data yet' },
      { status: 206, description: 'The part of the data that Range asks for' },
      unchanged,
    ],
    refusals: [416, 503],
  },
  {
    method: 'PUT',
    path: `${image}/stage`,
    tag: 'Data',
    summary: 'Stage data for an import to come',
    headers: [size],
    body: bytes,
    success: { status: 204, description: 'The data is staged' },
    refusals: [409, 413, 415, 503],
  },
  {
    method: 'POST',
    path: `${image}/import`,
    tag: 'Data',
    summary: 'Begin to import data, in the background',
    headers: [store],
    body: json(ImportBody),
    success: { status: 202, description: 'The import has begun' },
    refusals: [409, 413],
  },
  {
    method: 'GET',
    path: `${image}/locations`,
    tag: 'Data',
    summary: 'List where the data is: for services and admins',
    success: {
      status: 200,
      description: 'The locations',
      ...json({
        type: 'array',
        items: { type: 'object', properties: { url: text, metadata: { type: 'object' } } },
      }),
    },
  },
  {
    method: 'POST',
    path: `${image}/locations`,
    tag: 'Data',
    summary: 'Register data where it lies, in the background',
    body: json(AddLocationBody),
    success: { status: 202, description: 'The registration has begun' },
    refusals: [409, 413],
  },
  {
    method: 'DELETE',
    path: '/v2/stores/{store_id}/{image_id}',
    tag: 'Data',
    summary: 'Delete one of several copies of the data: for admins',
    success: { status: 204, description: 'Done' },
    refusals: [409],
  },
]
